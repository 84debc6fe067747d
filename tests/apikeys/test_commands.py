"""The twins of the API's buttons: the key goes to standard output alone, errors to the other one or into JSON."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from apikeys import keys
from apikeys.issuing import emitir
from apikeys.models import APIKeyCliente, IntentoRechazado
from companies.models import EquivalenciaNit
from lib import limits
from tests.claves import emitir_de_nit


@pytest.fixture
def mandar(capsys):
    """The exit status, standard output and standard error of a command."""

    def mandar(*args):
        status = 0
        try:
            call_command(*map(str, args))
        except SystemExit as error:
            status = error.code
        out, err = capsys.readouterr()
        return status, out.strip(), err.strip()

    return mandar


def test_generar_prints_the_key_and_nothing_else(mandar, empresa):
    status, out, err = mandar("generar_api_key", "--nit", "900123456-8", "--red", "10.0.0.0/8", "--dias", 30)
    fila = APIKeyCliente.objects.get()
    assert status == 0
    assert keys.leer(out, keys.CLIENTE).identificador == fila.identificador
    assert "no se vuelve a mostrar" in err
    assert out not in err
    assert fila.redes_permitidas == ["10.0.0.0/8"]


def test_generar_in_json_gives_what_the_api_gives(mandar, empresa):
    status, out, _ = mandar("generar_api_key", "--nit", "900123456", "--json", "--reemplazar")
    body = json.loads(out)
    assert (status, body["accion"], body["empresas_asociadas"]) == (0, "Creada", 1)
    assert keys.leer(body["api_key"], keys.CLIENTE)


@pytest.mark.parametrize(
    ("args", "codigo"),
    [
        (("--nit", "800197268-4"), "nit_sin_empresas"),
        (("--nit", "900123456", "--dias", "0"), "dias_invalidos"),
        (("--local", "Centro", "--alcance", "lectura"), "alcance_invalido"),
    ],
)
def test_generar_ends_with_1_and_says_why(mandar, empresa, args, codigo):
    status, out, err = mandar("generar_api_key", *args)
    assert (status, out) == (1, "")
    assert codigo in err
    status, out, err = mandar("generar_api_key", *args, "--json")
    assert (status, err) == (1, "")
    assert json.loads(out)["error"]["codigo"] == codigo


def test_revocar_takes_an_id_a_prefix_or_the_key_itself(mandar, empresa):
    for name in (lambda e: e.fila.pk, lambda e: e.clave.texto[:15], lambda e: e.clave.texto):
        emitida = emitir(nit="900123456")
        status, out, _ = mandar("revocar_api_key", name(emitida))
        emitida.fila.refresh_from_db()
        assert (status, emitida.fila.activa) == (0, False)
        assert emitida.clave.texto not in out


@pytest.mark.parametrize("texto", ["999999999", "sk_corta", "otra", "9" * 40, "sk_" + "0" * 51])
def test_revocar_does_not_repeat_what_it_does_not_find(mandar, emitida, texto):
    status, out, err = mandar("revocar_api_key", texto)
    assert (status, out) == (1, "")
    assert "clave_inexistente" in err
    assert texto not in err


def test_revocar_twice_ends_with_1(mandar, emitida):
    assert mandar("revocar_api_key", emitida.fila.pk)[0] == 0
    status, _, err = mandar("revocar_api_key", emitida.fila.pk)
    assert status == 1
    assert "ya_revocada" in err


def test_renovar_prints_the_new_key(mandar, emitida):
    status, out, err = mandar("renovar_api_key", emitida.fila.pk, "--solape-horas", 2)
    emitida.fila.refresh_from_db()
    assert status == 0
    assert keys.leer(out, keys.CLIENTE).identificador == emitida.fila.sucesora.identificador
    assert "sigue abriendo" in err
    assert emitida.fila.fecha_caducidad - timezone.now() <= timedelta(hours=2)
    assert mandar("renovar_api_key", emitida.fila.pk)[0] == 1


@pytest.mark.parametrize("horas", [-1, 721, 10**12])
def test_renovar_refuses_an_overlap_that_is_none(mandar, emitida, horas):
    status, _, err = mandar("renovar_api_key", emitida.fila.pk, f"--solape-horas={horas}")
    assert status == 1
    assert "solape_invalido" in err


def test_listar_shows_prefixes(mandar, emitida):
    emitir(local="Centro")
    status, out, _ = mandar("listar_api_keys")
    assert status == 0
    assert emitida.clave.texto[:15] in out
    assert emitida.clave.texto not in out
    body = json.loads(mandar("listar_api_keys", "--nit", "900.123.456-8", "--activas", "--json")[1])
    assert body["total_api_keys"] == 1
    assert body["api_keys"][0]["empresas_asociadas"] == 1


def test_actualizar_empresas_asociadas_counts_what_each_key_sees(mandar, crear_empresa, emitida):
    crear_empresa(nit="9001234568")
    EquivalenciaNit.objects.create(nit_base="900123456", equivale_a="9001234568")
    status, out, _ = mandar("actualizar_empresas_asociadas", "--json")
    assert status == 0
    assert [row["empresas_asociadas"] for row in json.loads(out)["api_keys"]] == [2]
    emitir_de_nit("800197268", "Sin empresas")
    status, out, _ = mandar("actualizar_empresas_asociadas")
    assert status == 1
    assert "0 empresas" in out


def test_limpiar_writes_what_was_counted_and_forgets_what_is_old(mandar, emitida):
    limits.sumar(f"uso:clave:{emitida.clave.identificador}", 3)
    IntentoRechazado.objects.create(
        minuto=timezone.now() - timedelta(days=400), direccion="10.0.0.1", motivo="formato", ruta="/"
    )
    status, out, _ = mandar("limpiar_accesos", "--json")
    assert (status, json.loads(out)) == (0, {"anotados": 1, "olvidados": 1})
    assert APIKeyCliente.objects.get().usos == 3
