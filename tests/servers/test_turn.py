from datetime import UTC, datetime, time

import pytest

from jobs import turns
from jobs.marcha import Aplazada, Marcha
from jobs.models import Ejecucion, Espera, Estado
from jobs.running import ejecutar, reclamar
from lib.errors import Rejected
from servers.models import Servidor
from servers.serializers import ServidorSerializer
from servers.turn import Turno

NOCHE = {"lectura_desde": time(22), "lectura_hasta": time(6)}  # in Bogota: 03:00 to 11:00 UTC
MEDIODIA = datetime(2026, 11, 20, 17, tzinfo=UTC)
MEDIANOCHE = datetime(2026, 11, 21, 5, tzinfo=UTC)
ABRE = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def crear_run(db):
    made = []

    def crear():
        made.append(1)
        return Ejecucion.objects.create(tipo="leer", nombre="Leer", clave=f"cosa:{len(made)}", sobre="", tarea="leer")

    return crear


def pedir(servidor, run, ahora):
    return ejecutar(run.pk, lambda marcha: {"espero": Turno(servidor, marcha, reloj=lambda: ahora).pedir()})


def test_pedir_outside_the_hours_goes_on_by_itself_when_they_begin(crear_servidor, crear_run, en_worker):
    servidor, run = crear_servidor(**NOCHE), crear_run()
    waiting = pedir(servidor, run, MEDIODIA)
    assert (waiting.estado, waiting.espera, waiting.no_antes) == (Estado.PENDIENTE, Espera.HORARIO, ABRE)
    assert waiting.mensaje == "BCE se lee de 22:00 a 06:00, hora de America/Bogota: sigue sola a las 22:00."
    done = pedir(servidor, run, MEDIANOCHE)
    assert (done.estado, done.espera, done.espera_desde, done.no_antes) == (Estado.COMPLETADA, "", None, None)


def test_pedir_holds_no_place_outside_the_hours(crear_servidor, crear_run, en_worker):
    waiting = pedir(crear_servidor(**NOCHE), crear_run(), MEDIODIA)
    assert waiting.puesto is None


@pytest.mark.parametrize(("activo", "codigo"), [(False, "servidor_inactivo"), (None, "servidor_desconocido")])
def test_pedir_again_of_a_server_that_is_switched_off_or_gone_is_refused(crear_servidor, crear_run, activo, codigo):
    servidor = crear_servidor()
    turno = Turno(servidor, Marcha(reclamar(crear_run().pk)))
    turno.pedir()
    rows = Servidor.objects.filter(pk=servidor.pk)
    rows.delete() if activo is None else rows.update(activo=activo)
    with pytest.raises(Rejected) as error:
        turno.pedir()
    assert error.value.codigo == codigo


def test_pedir_again_keeps_to_what_staff_have_changed(crear_servidor, crear_run, en_worker):
    servidor = crear_servidor(filas_por_segundo=600, conexiones_a_la_vez=2)
    turno = Turno(servidor, Marcha(reclamar(crear_run().pk)), reloj=lambda: MEDIODIA)
    turno.pedir()
    Servidor.objects.update(filas_por_segundo=100, conexiones_a_la_vez=1, **NOCHE)
    with pytest.raises(Aplazada):
        turno.pedir()
    assert turno._paso.por_segundo == 100


def test_pedir_whose_hours_end_while_it_waits_for_a_place_waits_for_them_too(crear_servidor, crear_run, monkeypatch):
    servidor, now, seen = crear_servidor(conexiones_a_la_vez=1, **NOCHE), [MEDIANOCHE], []
    holder = Marcha(reclamar(crear_run().pk))
    Turno(servidor, holder, reloj=lambda: MEDIANOCHE).pedir()

    def dormir(_):
        seen.append(Ejecucion.objects.get(pk=run.pk).espera)
        holder.cerrar(Estado.COMPLETADA)
        now[0] = MEDIODIA if len(seen) == 1 else MEDIANOCHE

    monkeypatch.setattr(turns.time, "sleep", dormir)
    run = crear_run()
    done = ejecutar(run.pk, lambda marcha: {"espero": Turno(servidor, marcha, reloj=lambda: now[0]).pedir()})
    assert (seen, done.resultado, done.espera) == ([Espera.CUPO, Espera.HORARIO], {"espero": True}, "")


def test_runs_that_wait_for_the_hour_look_again_when_staff_change_it(crear_servidor, crear_run, en_worker):
    servidor, otro = crear_servidor(**NOCHE), crear_servidor(nombre="Otro", **NOCHE)
    waiting, other = (pedir(s, crear_run(), MEDIODIA) for s in (servidor, otro))
    cambio = ServidorSerializer(servidor, {"lectura_desde": None, "lectura_hasta": None}, partial=True)
    cambio.is_valid(raise_exception=True)
    cambio.save()
    rows = Ejecucion.objects.filter(turns.toca())
    assert rows.filter(pk=waiting.pk).exists()
    assert not rows.filter(pk=other.pk).exists()
    assert pedir(servidor, waiting, MEDIODIA).estado == Estado.COMPLETADA


def test_pedir_in_the_foreground_waits_for_the_hour_and_says_so(crear_servidor, crear_run, monkeypatch):
    servidor, run, now = crear_servidor(**NOCHE), crear_run(), [MEDIODIA]
    seen = []

    def dormir(_):
        seen.append(Ejecucion.objects.get().mensaje)
        now[0] = MEDIANOCHE

    monkeypatch.setattr(turns.time, "sleep", dormir)
    done = ejecutar(run.pk, lambda marcha: {"espero": Turno(servidor, marcha, reloj=lambda: now[0]).pedir()})
    assert done.resultado == {"espero": True}
    assert seen == ["BCE se lee de 22:00 a 06:00, hora de America/Bogota: sigue sola a las 22:00."]


@pytest.mark.parametrize(
    ("conexiones", "mensaje"),
    [
        (1, "Espera una conexión con BCE: la única que admite está en uso."),
        (2, "Espera una conexión con BCE: las 2 que admite están en uso."),
    ],
)
def test_pedir_beyond_the_connections_says_what_it_waits_for(crear_servidor, crear_run, en_worker, conexiones, mensaje):
    servidor = crear_servidor(conexiones_a_la_vez=conexiones)
    for _ in range(conexiones):
        Turno(servidor, Marcha(reclamar(crear_run().pk))).pedir()
    waiting = pedir(servidor, crear_run(), MEDIODIA)
    assert (waiting.estado, waiting.espera, waiting.mensaje) == (Estado.PENDIENTE, Espera.CUPO, mensaje)


def test_pedir_of_another_server_does_not_wait(crear_servidor, crear_run, en_worker):
    Turno(crear_servidor(conexiones_a_la_vez=1), Marcha(reclamar(crear_run().pk))).pedir()
    otro = crear_servidor(nombre="Otro", conexiones_a_la_vez=1)
    assert pedir(otro, crear_run(), MEDIODIA).estado == Estado.COMPLETADA


def test_pedir_again_keeps_the_place_and_asks_for_the_hour_only(crear_servidor, crear_run, en_worker):
    now = [MEDIANOCHE]
    marcha = Marcha(reclamar(crear_run().pk))
    turno = Turno(crear_servidor(conexiones_a_la_vez=1, **NOCHE), marcha, reloj=lambda: now[0])
    assert turno.pedir() is turno.pedir() is False
    assert marcha.run.puesto == 1
    now[0] = MEDIODIA
    assert not turno.en_horas()
    with pytest.raises(Aplazada):
        turno.pedir()


@pytest.mark.parametrize(("conexiones", "parte"), [(1, 600), (3, 200)])
def test_connections_share_the_rows_of_a_server_evenly(crear_servidor, crear_run, conexiones, parte):
    servidor = crear_servidor(filas_por_segundo=600, conexiones_a_la_vez=conexiones)
    assert Turno(servidor, Marcha(crear_run()))._paso.por_segundo == parte
