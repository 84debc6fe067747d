"""The médico de NIT on the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from companies.models import EquivalenciaNit


def test_command_tells_in_words(crear_empresa, capsys):
    crear_empresa("900123456-7"), crear_empresa("9001234568")
    call_command("medico_de_nit", "900123456-7")
    said = capsys.readouterr().out
    for part in ("base 900123456", "sería 8", "Vería 1 empresa:", "DV errado", "No vería 9001234568"):
        assert part in said


def test_command_confirms_and_withdraws(crear_empresa, capsys):
    crear_empresa("900123456"), crear_empresa("9001234568")
    call_command("medico_de_nit", "900123456", confirmar="9001234568", as_json=True)
    assert json.loads(capsys.readouterr().out)["confirmados"] == ["9001234568"]
    call_command("medico_de_nit", "900123456", retirar="9001234568")
    assert not EquivalenciaNit.objects.exists()


def test_command_tells_what_was_confirmed(crear_empresa, capsys):
    crear_empresa("900123456"), crear_empresa("9001234568")
    call_command("medico_de_nit", "900123456")
    assert "Confirmados" not in capsys.readouterr().out
    call_command("medico_de_nit", "900123456", confirmar="9001234568")
    said = capsys.readouterr().out
    assert "Confirmados como el mismo (con --retirar se deshace): 9001234568." in said
    assert "Vería 2 empresas:" in said


def test_command_ends_with_1_where_nothing_is_seen(db):
    with pytest.raises(SystemExit, match="1"):
        call_command("medico_de_nit", "900123456")


def test_command_refuses_another_number(crear_empresa):
    crear_empresa("900123456")
    with pytest.raises(CommandError, match="no_es_casi"):
        call_command("medico_de_nit", "900123456", confirmar="860034313")
