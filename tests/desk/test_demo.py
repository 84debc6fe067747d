"""The command as a user starts it: a process of its own, in a directory of its own."""

import os
import re
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings

from desk.demo.play import ritmo

pytestmark = pytest.mark.xdist_group("demo")  # one first demonstration for all of them


def _demo(directorio, *options):
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "desk.demo", "--once", "--lineas", "60", "--directorio", str(directorio), *options],
        cwd=settings.BASE_DIR, env=environment | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def directorio(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def primera(directorio):
    return _demo(directorio)


def test_demo_ends_well_and_tells_what_it_did(primera):
    assert primera.returncode == 0, primera.stderr
    assert "Todo cuadra con los datos inventados" in primera.stdout
    assert re.search(r"En total, con arranques: [\d.]+ filas en [\d,]+ s \([\d.]+ filas/s\)", primera.stdout)
    assert "omitida: Implantes Andinos – Barranquilla" in primera.stdout
    assert "rechazada: Compañía en trámite" in primera.stdout
    assert "1 × tipo_desconocido" in primera.stdout


def test_demo_shows_the_password_once(primera, directorio):
    assert re.search(r"Contraseña: \S{14}", primera.stdout)
    again = _demo(directorio)
    assert again.returncode == 0, again.stderr
    assert "se usa de nuevo" in again.stdout
    assert "Contraseña" not in again.stdout
    assert "--clave-nueva" in again.stdout


def test_demo_fails_where_a_copied_figure_is_wrong(primera, directorio):
    with sqlite3.connect(directorio / "trastienda.sqlite3") as database:
        database.execute("DELETE FROM articulos WHERE id = (SELECT MIN(id) FROM articulos)")
        database.execute(
            "UPDATE movimientos_inventario SET cantidad = cantidad + 1"
            " WHERE id = (SELECT id FROM movimientos_inventario ORDER BY fecha LIMIT 1)"
        )
    database.close()
    again = _demo(directorio)
    assert again.returncode == 1
    assert "Algo no cuadra" in again.stderr
    assert "--reiniciar" in again.stderr


def test_ritmo_is_written_as_in_spanish():
    assert ritmo(12345, 2.5) == "12.345 filas en 2,5 s (4.938 filas/s)"
    assert ritmo(0, 0.0) == "0 filas en 0,0 s"
