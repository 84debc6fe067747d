import pytest

from config.env import cache, generate_once, open_env


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


def test_open_env_reads_another_file_where_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PRUEBA", "")  # so that what the file sets is taken back at the end
    monkeypatch.delenv("PRUEBA")
    (tmp_path / "otro.env").write_text("PRUEBA=del otro")
    monkeypatch.setenv("ARCHIVO_ENV", str(tmp_path / "otro.env"))
    assert open_env().str("PRUEBA") == "del otro"


def test_generate_once_keeps_secrets_and_their_folder_to_the_owner(tmp_path, monkeypatch):
    for name in ("SECRET_KEY", "CLAVES_CIFRADO", "PIMIENTAS"):
        monkeypatch.setenv(name, "")  # restored afterwards: the file is read into the environment
    folder = tmp_path / "var"
    generate_once(folder / "secretos.env")
    files = [folder / "secretos.env", folder / "pimientas.env"]
    written = [file.read_text() for file in files]
    generate_once(folder / "secretos.env")
    assert [file.read_text() for file in files] == written
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_cache_is_the_redis_or_files(tmp_path):
    assert cache("redis://127.0.0.1:6379/0", tmp_path)["default"]["BACKEND"] == "lib.cache.RedisOArchivos"
    assert cache("", tmp_path)["default"]["LOCATION"] == tmp_path
