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
        "ALLOWED_HOSTS": "trastienda.example.com",
        "DIRECTORIO_DATOS": str(tmp_path),
    }


def revisar(entorno):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=entorno, capture_output=True, text=True, check=False)


def test_check_deploy_has_nothing_to_say(produccion):
    result = revisar(produccion)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("falta", ["SECRET_KEY", "CLAVES_CIFRADO"])
def test_production_without_a_secret_does_not_start(produccion, falta):
    assert falta in revisar({k: v for k, v in produccion.items() if k != falta}).stderr


@pytest.mark.parametrize(
    "archivo", ["unfold/css/styles.css", "desk/icono.svg", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"]
)
def test_static_files_are_served_with_debug_off(client, db, archivo):
    assert not settings.DEBUG
    response = client.get(staticfiles_storage.url(archivo))
    assert response.status_code == 200
    response.close()
