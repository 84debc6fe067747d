"""Production settings pass Django's own review, and pages find their static files without a second server."""

import json
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


@pytest.fixture
def produccion(tmp_path):
    """The environment of an installation on one server."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgres://nadie@127.0.0.1:1/nada",
        "SECRET_KEY": "clave-de-prueba-0123456789" * 2,
        "CLAVES_CIFRADO": Fernet.generate_key().decode(),
        "PIMIENTAS": "una-pimienta-bien-larga",
        "ALLOWED_HOSTS": "trastienda.example.com",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "DIRECTORIO_DATOS": str(tmp_path),
    }


def revisar(entorno):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=entorno, capture_output=True, text=True, check=False)


def test_check_deploy_has_nothing_to_say(produccion):
    result = revisar(produccion)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("falta", ["SECRET_KEY", "CLAVES_CIFRADO", "PIMIENTAS", "ALLOWED_HOSTS", "CELERY_BROKER_URL"])
def test_production_has_no_default_and_generates_nothing(produccion, falta, tmp_path):
    result = revisar({k: v for k, v in produccion.items() if k != falta})
    assert result.returncode
    assert f"Set the {falta} environment variable" in result.stderr
    assert not (tmp_path / "secretos.env").exists()


@pytest.mark.parametrize(
    ("nombre", "valor", "dicho"),
    [
        ("CLAVES_CIFRADO", "secreta", "CLAVES_CIFRADO: number 1 is no Fernet key"),
        ("RED_PERMITIDA", "127.0.0.0/8,todas", "RED_PERMITIDA: 'todas' is no network"),
        ("CORS_ORIGENES", "https://a.example.com,*", "CORS_ORIGENES: «*» no es un origen web"),
        ("PIMIENTAS", "corta", "PIMIENTAS: number 1 is shorter than 16 characters"),
        ("CACHE_URL", "memcached://secreta", "CACHE_URL is no URL of a Redis"),
        ("INVENTORY_DB_PATH", "data/secreta.db", "DATABASE_URL and INVENTORY_DB_PATH name two databases"),
        ("CONTIFICO_API_BASE_URL", "secreta", "CONTIFICO_API_BASE_URL is no address"),
        ("CONTIFICO_PAGE_SIZE", "0", "CONTIFICO_PAGE_SIZE: 0 is no number from 1 on"),
        ("CONTIFICO_PAGE_SIZE", "-1", "CONTIFICO_PAGE_SIZE: -1 is no number from 1 on"),
        ("LOG_LEVEL", "MUCHO", "LOG_LEVEL: 'MUCHO' is no level"),
        ("SECRET_KEY", "", "SECRET_KEY, CLAVES_CIFRADO and PIMIENTAS must be set"),
    ],
)
def test_a_wrong_value_stops_the_start_and_shows_no_secret(produccion, nombre, valor, dicho):
    result = revisar(produccion | {nombre: valor})
    assert dicho in result.stderr
    assert "secreta" not in result.stderr


def ver(entorno, *nombres):
    """What the settings are in such an environment."""
    ask = f"import json; from config import settings as s; print(json.dumps([str(s.{'), str(s.'.join(nombres)})]))"
    command = [sys.executable, "-c", ask]
    result = subprocess.run(command, cwd=settings.BASE_DIR, env=entorno, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


@pytest.fixture
def embebida(tmp_path):
    """The environment of an installation without a database server."""
    return {"PATH": os.environ["PATH"], "ARCHIVO_ENV": os.devnull, "DIRECTORIO_DATOS": str(tmp_path / "datos")}


@pytest.mark.parametrize("vacia", [{}, {"DATABASE_URL": ""}])
def test_inventory_db_path_names_the_sqlite_file_and_makes_its_directory(embebida, tmp_path, vacia):
    path = tmp_path / "otra carpeta" / "50% + más.db"
    name, embedded = ver(
        embebida | vacia | {"INVENTORY_DB_PATH": str(path)}, "DATABASES['default']['NAME']", "EMBEBIDO"
    )
    assert (name, embedded) == (str(path), "True")
    assert path.parent.is_dir()


def test_without_inventory_db_path_the_file_lies_with_the_data(embebida, tmp_path):
    assert ver(embebida, "DATABASES['default']['NAME']") == [str(tmp_path / "datos" / "trastienda.sqlite3")]


def test_log_file_takes_what_the_console_takes(embebida, tmp_path):
    path = tmp_path / "logs" / "contifico.log"
    line = "import django, logging; django.setup(); logging.getLogger('x').debug('año /api/exportaciones/1:abc/')"
    result = subprocess.run(
        [sys.executable, "-c", line],
        cwd=settings.BASE_DIR,
        env=embebida | {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_FILE": str(path), "LOG_LEVEL": "debug"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DEBUG x año" in path.read_text()
    assert "DEBUG x año" in result.stderr
    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize(
    "archivo", ["unfold/css/styles.css", "desk/icono.svg", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"]
)
def test_static_files_are_served_with_debug_off(client, db, archivo):
    assert not settings.DEBUG
    response = client.get(staticfiles_storage.url(archivo))
    assert response.status_code == 200
    response.close()
