"""The questions that people ask are answered from an index, in the order of the key, on both databases."""

from datetime import date, timedelta

import pytest
from django.db import connection

from companies.models import EmpresaServidor
from inventory.balance import sumar_movimientos
from inventory.models import MovimientoInventario
from inventory.monthly import DIMENSIONES, ResumenMensual
from inventory.views import ArticuloViewSet, ExistenciaViewSet, MovimientoViewSet, VentanaViewSet
from lib.branches import Ramas
from lib.ordering import ordenes
from lib.pagination import Cursor, paginar

CLAVES = MovimientoViewSet.keyset


@pytest.fixture
def muchos(crear_empresa, crear_movimiento):
    """12,800 movements of twenty companies over two hundred days."""
    empresas = [crear_empresa() for _ in range(20)]
    modelo = crear_movimiento()
    filas = []
    for n in range(400):
        modelo.pk, modelo.clave_origen, modelo.documento, modelo.articulo_codigo = None, f"K:{n}", f"F-{n}", f"A{n}"
        modelo.fecha, modelo.empresa_servidor = date(2026, 1, 1) + timedelta(days=n // 2), empresas[n % 20]
        filas.append(MovimientoInventario(**{f.attname: getattr(modelo, f.attname) for f in modelo._meta.fields}))
    MovimientoInventario.objects.bulk_create(filas)
    columnas = [f.column for f in MovimientoInventario._meta.fields if not f.primary_key]
    copiadas = ["clave_origen || '{n}'" if columna == "clave_origen" else columna for columna in columnas]
    with connection.cursor() as cursor:
        for n in range(5):
            cursor.execute(
                f"INSERT INTO movimientos_inventario ({', '.join(columnas)}) "
                f"SELECT {', '.join(copiadas)} FROM movimientos_inventario".replace("{n}", "abcde"[n])
            )
        cursor.execute("ANALYZE")
    return empresas


def plan(queryset, cursor, claves=CLAVES):
    [unico] = planes(lambda: paginar(queryset, claves, cursor, 100))
    return unico


def planes(leer):
    """How the database does each statement that `leer` asks."""
    with connection.execute_wrapper(_guardar(vistas := [])):
        leer()
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        return [_explicar(cursor, prefix + sql, params) for sql, params in vistas]


def _explicar(cursor, sql, params):
    cursor.execute(sql, params)
    return "\n".join(str(fila[-1]) for fila in cursor.fetchall())


def _guardar(vistas):
    return lambda execute, sql, params, many, context: (
        vistas.append((sql, params)) or execute(sql, params, many, context)
    )


def lee_la_tabla_entera(texto):
    return "Seq Scan on movimientos" in texto or ("SCAN movimientos" in texto and "USING INDEX" not in texto)


def ordena(texto):
    return "Sort" in texto or "TEMP B-TREE" in texto


@pytest.mark.parametrize("atras", [False, True])
@pytest.mark.parametrize("lugar", [(), ("2026-03-01", "K:118", "1")])
def test_page_of_all_comes_from_the_index(muchos, lugar, atras):
    texto = plan(MovimientoInventario.objects.all(), Cursor(atras=atras, valores=lugar))
    assert "movimiento_por_fecha" in texto
    assert not lee_la_tabla_entera(texto)
    assert not ordena(texto)


@pytest.mark.parametrize("lugar", [(), ("2026-03-01", "K:118", "1")])
def test_page_of_a_company_comes_from_its_index(muchos, lugar):
    texto = plan(MovimientoInventario.objects.filter(empresa_servidor_id=muchos[3].pk), Cursor(valores=lugar))
    assert not lee_la_tabla_entera(texto)
    assert not ordena(texto)


def test_page_of_dates_comes_from_the_index(muchos):
    rango = MovimientoInventario.objects.filter(fecha__gte=date(2026, 2, 1), fecha__lte=date(2026, 2, 3))
    texto = plan(rango, Cursor())
    assert "movimiento_por_fecha" in texto
    assert not ordena(texto)


@pytest.mark.parametrize(
    ("filtro", "indice"),
    [({"documento": "F-7"}, "movimiento_de_documento"), ({"articulo_codigo": "A7"}, "movimiento_de_articulo")],
)
def test_rare_value_is_found_by_its_index(muchos, filtro, indice):
    assert indice in plan(MovimientoInventario.objects.filter(**filtro), Cursor())


@pytest.mark.parametrize("vista", [MovimientoViewSet, ArticuloViewSet, ExistenciaViewSet, VentanaViewSet])
def test_every_order_that_is_offered_comes_from_an_index(muchos, vista):
    if connection.vendor == "postgresql":  # which sorts a table as small as these are here, unless told not to
        connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    for claves in ordenes(vista.queryset.model, vista).values():
        assert not ordena(plan(vista.queryset.all(), Cursor(), claves)), claves


@pytest.mark.parametrize("por", [(), tuple(DIMENSIONES)])
@pytest.mark.parametrize("filtro", [{}, {"articulo_codigo": "A3"}])
def test_monthly_summary_reads_each_month_from_an_index(muchos, filtro, por):
    movimientos = MovimientoInventario.objects.filter(**filtro)
    resumen = ResumenMensual(movimientos, EmpresaServidor.objects.all(), por)
    textos = planes(lambda: resumen.pagina(Cursor(), 100))
    assert len(textos) > 3
    assert not any(lee_la_tabla_entera(texto) for texto in textos)


def test_difference_of_a_page_of_stock_is_summed_up_by_the_index(muchos):
    claves = [(muchos[n].pk, f"A{n}", "") for n in range(5)]
    [texto] = planes(lambda: sumar_movimientos(claves))
    assert "movimiento_de_articulo" in texto


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite asks for each company by itself")
@pytest.mark.parametrize("lugar", [(), ("2026-03-01", "K:118", "1")])
def test_page_of_a_few_companies_walks_the_index_of_each(muchos, lugar):
    ids = [empresa.pk for empresa in muchos[:4]]
    columnas = [campo.attname for campo in MovimientoInventario._meta.concrete_fields]
    queryset = MovimientoInventario.objects.filter(empresa_servidor_id__in=ids).values(*columnas)
    with connection.execute_wrapper(_guardar(vistas := [])):
        paginar(queryset, CLAVES, Cursor(valores=lugar), 20, Ramas("empresa_servidor_id", ids))
    ((sql, params),) = vistas
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        texto = "\n".join(fila[0] for fila in cursor.fetchall())
    assert "movimiento_de_empresa" in texto
    assert not lee_la_tabla_entera(texto)
