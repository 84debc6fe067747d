"""Fixtures that every test may use."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as ajustes
from django.contrib.auth import get_user_model
from django.db import connection

from apikeys import refusals
from desk.demo.firebird_server import PrivateFirebird
from desk.demo.tns import Instalacion, crear_instalacion
from jobs import stopping
from tests.canary import _nada_se_escapa, canario  # noqa: F401
from tests.claves import emitir_de_nit
from tests.mariadb import MARIADB, mariadb  # noqa: F401
from tests.programs import broker, contadores, programas, redis_comun, usar_broker  # noqa: F401


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database: `scripts/test` runs it again on PostgreSQL with `-m base_de_datos`."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if MARIADB.mark in item.iter_markers("xdist_group"):
            continue  # about MariaDB, whichever the main database is
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}:
            item.add_marker("base_de_datos")


@pytest.fixture
def admin(db):
    """A superuser; log in with `client.force_login(admin)`."""
    return get_user_model().objects.create_superuser("admin", "admin@example.com", "clave-larga-1")


@pytest.fixture
def clave_de(db):
    """A factory of clients' keys: `clave_de("900123456", alcances=["lectura"])` → the header that opens with it."""

    def make(nit: str = "900123456", **campos) -> dict[str, str]:
        _, clave = emitir_de_nit(nit, "Cliente de prueba", **campos)
        return {"HTTP_API_KEY": clave.texto}

    return make


@pytest.fixture(autouse=True)
def _ajustes_de_pruebas(settings, monkeypatch, tmp_path_factory):
    """Loopback is open, for the programs that tests start listen there; counters and cache are the test's own."""
    settings.CACHE_URL = ""
    refusals.cerradas.clear()
    settings.ARCHIVO_LIMITES = tmp_path_factory.getbasetemp() / f"limites-{uuid4().hex}.sqlite3"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid4().hex}}
    settings.SEGUNDO_FACTOR_OBLIGATORIO = False  # production's; nobody of the tests has a telephone
    settings.SECURE_SSL_REDIRECT = False  # the test client speaks plain HTTP, also where the settings are production's
    settings.RED_PERMITIDA = ["127.0.0.0/8"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    monkeypatch.setenv("RED_PERMITIDA", "127.0.0.0/8")  # for subprocesses


@pytest.fixture(scope="session")
def firebird(tmp_path_factory):
    """A private Firebird server, one per test process: `.port`, `.usuario`, `.password`, `.path(name)`, `.isql(…)`."""
    with PrivateFirebird(tmp_path_factory.mktemp("firebird")) as server:
        yield server


@pytest.fixture(scope="session")
def firebird_db(firebird) -> Callable[..., Path]:
    """A factory of databases: `firebird_db("X.GDB", "CREATE TABLE …;", dialect=1, charset="WIN1252")` → its path.

    Each call gets a folder of its own, so names may repeat. The SQL is isql's, `SET TERM` included; a batch of rows
    goes fastest as one EXECUTE BLOCK.
    """
    made = 0

    def make(name: str = "PRUEBA.GDB", sql: str = "", *, dialect: int = 3, charset: str = "NONE") -> Path:
        nonlocal made
        made += 1
        return firebird.create_database(f"{made}/{name}", sql, dialect=dialect, charset=charset)

    return make


@pytest.fixture(scope="session")
def instalacion_tns(firebird) -> Instalacion:
    """A small TNS installation on `firebird` with the troubles of real ones: `.maestras`, `.hoy`, `.verdad`.

    For reading only: a test that changes a database makes its own with `crear_instalacion(..., carpeta="…")`.
    """
    return crear_instalacion(firebird, hoy=date(2026, 11, 20), lineas=60)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, as in production: threads and subprocesses see it, and its locks are the real ones."""
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("base") / "prueba.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(autouse=True, scope="session")
def _broker_de_pruebas(tmp_path_factory):
    """What tests send goes to a broker of their own, never to that of the machine."""
    usar_broker(tmp_path_factory.mktemp("broker"))


@pytest.fixture(autouse=True, scope="session")
def _sin_https():
    """`live_server` reads the settings once, before those of the first test are made."""
    ajustes.SECURE_SSL_REDIRECT = False


@pytest.fixture
def en_worker() -> Iterator[None]:
    """Runs are made as in a worker, where whoever has to wait gives back its thread."""
    stopping.empezar()
    yield
    stopping._working.clear()
