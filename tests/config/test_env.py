import pytest

from config.env import open_env


@pytest.fixture
def leer(tmp_path, monkeypatch):
    """The value of PRUEBA, given a `.env` and real variables."""

    def leer(archivo, **reales):
        for name in ("PRUEBA", "PRUEBA_FILE"):
            monkeypatch.setenv(name, "")  # so that what `.env` sets is taken back at the end
            monkeypatch.delenv(name)
        for name, value in reales.items():
            monkeypatch.setenv(name, value)
        (tmp_path / ".env").write_text(archivo)
        return open_env(tmp_path / ".env").str("PRUEBA")

    return leer


@pytest.fixture
def secreto(tmp_path):
    (tmp_path / "secreto").write_text("del archivo\n")
    return tmp_path / "secreto"


def test_open_env_takes_a_value_from_the_file_that_is_named(leer, secreto):
    assert leer("", PRUEBA_FILE=str(secreto)) == "del archivo"
    assert leer(f"PRUEBA_FILE={secreto}") == "del archivo"


def test_open_env_lets_a_real_variable_win(leer, secreto):
    assert leer("PRUEBA=del .env", PRUEBA="real") == "real"
    assert leer(f"PRUEBA_FILE={secreto}", PRUEBA="real") == "real"
