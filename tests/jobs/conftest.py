import socket

import pytest
from celery import current_app

from jobs.launching import Trabajo
from jobs.models import Ejecucion
from jobs.running import reclamar

TRABAJO = Trabajo("probar", "tests.jobs.probar_task", "general", nombre="Probar")


@pytest.fixture
def crear_run(db):
    """A factory of runs; `claimed=True` for one that this process has claimed."""
    made = 0

    def make(*, claimed: bool = False, **campos) -> Ejecucion:
        nonlocal made
        made += 1
        given = {
            "tipo": TRABAJO.tipo, "nombre": TRABAJO.nombre, "clave": f"cosa:{made}", "sobre": f"La cosa {made}",
            "tarea": TRABAJO.tarea,
        } | campos  # fmt: skip
        run = Ejecucion.objects.create(**given)
        return reclamar(run.pk) if claimed else run

    return make


@pytest.fixture
def run(crear_run) -> Ejecucion:
    return crear_run()


@pytest.fixture
def lector(django_user_model, db):
    """Someone who is no staff and has no permission."""
    return django_user_model.objects.create_user("lectora", password="clave-larga-2")


@pytest.fixture
def puerto_libre() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def broker_muerto(puerto_libre):
    """A broker that refuses connections."""
    options = {name: current_app.conf[name] for name in ("broker_url", "broker_write_url")}
    current_app.conf.update(dict.fromkeys(options, f"redis://127.0.0.1:{puerto_libre}/0"))
    current_app.amqp._producer_pool = None
    yield
    current_app.conf.update(options)
    current_app.amqp._producer_pool = None
