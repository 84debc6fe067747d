import json
import socket

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from inventory.contifico import doctor
from inventory.contifico.accounts import credenciales
from inventory.contifico.models import Cuenta
from inventory.contifico.resources import RECURSOS
from lib.errors import Fatal
from tests.fakes.contifico import faults

LEIDOS = ("categories", "brands", "sales")
PASOS = ["direccion", "conexion", "clave", "version_1", "version_2", "recursos"]


@pytest.fixture
def buena(cuenta, fake):
    """An account that the fake lets in, with three resources; it may be asked as often as one likes."""
    cuenta.url_base, cuenta.api_key, cuenta.peticiones_por_segundo = f"{fake.url}/v1", fake.clave, 20
    cuenta.recursos_apagados = [one.nombre for one in RECURSOS if one.nombre not in LEIDOS]
    cuenta.save()
    return cuenta


def resultados(cuenta):
    found = doctor.probar(cuenta)
    return {paso.paso: str(paso.resultado) for paso in found.pasos}, found


def fallo(cuenta):
    """The step that failed, and its code."""
    failed = [(paso.paso, paso.error) for paso in doctor.probar(cuenta).pasos if paso.resultado == "fallo"]
    assert len(failed) == 1
    return failed[0]


def test_probar_goes_through_all_steps_and_resources(buena):
    buena.recursos_apagados = []
    said, found = resultados(buena)
    assert said == dict.fromkeys(PASOS, "ok") | {"conexion": "aviso"}  # loopback: no TLS
    assert found.correcto
    assert found.datos["recursos"] == dict.fromkeys((one.nombre for one in RECURSOS), "disponible")


@pytest.mark.parametrize("final", ["", "/", "/v1", "/v2/"])
def test_the_address_may_end_in_a_version_or_not(buena, fake, final):
    buena.url_base = fake.url + final
    assert doctor.probar(buena).correcto


def test_a_resource_that_is_not_there_is_told_and_stops_nothing(buena, fake):
    fake.sin_recurso[("v1", "marca")] = 404
    said, found = resultados(buena)
    assert said["recursos"] == "aviso"
    assert found.datos["recursos"]["brands"] == "recurso_no_disponible"
    assert found.pasos[-1].mensaje == "Disponibles: 2 de 3. No disponibles: Marcas."
    buena.recursos_apagados.append("brands")
    assert resultados(buena)[0]["recursos"] == "ok"


def test_a_resource_that_fails_is_told_by_its_code(buena, fake):
    fake.fallar("marca", faults.estado(503), veces=None)
    assert doctor.probar(buena).pasos[-1].mensaje.endswith("Fallaron (servicio_no_disponible): Marcas.")


def test_time_for_resources_is_bounded(buena, monkeypatch):
    monkeypatch.setattr(doctor, "SEGUNDOS_DE_RECURSOS", 0)
    assert "Sin probar, por falta de tiempo: Categorías" in doctor.probar(buena).pasos[-1].mensaje


def test_without_version_2_there_is_a_warning(buena, fake):
    fake.sin_recurso[("v2", "bodega")] = 404
    said, found = resultados(buena)
    assert (said["version_2"], found.correcto) == ("aviso", True)


def test_a_key_that_is_refused_fails_at_its_step(buena):
    buena.api_key = "otra"
    assert fallo(buena) == ("clave", "credenciales_rechazadas")


def test_an_account_without_a_key_says_so(buena):
    buena.api_key = ""
    assert fallo(buena) == ("conexion", "sin_api_key")


def test_an_address_of_nobody_fails_at_the_connection(cuenta):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    cuenta.url_base = f"http://127.0.0.1:{port}"
    assert fallo(cuenta) == ("conexion", "conexion_rechazada")


def test_a_host_that_is_not_allowed_fails_at_once(cuenta, settings):
    settings.RED_PERMITIDA = []
    assert fallo(cuenta) == ("direccion", "host_no_permitido")
    cuenta.url_base = "https://10.0.0.1/"
    assert fallo(cuenta) == ("direccion", "host_no_permitido")


def test_an_address_of_another_thing_fails_at_version_1(buena, fake):
    buena.url_base = fake.url.replace("/sistema/api", "/otra")
    assert fallo(buena)[0] == "version_1"


def test_a_page_instead_of_json_fails_without_its_body(buena, fake):
    fake.fallar("bodega", faults.html_500, veces=None)
    assert fallo(buena)[0] == "conexion"


def test_no_step_tells_the_key(buena, fake):
    assert fake.clave not in str(doctor.probar(buena).as_dict())
    assert fake.clave not in repr(credenciales(buena))


def test_credenciales_are_those_of_the_account(buena, fake):
    buena.enviar_token_en_cabecera = True
    made = credenciales(buena)
    assert (made.api_key, made.enviar_token, made.peticiones_por_segundo) == (fake.clave, True, 20.0)
    with pytest.raises(Fatal, match="sin_api_key"):
        credenciales(Cuenta(nombre="X"))


def test_the_page_connects_only_when_it_is_told_to(client, admin, buena, fake):
    client.force_login(admin)
    page = reverse("admin:contifico_cuenta_probar_conexion", args=[buena.pk])
    assert "Aún no se ha probado" in client.get(page).content.decode()
    assert not fake.peticiones
    text = client.post(page).content.decode()
    assert "Disponibles: 3 de 3." in text
    assert fake.clave not in text


def test_probar_contifico_tells_each_step(buena, capsys):
    call_command("probar_contifico")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("OK       Dirección")
    assert lines[-1] == "La conexión funciona, con avisos."


def test_probar_contifico_by_name_answers_json_and_ends_with_1_where_a_step_fails(buena, capsys):
    Cuenta.objects.filter(pk=buena.pk).update(api_key_cifrada="")
    with pytest.raises(SystemExit) as ended:
        call_command("probar_contifico", buena.nombre, "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["correcto"] is False


def test_probar_contifico_of_an_unknown_account_says_so(cuenta):
    with pytest.raises(CommandError, match="cuenta_desconocida"):
        call_command("probar_contifico", "Nadie")
