from pathlib import Path

import pytest
from django.db import OperationalError, transaction

from jobs import stopping
from jobs.models import INTENTOS_MAXIMOS, Ejecucion, Estado
from jobs.running import ArriendoPerdido, Cancelada, Interrumpida, Marcha, ejecutar, reclamar
from lib.errors import Fatal, Retriable

pytestmark = pytest.mark.django_db


@pytest.fixture
def parando():
    stopping.pedir()
    yield
    stopping.empezar()


def perder_arriendo(run):
    """What `vigilar` does to a run that it believes dead, and another process after it."""
    Ejecucion.objects.filter(pk=run.pk).update(estado=Estado.INTERRUMPIDA, arriendo=None)
    assert reclamar(run.pk)


def test_reclamar_gives_a_lease_once(run):
    claimed = reclamar(run.pk)
    assert claimed.estado == Estado.EN_CURSO
    assert claimed.arriendo
    assert claimed.intentos == 1
    assert reclamar(run.pk) is None


def test_reclamar_keeps_the_first_start(run):
    first = reclamar(run.pk).inicio
    Ejecucion.objects.update(estado=Estado.INTERRUMPIDA, arriendo=None)
    again = reclamar(run.pk)
    assert again.inicio == first
    assert again.intentos == 2


@pytest.mark.parametrize("estado", [Estado.COMPLETADA, Estado.FALLIDA, Estado.CANCELADA])
def test_reclamar_leaves_a_run_that_ended(run, estado):
    Ejecucion.objects.update(estado=estado)
    assert reclamar(run.pk) is None


def test_ejecutar_records_result_and_counts(run):
    def cuerpo(marcha: Marcha):
        marcha.sumar(leidas=3, creadas=2, redondeadas=1)
        marcha.avanzar(3, total=3, mensaje="Leyendo")
        return {"filas": 3}

    done = ejecutar(run.pk, cuerpo)
    assert done.estado == Estado.COMPLETADA
    assert done.resultado == {"filas": 3}
    assert (done.conteos["leidas"], done.conteos["redondeadas"], done.conteos["omitidas"]) == (3, 1, 0)
    assert (done.progreso, done.total, done.porcentaje, done.arriendo) == (3, 3, 100, None)
    assert done.fin >= done.inicio


def test_ejecutar_says_when_rows_were_rejected(run):
    done = ejecutar(run.pk, lambda marcha: marcha.sumar(rechazadas=1) or {})
    assert done.estado == Estado.COMPLETADA_CON_ERRORES


def test_ejecutar_does_nothing_with_a_run_of_another(run):
    reclamar(run.pk)
    assert ejecutar(run.pk, lambda marcha: pytest.fail("must not run")) is None


@pytest.mark.parametrize("kind", [Fatal, Retriable])
def test_ejecutar_records_an_error_that_a_person_acts_on(run, kind):
    def cuerpo(marcha):
        raise kind("acceso_denegado", "El servidor no aceptó la clave.", "Corrija la clave.")

    done = ejecutar(run.pk, cuerpo)
    assert done.estado == Estado.FALLIDA
    assert done.error["codigo"] == "acceso_denegado"
    assert done.error["remedio"] == "Corrija la clave."
    assert done.lineas.get().nivel == "error"


def test_ejecutar_records_and_raises_an_unexpected_error_without_its_text(run):
    def cuerpo(marcha):
        raise KeyError("clave-secreta")

    with pytest.raises(KeyError):
        ejecutar(run.pk, cuerpo)
    run.refresh_from_db()
    assert run.estado == Estado.FALLIDA
    assert run.error["codigo"] == "error_interno"
    assert "clave-secreta" not in str(run.error) + run.lineas.get().texto
    assert "test_running.py" in run.lineas.get().texto


def test_ejecutar_tells_of_a_full_disk(run):
    def cuerpo(marcha):
        with Path("/dev/full").open("wb") as full:
            full.write(b"una fila")

    done = ejecutar(run.pk, cuerpo)
    assert (done.estado, done.error["codigo"]) == (Estado.FALLIDA, "disco_lleno")
    assert "TMPDIR" in done.error["remedio"]


def test_ejecutar_keeps_the_counts_of_the_last_checkpoint_when_it_fails(run):
    def cuerpo(marcha):
        marcha.sumar(creadas=5)
        marcha.confirmar(punto_de_control={"mes": 1})
        marcha.sumar(creadas=7)  # of a window that is rolled back
        raise Fatal("x", "Falló.")

    done = ejecutar(run.pk, cuerpo)
    assert done.conteos["creadas"] == 5
    assert done.punto_de_control == {"mes": 1}


def test_ejecutar_resumes_from_the_checkpoint(run):
    def cuerpo(marcha):
        if not marcha.punto_de_control:
            marcha.sumar(creadas=5)
            marcha.confirmar(punto_de_control={"mes": 1}, progreso=1)
            raise Interrumpida
        assert marcha.conteos["creadas"] == 5
        return {"desde": marcha.punto_de_control["mes"]}

    assert ejecutar(run.pk, cuerpo).estado == Estado.INTERRUMPIDA
    done = ejecutar(run.pk, cuerpo)
    assert done.resultado == {"desde": 1}
    assert done.intentos == 1  # being told to end is no death


def test_ejecutar_interrupts_when_our_database_goes_away_and_the_third_time_is_final(run):
    def cuerpo(marcha):
        raise OperationalError("database is locked")

    states = [ejecutar(run.pk, cuerpo).estado for _ in range(INTENTOS_MAXIMOS)]
    assert states == [Estado.INTERRUMPIDA, Estado.INTERRUMPIDA, Estado.FALLIDA]
    run.refresh_from_db()
    assert run.error["codigo"] == "interrumpida_tres_veces"


def test_ejecutar_cancels_on_ctrl_c(run):
    def cuerpo(marcha):
        raise KeyboardInterrupt

    assert ejecutar(run.pk, cuerpo).estado == Estado.CANCELADA


def test_ejecutar_gives_the_run_back_when_the_process_must_exit(run):
    def cuerpo(marcha):
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        ejecutar(run.pk, cuerpo)
    run.refresh_from_db()
    assert (run.estado, run.intentos, run.arriendo) == (Estado.INTERRUMPIDA, 0, None)


def test_ejecutar_cancels_where_someone_asked_for_it_meanwhile(run):
    def cuerpo(marcha):
        Ejecucion.objects.update(cancelacion_solicitada=True)
        marcha.avanzar(1)
        pytest.fail("must have stopped")

    assert ejecutar(run.pk, cuerpo).estado == Estado.CANCELADA


def test_ejecutar_takes_nothing_while_the_worker_ends(run, parando):
    Ejecucion.objects.update(enviada=run.creada, envios=3)
    assert ejecutar(run.pk, lambda marcha: pytest.fail("must not run")) is None
    run.refresh_from_db()
    assert (run.estado, run.enviada, run.envios) == (Estado.PENDIENTE, None, 0)  # vigilar sends it at its next round


def test_comprobar_interrupts_when_the_worker_is_told_to_end(run):
    def cuerpo(marcha):
        stopping.pedir()
        try:
            marcha.comprobar()
        finally:
            stopping.empezar()

    assert ejecutar(run.pk, cuerpo).estado == Estado.INTERRUMPIDA


def test_confirmar_rolls_back_the_rows_of_a_process_that_lost_its_lease(run, django_user_model):
    marcha = Marcha(reclamar(run.pk))
    perder_arriendo(run)

    @transaction.atomic
    def escribir():
        django_user_model.objects.create_user("fila")
        marcha.confirmar(punto_de_control={"mes": 1})

    with pytest.raises(ArriendoPerdido):
        escribir()
    assert not django_user_model.objects.filter(username="fila").exists()
    run.refresh_from_db()
    assert run.punto_de_control == {}


def test_confirmar_rolls_back_when_the_run_was_cancelled(run):
    marcha = Marcha(reclamar(run.pk))
    Ejecucion.objects.update(cancelacion_solicitada=True)
    with pytest.raises(Cancelada):
        marcha.confirmar(punto_de_control={"mes": 1})


def test_cerrar_leaves_the_row_to_the_process_that_holds_it(run):
    def cuerpo(marcha):
        perder_arriendo(run)
        return {"mio": True}

    done = ejecutar(run.pk, cuerpo)
    assert done.estado == Estado.EN_CURSO
    assert done.resultado is None


def test_ejecutar_leaves_the_row_alone_after_losing_the_lease(run):
    def cuerpo(marcha):
        perder_arriendo(run)
        marcha.avanzar(5)

    done = ejecutar(run.pk, cuerpo)
    assert (done.estado, done.progreso) == (Estado.EN_CURSO, 0)


def test_avanzar_leaves_the_row_unlocked_inside_a_transaction(run):
    marcha = Marcha(reclamar(run.pk))
    with transaction.atomic():
        marcha.avanzar(7, total=9)
    run.refresh_from_db()
    assert run.progreso == 0
    marcha.latir()
    run.refresh_from_db()
    assert (run.progreso, run.total) == (7, 9)


def test_avanzar_writes_no_more_than_twice_a_second(run, django_assert_num_queries):
    marcha = Marcha(reclamar(run.pk))
    with django_assert_num_queries(1):
        for n in range(1000):
            marcha.avanzar(n)


def test_latir_learns_of_a_cancellation(run):
    marcha = Marcha(reclamar(run.pk))
    Ejecucion.objects.update(cancelacion_solicitada=True)
    marcha.latir()
    with pytest.raises(Cancelada):
        marcha.comprobar()


def test_anotar_writes_a_line(run):
    Marcha(reclamar(run.pk)).anotar("Línea\x00 con nulo")
    assert run.lineas.get().texto == "Línea con nulo"
