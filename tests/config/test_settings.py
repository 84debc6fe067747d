"""Production settings pass Django's own review, and pages find their static files without a second server."""

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
        ("SECRET_KEY", "", "SECRET_KEY, CLAVES_CIFRADO and PIMIENTAS must be set"),
    ],
)
def test_a_wrong_value_stops_the_start_and_shows_no_secret(produccion, nombre, valor, dicho):
    result = revisar(produccion | {nombre: valor})
    assert dicho in result.stderr
    assert "secreta" not in result.stderr


@pytest.mark.parametrize(
    "archivo", ["unfold/css/styles.css", "desk/icono.svg", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"]
)
def test_static_files_are_served_with_debug_off(client, db, archivo):
    assert not settings.DEBUG
    response = client.get(staticfiles_storage.url(archivo))
    assert response.status_code == 200
    response.close()
