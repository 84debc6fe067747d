import pytest
from django.utils import timezone

from companies import moving
from companies.models import EmpresaServidor, EstadoEmpresa
from inventory.models import Articulo
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar
from lib.errors import Conflict, TrastiendaError

ORTO = ("01", "Ortopedia del Valle", "900.123.456-8", 2025, r"C:\Datos TNS\ORTO2025.GDB")
ALLA = ("77", "ORTOPEDIA", "900123456", 2025, r"D:\TNS\ORTO2025.GDB")


@pytest.fixture
def mover(correr):
    return lambda empresa, destino: correr(moving.solicitar(empresa, destino, encolar=False), moving.cumplir)


def test_mover_points_the_company_at_the_other_server_with_all_it_has(crear_maestra, empresa, mover):
    Articulo.objects.create(empresa_servidor=empresa, codigo="A1", nombre="Placa", leido=timezone.now())
    destino = crear_maestra(("78", *ALLA[1:]), ALLA, nombre="Nuevo").servidor
    run = mover(empresa, destino)
    assert (run.estado, run.resultado["de"], run.resultado["a"]) == (Estado.COMPLETADA, "BCE", "Nuevo")
    empresa.refresh_from_db()
    assert (empresa.servidor, empresa.codigo, empresa.ruta_base) == (destino, "77", ALLA[4])
    assert (empresa.nombre, empresa.nit_original) == ("Ortopedia del Valle", "900123456-8")
    assert empresa.articulos.count() == 1


def test_mover_brings_back_a_company_that_was_missed(crear_maestra, descubrir, mover):
    vieja = crear_maestra(ORTO, nombre="Viejo")
    descubrir(vieja.servidor)
    vieja.sql("DELETE FROM EMPRESAS;")
    descubrir(vieja.servidor)
    destino = crear_maestra(ALLA, nombre="Nuevo")
    mover(EmpresaServidor.objects.get(), destino.servidor)
    empresa = EmpresaServidor.objects.get()
    assert (empresa.estado, empresa.ausente_desde) == (EstadoEmpresa.ACTIVO, None)
    assert descubrir(destino.servidor).conteos["actualizadas"] == 1
    assert descubrir(vieja.servidor).conteos.get("inactivadas", 0) == 0


def test_mover_leaves_a_company_paused_that_an_operator_paused(crear_maestra, crear_empresa, mover):
    empresa = crear_empresa(estado=EstadoEmpresa.INACTIVO)
    mover(empresa, crear_maestra(ALLA, nombre="Nuevo").servidor)
    empresa.refresh_from_db()
    assert empresa.estado == EstadoEmpresa.INACTIVO


@pytest.mark.parametrize("fila", [("77", "Otra", "900123456", 2024, r"D:\x.GDB"), (*ALLA[:4], "evil:/x")])
def test_mover_refuses_a_server_without_that_company(crear_maestra, empresa, mover, fila):
    run = mover(empresa, crear_maestra(fila, nombre="Nuevo").servidor)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "empresa_no_esta_en_destino")
    assert EmpresaServidor.objects.get().servidor == empresa.servidor


def test_mover_fails_clearly_when_the_server_does_not_answer(crear_servidor, empresa, mover):
    run = mover(empresa, crear_servidor("Nuevo", puerto=1, password="x"))
    assert run.estado == Estado.FALLIDA
    assert run.error["remedio"]


def test_solicitar_refuses_the_present_and_an_inactive_server(empresa, crear_servidor):
    with pytest.raises(Conflict) as present:
        moving.solicitar(empresa, empresa.servidor)
    with pytest.raises(Conflict) as inactive:
        moving.solicitar(empresa, crear_servidor("Apagado", activo=False))
    assert present.value.codigo == "ya_esta_en_ese_servidor"
    assert inactive.value.codigo == "servidor_inactivo"


def test_mover_waits_for_no_other_run_of_the_company_but_refuses(crear_maestra, empresa, mover):
    other = Ejecucion.objects.create(
        tipo="extraer_datos", clave=f"empresa:{empresa.pk}", tarea="extraer_datos_task", estado=Estado.EN_CURSO
    )
    run = mover(empresa, crear_maestra(ALLA, nombre="Nuevo").servidor)
    assert (run.error["codigo"], run.error["task_id"]) == ("empresa_ocupada", other.task_id)


def test_mover_refuses_a_company_that_went_elsewhere_meanwhile(crear_maestra, crear_servidor, empresa):
    destino, otro = crear_maestra(ALLA, nombre="Nuevo").servidor, crear_servidor("Otro")

    def cuerpo(marcha):
        EmpresaServidor.objects.update(servidor=otro)
        return moving.mover(empresa, destino, marcha=marcha)

    run = ejecutar(moving.solicitar(empresa, destino, encolar=False)[0].pk, cuerpo)
    assert run.error["codigo"] == "empresa_cambiada"
    assert EmpresaServidor.objects.get().servidor == otro


def test_mover_taken_up_again_after_its_commit_gives_the_same_result(crear_maestra, empresa):
    destino = crear_maestra(ALLA, nombre="Nuevo").servidor

    def muere(marcha):
        moving.mover(empresa, destino, marcha=marcha)
        raise TrastiendaError("muerte", "Muere aquí.")

    run = moving.solicitar(empresa, destino, encolar=False)[0]
    ejecutar(run.pk, muere)
    Ejecucion.objects.filter(pk=run.pk).update(estado=Estado.INTERRUMPIDA, arriendo=None, fin=None, error=None)
    done = ejecutar(run.pk, moving.cumplir)
    assert (done.estado, done.resultado["a"]) == (Estado.COMPLETADA, "Nuevo")


def test_cumplir_of_a_deleted_company_fails_clearly(empresa, crear_servidor, correr):
    pedido = moving.solicitar(empresa, crear_servidor("Nuevo"), encolar=False)
    empresa.delete()
    assert correr(pedido, moving.cumplir).error["codigo"] == "ya_no_existe"


def test_a_company_that_discovery_omits_can_be_moved(crear_maestra, descubrir, mover):
    descubrir(crear_maestra(ORTO, nombre="Viejo").servidor)
    nuevo = crear_maestra(ALLA, nombre="Nuevo").servidor
    assert descubrir(nuevo).conteos["omitidas"] == 1
    mover(EmpresaServidor.objects.get(), nuevo)
    assert descubrir(nuevo).conteos["omitidas"] == 0
