"""The API's own description, for those who ask the API by it."""

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="session")
def esquema():
    """The OpenAPI description, as a dict."""
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="session")
def operaciones(esquema):
    """Each operation by its method and path: `{("get", "/api/movimientos/"): {...}}`."""
    return {
        (method, path): operation
        for path, methods in esquema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    }


@pytest.fixture(scope="session", autouse=True)
def _sin_https():
    """The live server speaks plain HTTP, also where the settings are production's; its middleware looks but once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECURE_SSL_REDIRECT", False)
        yield
