"""The schema describes the API without gaps, and its page needs no other machine."""

import re

import pytest
from django.core.management import call_command

from config import api


def test_schema_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    texto = (tmp_path / "schema.yml").read_text()
    assert "/api/movimientos/" in texto
    assert "name: cursor" in texto


@pytest.mark.parametrize("ruta", ["/api/schema", "/api/schema/", "/api/docs", "/api/docs/"])
def test_schema_and_page_are_for_people_with_a_session(client, admin, ruta):
    assert client.get(ruta).status_code == 401
    client.force_login(admin)
    assert client.get(ruta).status_code == 200


def test_page_of_the_schema_loads_nothing_from_elsewhere(client, admin):
    client.force_login(admin)
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", client.get("/api/docs/").text) == []


def rutas(patterns, prefix=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from rutas(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern)


def test_every_route_takes_both_forms_of_its_end():
    assert [ruta for ruta in rutas(api.urlpatterns) if not ruta.endswith(("/?$", "/?\\Z"))] == []
