import threading
from decimal import Decimal

import pytest
from django.db import connection, connections

from companies.models import PerfilConsulta
from inventory import ahead, catalog, extraction, session
from inventory.models import Articulo, Existencia
from inventory.profiles import Perfil
from inventory.warehouses import Clasificador
from inventory.window import Contexto
from lib.errors import Retriable
from servers import source
from servers.firebird.reading import FilasFirebird


@pytest.fixture
def copiada(empresa_tns, correr):
    correr(extraction, empresa_tns)
    return empresa_tns


def test_catalogo_copies_articles_and_stock(copiada):
    articles = {a.codigo: a for a in Articulo.objects.filter(empresa_servidor=copiada)}
    assert sorted(articles) == ["A1", "A2", "S1"]  # 01. is a node of the tree
    a1 = articles["A1"]
    assert (a1.nombre, a1.grupo_codigo, a1.grupo, a1.unidad) == ("Tornillo", "01.", "Implantes", "UND")
    assert (a1.costo, a1.precio) == (5, Decimal("9.5"))  # of the lowest branch
    assert [articles[code].inactivo for code in ("A1", "A2", "S1")] == [False, True, False]
    assert [articles[code].es_servicio for code in ("A1", "A2", "S1")] == [False, False, True]
    stock = {
        (e.articulo_codigo, e.codigo_bodega): e.cantidad for e in Existencia.objects.filter(empresa_servidor=copiada)
    }
    assert stock == {("A1", "01"): 4, ("A1", "02"): Decimal("2.5")}


def test_catalogo_follows_the_source_and_leaves_the_rest_alone(copiada, fuente, correr):
    read = Articulo.objects.get(codigo="A2").leido
    fuente.sql(
        "UPDATE MATERIAL SET DESCRIP = 'Tornillo largo' WHERE MATID = 1",
        "DELETE FROM MATERIAL WHERE MATID = 4",
        "UPDATE SALMATERIAL SET EXISTENC = 3 WHERE BODID = 2",
        "DELETE FROM SALMATERIAL WHERE BODID = 1",
    )
    run = correr(extraction, copiada, forzar=True)
    assert run.resultado["catalogo"] == {"articulos": 2, "existencias": 1, "omitidos": 0}
    assert Articulo.objects.get(codigo="A1").nombre == "Tornillo largo"
    assert Articulo.objects.get(codigo="A2").leido == read
    assert [e.cantidad for e in Existencia.objects.all()] == [3]


def test_catalogo_leaves_out_what_repeats_a_code_or_does_not_fit(fuente, empresa_tns, correr):
    fuente.sql(
        "INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP) VALUES (9, 'A1', 'Repetido')",
        "ALTER TABLE MATERIAL ALTER UNIDAD TYPE VARCHAR(40)",
        "INSERT INTO MATERIAL (MATID, CODIGO, UNIDAD) VALUES (10, 'A10', 'unidades de medida muy largas')",
    )
    run = correr(extraction, empresa_tns)
    assert run.resultado["catalogo"]["omitidos"] == 2
    assert [line.texto for line in run.lineas.filter(nivel="aviso")] == [
        "Catálogo, omitido: A1 está repetido.", "Catálogo, omitido: A10: unidad tiene 29 caracteres.",
    ]  # fmt: skip
    assert Articulo.objects.get(codigo="A1").nombre == "Tornillo"


def test_catalogo_adds_up_warehouses_that_share_a_code(fuente, empresa_tns, correr):
    """Each branch has its own warehouse 01."""
    fuente.sql(
        "INSERT INTO BODEGA (BODID, CODIGO, NOMBRE, SUCID) VALUES (3, '01', 'IMPLANTES SUR', 2)",
        "INSERT INTO SALMATERIAL VALUES (1, 3, 6.5)",
    )
    correr(extraction, empresa_tns)
    stock = Existencia.objects.get(articulo_codigo="A1", codigo_bodega="01")
    assert (stock.cantidad, stock.bodega) == (Decimal("10.5"), "IMPLANTES")


def test_catalogo_leaves_tables_of_another_program_alone(fuente, empresa_tns, correr):
    fuente.sql("DROP TABLE DEKARDEX", "ALTER TABLE MATERIAL DROP CODIGO")
    empresa_tns.perfil_consulta = PerfilConsulta.SQL
    empresa_tns.consulta_sql = (
        "SELECT CODCOMP AS TIPO_DOCUMENTO, FECHA, NUMERO AS ARTICULO_CODIGO, NUMERO AS ARTICULO_NOMBRE, 1 AS CANTIDAD"
        " FROM KARDEX WHERE FECHA >= ? AND FECHA < ?"
    )
    empresa_tns.save()
    run = correr(extraction, empresa_tns)
    assert (run.error, run.resultado["catalogo"]["articulos"]) == (None, 0)


def test_catalogo_is_left_alone_without_its_tables(fuente, firebird_db, empresa_tns, correr):
    correr(extraction, empresa_tns)
    fuente.sql("DROP TABLE SALMATERIAL", "DROP TABLE GRUPMAT", "DROP TABLE MATERIALSUC")
    run = correr(extraction, empresa_tns, forzar=True)
    assert run.error is None
    assert Articulo.objects.get(codigo="A1").grupo == ""
    assert Existencia.objects.count() == 2  # not asked is not zero


def test_catalogo_is_read_while_the_last_month_is_written(empresa_tns, correr, monkeypatch):
    """By a thread that opens no connection of its own with our database."""
    real, seen = catalog._leer, []

    def leer(*args):
        done = real(*args)
        propio = threading.current_thread() != threading.main_thread()
        abierta = propio and connections["default"].connection is not None
        seen.append((threading.current_thread().name.partition("_")[0], abierta))
        return done

    monkeypatch.setattr(catalog, "_leer", leer)
    assert correr(extraction, empresa_tns).resultado["catalogo"]["articulos"] == 3
    hilo = "lectura" if connection.vendor in ahead.CON_HILO else threading.main_thread().name
    assert seen == [(hilo, False)]


def test_catalogo_that_could_not_be_read_ahead_is_read_again(empresa_tns, correr, monkeypatch):
    real, failed = catalog._leer, []

    def leer(*args):
        if not failed:
            failed.append(Retriable("enlace_cortado", "La conexión con el servidor se cortó."))
            raise failed[0]
        return real(*args)

    monkeypatch.setattr(catalog, "_leer", leer)
    monkeypatch.setattr(session, "PAUSAS", (0.0,))
    run = correr(extraction, empresa_tns)
    assert (run.error, run.resultado["catalogo"]["articulos"]) == (None, 3)


class Harto:
    """Wants no more after having been asked so many times."""

    def __init__(self, veces):
        self.veces = veces

    def comprobar(self):
        self.veces -= 1
        if not self.veces:
            raise ahead.Descartada


@pytest.mark.parametrize("por_bloques", [True, False])
def test_catalogo_that_nobody_wants_is_not_read_to_its_end(por_bloques, empresa_tns, servidor_firebird, monkeypatch):
    if not por_bloques:
        monkeypatch.setattr(FilasFirebird, "bloques", lambda filas: None)
    contexto = Contexto(empresa_tns, Perfil("tns", ()), Clasificador(()), "", "", None, solo_15_cifras=False)
    with source.abrir(servidor_firebird, empresa_tns.ruta_base) as fuente, catalog.CATALOGO.preparar(contexto) as leer:
        assert len(leer(fuente, Harto(100)).tablas) == 2
        with pytest.raises(ahead.Descartada):
            leer(fuente, Harto(3))  # once a table is not enough
