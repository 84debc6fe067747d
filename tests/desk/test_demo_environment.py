import os

import pytest

from desk.demo.environment import MARCA, a_solas, borrar, entorno, lanzar
from lib.errors import Conflict


def test_entorno_never_leads_to_a_real_database(tmp_path):
    real = {
        "DATABASE_URL": "postgres://u:p@db/real",
        "CELERY_BROKER_URL": "redis://r/0",
        "SECRET_KEY": "s",
        "INVENTORY_DB_PATH": "/data/real.db",
        "CONTIFICO_API_KEY": "k",
        "HOME": "/h",
    }
    made = entorno(tmp_path, real)
    assert made["DATABASE_URL"] == f"sqlite:///{tmp_path}/trastienda.sqlite3"
    assert made["CELERY_BROKER_URL"] == "filesystem://"
    assert not {"SECRET_KEY", "INVENTORY_DB_PATH", "CONTIFICO_API_KEY"} & made.keys()
    assert made["HOME"] == "/h"


@pytest.mark.parametrize("nombre", ["CLAVES_CIFRADO_FILE", "DATABASE_URL_FILE", "CELERY_BROKER_URL_FILE"])
def test_entorno_leaves_out_values_from_files(tmp_path, nombre):
    assert nombre not in entorno(tmp_path, {nombre: "/run/k"})


def test_entorno_heeds_neither_a_dotenv_nor_what_needs_a_proxy(tmp_path):
    made = entorno(tmp_path, {"ARCHIVO_ENV": "/etc/trastienda.env", "REDIRIGIR_A_HTTPS": "True"})
    assert made["ARCHIVO_ENV"] == os.devnull
    assert "REDIRIGIR_A_HTTPS" not in made


def test_entorno_is_recognised_by_its_mark(tmp_path):
    assert entorno(tmp_path, {})[MARCA] == str(tmp_path)


def test_a_solas_refuses_a_second_demonstration(tmp_path):
    with a_solas(tmp_path), pytest.raises(Conflict, match="demo_en_marcha"), a_solas(tmp_path):
        pass


def test_a_solas_lets_the_next_one_in(tmp_path):
    for _ in range(2):
        with a_solas(tmp_path):
            pass


def test_borrar_forgets_all_but_the_lock(tmp_path):
    (tmp_path / "firebird").mkdir()
    (tmp_path / "trastienda.sqlite3").touch()
    borrar(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["demo.lock"]


def test_lanzar_forgets_on_request_and_starts_in_its_own_environment(tmp_path, monkeypatch):
    (tmp_path / "trastienda.sqlite3").touch()
    started = []
    monkeypatch.setattr(os, "execve", lambda *call: started.append(call))
    lanzar(["--once", "--reiniciar", "--directorio", str(tmp_path)])
    _, command, environment = started[0]
    assert command[2:] == ["demo", "--once", "--directorio", str(tmp_path)]
    assert environment[MARCA] == str(tmp_path)
    assert not (tmp_path / "trastienda.sqlite3").exists()
