import pytest

from companies.models import EmpresaServidor, EstadoEmpresa
from companies.outcomes import Accion
from companies.reading import EmpresaRechazada, Lectura, convertir
from companies.registering import registrar, retirar
from lib.errors import Rejected
from servers.models import Servidor

FIREBIRD = Servidor()

RUTA = r"C:\Datos TNS\ORTO2025.GDB"


def leida(codigo="01", nombre="Ortopedia del Valle", nit="900.123.456-8", anio=2025, ruta=RUTA):
    return convertir((codigo, nombre, nit, anio, ruta), FIREBIRD)


def acciones(servidor, *grupo):
    return [d.accion for d in registrar(servidor, list(grupo))]


def test_registrar_creates_a_new_company(servidor):
    assert acciones(servidor, leida()) == [Accion.CREADA]
    empresa = EmpresaServidor.objects.get()
    assert (empresa.nit, empresa.nit_original, empresa.nit_base) == ("9001234568", "900.123.456-8", "900123456")
    assert (empresa.dv, empresa.dv_valido, empresa.estado) == ("8", True, EstadoEmpresa.ACTIVO)
    assert (empresa.servidor, empresa.anio_fiscal, empresa.ruta_base) == (servidor, 2025, RUTA)


def test_registrar_leaves_an_equal_company_untouched(servidor, django_assert_num_queries):
    registrar(servidor, [leida()])
    with django_assert_num_queries(1):
        assert acciones(servidor, leida()) == [Accion.SIN_CAMBIOS]


def test_registrar_updates_what_changed_and_says_what(servidor):
    registrar(servidor, [leida()])
    (desenlace,) = registrar(servidor, [leida(nombre="Ortopedia SAS", nit="900123456")])
    assert (desenlace.accion, desenlace.nit) == (Accion.ACTUALIZADA, "900123456")
    assert desenlace.motivo == "Cambió: nombre, NIT, NIT original, DV, DV válido."
    empresa = EmpresaServidor.objects.get()
    assert (empresa.nombre, empresa.nit_base, empresa.dv, empresa.dv_valido) == (
        "Ortopedia SAS",
        "900123456",
        "",
        None,
    )


def test_registrar_omits_a_company_of_another_server_and_names_it(servidor, crear_servidor):
    registrar(crear_servidor("Bodega"), [leida()])
    (desenlace,) = registrar(servidor, [leida(nombre="Otra cosa")])
    assert (desenlace.accion, desenlace.servidor) == (Accion.OMITIDA, "Bodega")
    assert "Bodega" in desenlace.motivo
    assert EmpresaServidor.objects.get().nombre == "Ortopedia del Valle"


def test_registrar_keeps_years_of_one_nit_apart(servidor):
    acciones(servidor, leida())
    assert acciones(servidor, leida(anio=2024)) == [Accion.CREADA]


def test_registrar_stores_the_lowest_code_of_two_rows(servidor):
    assert acciones(servidor, leida("02"), leida("01")) == [Accion.CREADA, Accion.OMITIDA]
    assert EmpresaServidor.objects.get().codigo == "01"


def test_registrar_keeps_the_stored_one_of_two_rows(servidor):
    registrar(servidor, [leida("02")])
    primero, otro = registrar(servidor, [leida("01"), leida("02")])
    assert (primero.accion, otro.accion, otro.servidor) == (Accion.SIN_CAMBIOS, Accion.OMITIDA, "BCE")
    assert EmpresaServidor.objects.get().codigo == "02"


def test_registrar_takes_another_row_when_the_stored_one_is_gone(servidor):
    registrar(servidor, [leida("02")])
    assert acciones(servidor, leida("03"), leida("04")) == [Accion.ACTUALIZADA, Accion.OMITIDA]
    assert EmpresaServidor.objects.get().codigo == "03"


def test_retirar_pauses_what_is_gone_and_registrar_brings_it_back(servidor):
    registrar(servidor, [leida()])
    assert [e.codigo for e in retirar(servidor, Lectura([], [], 0))] == ["01"]
    empresa = EmpresaServidor.objects.get()
    assert empresa.estado == EstadoEmpresa.INACTIVO
    assert empresa.ausente_desde
    assert retirar(servidor, Lectura([], [], 0)) == []
    (desenlace,) = registrar(servidor, [leida()])
    assert (desenlace.accion, desenlace.motivo) == (Accion.ACTUALIZADA, "Volvió a aparecer en la fuente.")
    empresa.refresh_from_db()
    assert (empresa.estado, empresa.ausente_desde) == (EstadoEmpresa.ACTIVO, None)


def test_registrar_leaves_a_company_paused_that_an_operator_paused(servidor):
    registrar(servidor, [leida()])
    EmpresaServidor.objects.update(estado=EstadoEmpresa.INACTIVO)
    assert acciones(servidor, leida()) == [Accion.SIN_CAMBIOS]
    assert EmpresaServidor.objects.get().estado == EstadoEmpresa.INACTIVO


def test_retirar_leaves_what_was_only_written_by_hand(servidor, empresa):
    assert retirar(servidor, Lectura([], [], 0)) == []
    registrar(servidor, [leida()])
    assert EmpresaServidor.objects.get().descubierta


def test_retirar_leaves_companies_of_other_servers(servidor, crear_servidor):
    registrar(crear_servidor("Bodega"), [leida()])
    assert retirar(servidor, Lectura([], [], 0)) == []


@pytest.mark.parametrize("en_fuente", [("01", "C:/otra.gdb"), ("99", RUTA)])
def test_retirar_leaves_a_company_whose_row_was_refused(servidor, en_fuente):

    registrar(servidor, [leida()])
    codigo, ruta = en_fuente
    refused = EmpresaRechazada(codigo, "Ortopedia", "PENDIENTE", 2025, ruta, Rejected("nit_invalido", "No."))
    assert retirar(servidor, Lectura([], [refused], 0)) == []
