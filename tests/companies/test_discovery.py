import threading

import pytest
from django.db import connection

from companies import discovery, outcomes
from companies.models import EmpresaServidor, EstadoEmpresa
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar, reclamar
from lib.errors import Conflict

ORTO = ("01", "Ortopedia del Valle", "900.123.456-8", 2025, r"C:\Datos TNS\ORTO2025.GDB")
IMPL = ("02", "Implantes y Cía", "800197268-4", 2025, r"C:\Datos TNS\IMPL2025.GDB")


def acciones(run):
    return sorted((e["empresa"], e["anio_fiscal"], e["accion"]) for e in run.resultado["empresas"])


def conteos(run):
    return {nombre: n for nombre, n in run.conteos.items() if n}


def test_descubrir_stores_every_company_of_the_server(crear_maestra, descubrir):
    servidor = crear_maestra(ORTO, IMPL, ("03", "Sin NIT", None, 2025, r"C:\x.GDB")).servidor
    run = descubrir(servidor)
    assert (run.estado, run.resultado["total_empresas"], run.resultado["sin_nit"]) == (Estado.COMPLETADA, 2, 1)
    assert conteos(run) == {"leidas": 2, "creadas": 2}
    assert run.resultado["empresas"][1] == {
        "empresa": "Ortopedia del Valle",
        "nit": "9001234568",
        "anio_fiscal": 2025,
        "accion": "creada",
    }
    empresa = EmpresaServidor.objects.get(nit_base="900123456")
    assert (empresa.servidor, empresa.codigo, empresa.ruta_base) == (servidor, "01", ORTO[4])
    assert empresa.descubierta


def test_descubrir_again_changes_nothing(crear_maestra, descubrir):
    servidor = crear_maestra(ORTO, IMPL).servidor
    descubrir(servidor)
    assert conteos(descubrir(servidor)) == {"leidas": 2, "sin_cambios": 2}


def test_descubrir_follows_the_source(crear_maestra, descubrir):
    maestra = crear_maestra(ORTO, IMPL)
    descubrir(maestra.servidor)
    maestra.sql(
        "UPDATE EMPRESAS SET NOMBRE = 'Ortopedia SAS' WHERE CODIGO = '01'; DELETE FROM EMPRESAS WHERE CODIGO = '02';"
    )
    run = descubrir(maestra.servidor)
    assert conteos(run) == {"leidas": 1, "actualizadas": 1, "inactivadas": 1}
    assert run.resultado["inactivadas"] == [{"empresa": IMPL[1], "nit": "8001972684", "anio_fiscal": 2025}]
    assert EmpresaServidor.objects.get(codigo="02").estado == EstadoEmpresa.INACTIVO
    maestra.poner(IMPL)
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 2, "actualizadas": 1, "sin_cambios": 1}
    assert EmpresaServidor.objects.get(codigo="02").estado == EstadoEmpresa.ACTIVO


def test_descubrir_names_the_server_that_has_the_company(crear_maestra, descubrir):
    descubrir(crear_maestra(ORTO, nombre="Principal").servidor)
    run = descubrir(crear_maestra(ORTO, IMPL).servidor)
    omitida = run.resultado["empresas"][0]
    assert (omitida["accion"], omitida["servidor"]) == ("omitida", "Principal")
    assert "Principal" in run.lineas.get(nivel="aviso").texto
    assert run.estado == Estado.COMPLETADA
    assert conteos(run) == {"leidas": 2, "creadas": 1, "omitidas": 1}


def test_descubrir_rejects_bad_rows_with_their_reason_and_keeps_the_others(crear_maestra, descubrir):
    run = descubrir(
        crear_maestra(
            ORTO,
            ("05", "Letras", "PENDIENTE", 2025, r"C:\a.GDB"),
            ("06", "Sin año", "1-9", None, r"C:\b.GDB"),
            ("07", "Hostil", "2-7", 2025, "evil:/x"),
            ("08", "Protocolo", "3-5", 2025, "inet://otro:3050/C:/x.gdb"),
            ("09", "Red", "4-3", 2025, r"\\srv\share\x.gdb"),
            (None, None, "", None, None),
        ).servidor
    )
    assert run.estado == Estado.COMPLETADA_CON_ERRORES
    assert conteos(run) == {"leidas": 7, "creadas": 1, "rechazadas": 6}
    rechazadas = [e for e in run.resultado["empresas"] if e["accion"] == "rechazada"]
    assert all(e["motivo"] for e in rechazadas)
    assert EmpresaServidor.objects.get().codigo == "01"


def test_descubrir_keeps_a_stored_company_whose_row_went_bad(crear_maestra, descubrir):
    maestra = crear_maestra(ORTO)
    descubrir(maestra.servidor)
    maestra.sql("UPDATE EMPRESAS SET ARCHIVO = 'evil:/x';")
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 1, "rechazadas": 1}
    empresa = EmpresaServidor.objects.get()
    assert (empresa.estado, empresa.ruta_base) == (EstadoEmpresa.ACTIVO, ORTO[4])


def test_descubrir_keeps_one_of_two_rows_with_one_nit_and_year(crear_maestra, descubrir):
    maestra = crear_maestra(("09", "Copia", "900123456", 2025, r"C:\copia.GDB"), ORTO)
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 2, "creadas": 1, "omitidas": 1}
    assert EmpresaServidor.objects.get().codigo == "01"


def test_descubrir_of_an_empty_table_fails_clearly_and_pauses_nothing(crear_maestra, descubrir):
    """As a path to the master of another installation would look; the next run works."""
    maestra = crear_maestra(ORTO)
    descubrir(maestra.servidor)
    maestra.sql("DELETE FROM EMPRESAS;")
    run = descubrir(maestra.servidor)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "sin_empresas")
    assert EmpresaServidor.objects.get().estado == EstadoEmpresa.ACTIVO
    maestra.poner(ORTO)
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 1, "sin_cambios": 1}


MENTIROSA = """CREATE GENERATOR VECES;
SET TERM ^;
CREATE PROCEDURE SIN_FIN RETURNS (NIT VARCHAR(20)) AS DECLARE VEZ BIGINT;
BEGIN
  VEZ = GEN_ID(VECES, 1);
  NIT = '1';
  SUSPEND;
  WHILE (VEZ > 1) DO SUSPEND;
END^
SET TERM ;^
CREATE VIEW EMPRESAS (CODIGO, NOMBRE, NIT, ANOFIS, ARCHIVO) AS SELECT '1', 'N', P.NIT, 2025, 'X' FROM SIN_FIN P;
"""


def test_descubrir_of_a_source_that_counts_one_row_and_sends_them_without_end_fails(crear_maestra, descubrir):
    run = descubrir(crear_maestra(sql=MENTIROSA).servidor)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "lectura_incompleta")


@pytest.mark.parametrize(
    ("sql", "codigo"),
    [
        ("CREATE TABLE OTRA (N INTEGER);", "sin_tabla_empresas"),
        ("CREATE TABLE EMPRESAS (CODIGO VARCHAR(5), NIT VARCHAR(20));", "columnas_faltantes"),
    ],
)
def test_descubrir_of_another_database_fails_clearly(crear_maestra, descubrir, sql, codigo):
    run = descubrir(crear_maestra(sql=sql).servidor)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, codigo)
    assert run.error["remedio"]


@pytest.mark.parametrize(
    "cambio",
    [{"usuario": "NADIE"}, {"ruta_maestra": "/no/existe/ADMIN.gdb"}, {"ruta_maestra": "evil:/x"}, {"puerto": 1}],
)
def test_descubrir_that_fails_pauses_nothing_and_the_next_one_works(crear_maestra, descubrir, cambio):
    servidor = crear_maestra(ORTO).servidor
    descubrir(servidor)
    before = {campo: getattr(servidor, campo) for campo in cambio}
    _poner(servidor, cambio)
    run = descubrir(servidor)
    assert run.estado == Estado.FALLIDA
    assert run.error["mensaje"]
    assert EmpresaServidor.objects.get().estado == EstadoEmpresa.ACTIVO
    _poner(servidor, before)
    assert conteos(descubrir(servidor)) == {"leidas": 1, "sin_cambios": 1}


def _poner(servidor, campos):
    for campo, valor in campos.items():
        setattr(servidor, campo, valor)
    servidor.save()


@pytest.mark.parametrize(("dialect", "charset"), [(1, "NONE"), (3, "NONE"), (3, "WIN1252"), (1, "WIN1252")])
def test_descubrir_reads_accents_padding_and_years_of_every_kind(crear_maestra, descubrir, dialect, charset):
    fila = ("01", "Clínica Ñandú € & Cía", "900.123.456-8", "2025", r"C:\Datos TNS\CLÍNICA2025.GDB")
    maestra = crear_maestra(fila, texto="CHAR", anio="CHAR(10)", dialect=dialect, charset=charset)
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 1, "creadas": 1}
    empresa = EmpresaServidor.objects.get()
    assert (empresa.nombre, empresa.ruta_base, empresa.anio_fiscal) == (fila[1], fila[4], 2025)


@pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])
def test_descubrir_works_through_both_drivers(crear_maestra, descubrir, controlador):
    servidor = crear_maestra(("01", "Clínica Ñandú", "900123456", 2025, "C:/x.GDB")).servidor
    _poner(servidor, {"controlador": controlador})
    assert conteos(descubrir(servidor)) == {"leidas": 1, "creadas": 1}
    assert EmpresaServidor.objects.get().nombre == "Clínica Ñandú"


def test_descubrir_reads_a_numeric_year_of_dialect_1(crear_maestra, descubrir):
    maestra = crear_maestra(ORTO, anio="NUMERIC(15, 2)", dialect=1)
    assert conteos(descubrir(maestra.servidor)) == {"leidas": 1, "creadas": 1}


def test_solicitar_refuses_an_inactive_server(servidor):
    servidor.activo = False
    with pytest.raises(Conflict) as caught:
        discovery.solicitar(servidor)
    assert caught.value.codigo == "servidor_inactivo"
    assert not Ejecucion.objects.exists()


def test_descubrir_of_a_server_switched_off_meanwhile_fails_clearly(servidor, correr):
    pedido = discovery.solicitar(servidor, encolar=False)
    type(servidor).objects.update(activo=False)
    assert correr(pedido, discovery.cumplir).error["codigo"] == "servidor_inactivo"


def test_descubrir_of_a_deleted_server_fails_clearly(servidor, correr):
    pedido = discovery.solicitar(servidor, encolar=False)
    servidor.delete()
    assert correr(pedido, discovery.cumplir).error["codigo"] == "servidor_inexistente"


def test_descubrir_taken_up_again_reports_what_the_first_attempt_did(crear_maestra, monkeypatch):
    """The first process dies between two batches; the second one reads again and tells the whole story."""
    servidor = crear_maestra(ORTO, IMPL).servidor
    monkeypatch.setattr(discovery, "LOTE", 1)
    run = discovery.solicitar(servidor, encolar=False)[0]
    ejecutar(run.pk, _morir_tras(1))
    Ejecucion.objects.filter(pk=run.pk).update(estado=Estado.INTERRUMPIDA, arriendo=None, fin=None, error=None)
    assert EmpresaServidor.objects.count() == 1
    done = ejecutar(run.pk, discovery.cumplir)
    assert (done.estado, conteos(done)) == (Estado.COMPLETADA, {"leidas": 2, "creadas": 2})


class Muerte(Conflict):
    """What stands for the death of the process in this test."""


def _morir_tras(lotes):
    def cuerpo(marcha):
        confirmar = marcha.confirmar
        hechos = []

        def contado(**campos):
            if len(hechos) == lotes:
                raise Muerte("muerte", "Muere aquí.")
            hechos.append(campos)
            confirmar(**campos)

        marcha.confirmar = contado
        return discovery.cumplir(marcha)

    return cuerpo


def test_descubrir_without_its_lease_writes_nothing(crear_maestra):
    servidor = crear_maestra(ORTO).servidor
    run = discovery.solicitar(servidor, encolar=False)[0]

    def cuerpo(marcha):
        Ejecucion.objects.filter(pk=run.pk).update(estado=Estado.INTERRUMPIDA, arriendo=None)
        reclamar(run.pk)
        return discovery.cumplir(marcha)

    ejecutar(run.pk, cuerpo)
    assert not EmpresaServidor.objects.exists()


def test_descubrir_that_is_cancelled_meanwhile_stops_and_pauses_nothing(crear_maestra, descubrir):
    maestra = crear_maestra(ORTO)
    descubrir(maestra.servidor)
    maestra.sql("DELETE FROM EMPRESAS;")
    run = discovery.solicitar(maestra.servidor, encolar=False)[0]

    def cuerpo(marcha):
        Ejecucion.objects.filter(pk=run.pk).update(cancelacion_solicitada=True)
        return discovery.cumplir(marcha)

    assert ejecutar(run.pk, cuerpo).estado == Estado.CANCELADA
    assert EmpresaServidor.objects.get().estado == EstadoEmpresa.ACTIVO


def test_descubrir_lists_of_very_many_what_needs_a_look(crear_maestra, descubrir, monkeypatch):
    monkeypatch.setattr(outcomes, "EMPRESAS_EN_RESULTADO", 1)
    monkeypatch.setattr(outcomes, "LINEAS_DE_AVISO", 0)
    run = descubrir(crear_maestra(ORTO, ("05", "Letras", "X", 2025, r"C:\a.GDB")).servidor)
    assert [e["accion"] for e in run.resultado["empresas"]] == ["rechazada"]
    assert run.resultado["recortado"]
    assert run.lineas.get(nivel="aviso").texto == "Y 1 avisos más; vea el resultado."


@pytest.mark.django_db(transaction=True)
def test_descubrir_two_servers_at_once_gives_each_company_to_one(crear_maestra):
    filas = [(f"{n:02}", f"Empresa {n}", f"9001234{n:02}", 2025, rf"C:\e{n}.GDB") for n in range(40)]
    servidores = [crear_maestra(*filas, nombre=nombre).servidor for nombre in ("Uno", "Dos")]
    runs = [discovery.solicitar(servidor, encolar=False)[0] for servidor in servidores]
    barrier = threading.Barrier(2)

    def hilo(run):
        try:
            barrier.wait(30)
            ejecutar(run.pk, discovery.cumplir)
        finally:
            connection.close()

    threads = [threading.Thread(target=hilo, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for run in runs:
        run.refresh_from_db()
        assert run.estado == Estado.COMPLETADA
        assert run.conteos["creadas"] + run.conteos["omitidas"] == 40
    assert sum(run.conteos["creadas"] for run in runs) == EmpresaServidor.objects.count() == 40
