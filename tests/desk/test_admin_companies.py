"""The page of a company tells which keys see it."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from apikeys.issuing import emitir
from companies import near_nits
from companies.models import EmpresaServidor, UsuarioEmpresa
from companies.nit import analizar
from servers.models import Servidor


@pytest.fixture
def crear_empresa(db):
    def crear(nit="900.123.456-8", anio_fiscal=2025):
        servidor, _ = Servidor.objects.get_or_create(nombre="BCE", defaults={"host": "127.0.0.1", "usuario": "X"})
        return EmpresaServidor.objects.create(
            servidor=servidor, codigo="01", nombre="Ortopedia", anio_fiscal=anio_fiscal, ruta_base="X.GDB",
            **analizar(nit).campos(),
        )  # fmt: skip

    return crear


@pytest.fixture
def empresa(crear_empresa):
    return crear_empresa()


def pagina(empresa, page="change"):
    return f"{reverse('admin:companies_empresaservidor_changelist')}{empresa.pk}/{page}/"


def personal(*permisos, solo=()):
    user = get_user_model().objects.create_user("ana", is_staff=True)
    for permiso in permisos:
        user.user_permissions.add(Permission.objects.get(codename=permiso))
    for empresa in solo:
        UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
    return user


def test_page_lists_the_keys_of_its_nit_and_of_those_confirmed(client, admin, empresa, crear_empresa):
    pegada = crear_empresa("9001234568")
    suya = emitir(nit="900123456").fila
    near_nits.confirmar("900123456", "9001234568")
    client.force_login(admin)
    for una in (empresa, pegada):
        text = client.get(pagina(una)).text
        assert f"sk_{suya.identificador}…" in text
        assert "Vigente" in text
    assert "medico-de-nit/?nit=900.123.456-8" in client.get(pagina(empresa)).text


def test_page_without_keys_says_so(client, admin, empresa):
    client.force_login(admin)
    text = client.get(pagina(empresa)).text
    assert "Ninguna todavía" in text
    assert "Generar clave" in text


def test_button_leads_to_the_form_with_its_nit(client, admin, empresa):
    client.force_login(admin)
    answer = client.get(pagina(empresa, "generar-clave"), follow=True)
    assert 'value="900.123.456-8"' in answer.text


@pytest.mark.parametrize("limitada", [False, True])
def test_who_may_not_see_keys_is_told_of_none(client, empresa, limitada):
    emitida = emitir(nit="900123456")
    extra = ("view_apikeycliente", "add_apikeycliente") if limitada else ()
    client.force_login(personal("view_empresaservidor", *extra, solo=[empresa] if limitada else []))
    text = client.get(pagina(empresa)).text
    assert emitida.fila.identificador not in text
    assert "Generar clave" not in text
    assert client.get(pagina(empresa, "generar-clave")).status_code == 403
