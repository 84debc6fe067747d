"""Every page and button of keys by every role: what opens, and what is refused without any effect."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from apikeys.issuing import emitir_ficha
from apikeys.models import APIKeyCliente, FichaPersonal
from companies.models import EquivalenciaNit, UsuarioEmpresa

LISTA = reverse("admin:apikeys_apikeycliente_changelist")
ADD = reverse("admin:apikeys_apikeycliente_add")
MEDICO = reverse("admin:apikeys_medico_de_nit")
FICHAS = reverse("admin:apikeys_fichapersonal_changelist")
INTENTOS = reverse("admin:apikeys_intentorechazado_changelist")
NADA, MIRA, HACE = "nada", "mira", "hace"
ROLES = {"lector": NADA, "operador": HACE, "auditor": MIRA, "administrador": HACE, "": NADA}


@pytest.fixture
def mundo(crear_empresa, emitida, admin):
    """A key to look at, a near-match to confirm, a token to revoke."""
    crear_empresa("9001234568", 2024)
    emitir_ficha(admin, dias=9)
    return emitida.fila


@pytest.fixture
def entrar(client, empresa):
    def entrar(rol, *, limitada=False):
        user = get_user_model().objects.create_user("ana", is_staff=True)
        if rol:
            user.groups.add(Group.objects.get(name=rol))
        if limitada:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        client.force_login(user)
        return client

    return entrar


def mirar(client, fila):
    pages = [LISTA, f"{LISTA}{fila.pk}/change/", f"{LISTA}{fila.pk}/history/", f"{LISTA}{fila.pk}/ver-como/"]
    pages += [f"{MEDICO}?nit=900123456", FICHAS, INTENTOS]
    return {client.get(page).status_code for page in pages}


def hacer(client, fila):
    """Everything that changes something, each by its POST."""
    pedido = {
        "paso": "emitir", "pedido": str(uuid.uuid4()), "tipo": "nit", "dueno": "900123456", "dias_validez": "9",
        "alcances": ["lectura"], "limite_por_minuto": "9",
    }  # fmt: skip
    cambio = {"nombre_cliente": "Otro", "alcances": ["lectura"], "limite_por_minuto": "9"}
    client.post(MEDICO, {"nit": "900123456", "confirmar": "9001234568"})
    client.post(ADD, pedido)
    client.post(f"{LISTA}{fila.pk}/change/", cambio)
    client.post(f"{LISTA}{fila.pk}/renovar/", {"dias_validez": "9", "solape_horas": "1"})
    client.post(f"{LISTA}{fila.pk}/revocar/")
    client.post(f"{LISTA}{fila.pk}/delete/", {"post": "yes"})


def hecho(fila):
    """What of it came to be: confirmed, keys there are, name, revoked."""
    fila.refresh_from_db()
    return (EquivalenciaNit.objects.count(), APIKeyCliente.objects.count(), fila.nombre_cliente, fila.activa)


@pytest.mark.parametrize(("rol", "alcanza"), ROLES.items())
def test_a_role_does_what_it_may_and_nothing_else(entrar, mundo, rol, alcanza):
    client = entrar(rol)
    antes = hecho(mundo)
    assert mirar(client, mundo) == ({403} if alcanza == NADA else {200})
    hacer(client, mundo)
    assert hecho(mundo) == ((1, 3, "Otro", False) if alcanza == HACE else antes)


@pytest.mark.parametrize("rol", ROLES)
def test_whoever_is_limited_to_companies_does_nothing_whatever_the_role(entrar, mundo, rol):
    client = entrar(rol, limitada=True)
    antes = hecho(mundo)
    assert mirar(client, mundo) == {403}
    hacer(client, mundo)
    client.post(FICHAS, {"action": "revocar", "_selected_action": [FichaPersonal.objects.get().pk]})
    assert hecho(mundo) == antes
    assert FichaPersonal.objects.get().activa
    assert "/admin/apikeys/" not in client.get("/admin/").text


def test_without_a_login_every_page_leads_to_it(client, mundo):
    antes = hecho(mundo)
    assert mirar(client, mundo) == {302}
    hacer(client, mundo)
    assert hecho(mundo) == antes
