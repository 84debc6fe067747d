"""Addresses of the admin that name a row which cannot be: nobody gets an error of the server."""

import pytest
from django.contrib import admin
from django.urls import reverse

IMPOSIBLES = ("zzz", "9" * 30, "-1", "_00")


def de_una_fila():
    """The names of all pages and actions of the admin that take the id of a row."""
    return sorted(
        f"admin:{patron.name}"
        for uno in admin.site._registry.values()
        for patron in uno.get_urls()
        if patron.name and "object_id" in patron.pattern.converters
    )


@pytest.mark.parametrize("nombre", de_una_fila())
def test_pages_and_actions_of_an_impossible_row_lead_nowhere(client, admin, nombre):
    client.force_login(admin)
    client.raise_request_exception = False
    for imposible in IMPOSIBLES:
        ruta = reverse(nombre, args=[imposible])
        for pedir in (client.get, client.post):
            assert pedir(ruta).status_code in {302, 403, 404, 405}, (pedir, ruta)
