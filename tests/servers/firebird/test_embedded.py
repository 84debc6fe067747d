"""The engine inside the child, beside a server that does not hold the file."""

import shutil
from pathlib import Path

import pytest

from lib.errors import Fatal
from servers import source
from servers.models import Servidor
from tests.servers.firebird.columns import por_bloques


@pytest.fixture(scope="module")
def original(firebird_db) -> Path:
    return firebird_db(
        "LOCAL.GDB", "CREATE TABLE T (A VARCHAR(9) CHARACTER SET WIN1252); INSERT INTO T VALUES ('Peña €'); COMMIT;"
    )


@pytest.fixture
def local(original, tmp_path, settings) -> Path:
    """A copy that no server has open, in the folder of local databases."""
    settings.DIRECTORIO_DATOS = tmp_path / "var"
    settings.DIRECTORIO_FIREBIRD_LOCAL = str(tmp_path / "locales")
    ruta = tmp_path / "locales" / "LOCAL.GDB"
    ruta.parent.mkdir()
    return Path(shutil.copy(original, ruta))


@pytest.fixture
def embebido() -> Servidor:
    return Servidor(nombre="Local", host="", usuario="SYSDBA", controlador="embebido")


def test_abrir_reads_a_local_file_without_a_server(embebido, local):
    with source.abrir(embebido, str(local)) as fuente, fuente.instantanea() as foto:
        assert list(foto.filas("SELECT A FROM T")) == [("Peña €",)]
    assert (fuente.controlador, fuente.juego_caracteres) == ("embebido", "WIN1252")


def test_bloques_come_from_a_local_file_too(embebido, local):
    with source.abrir(embebido, str(local)) as fuente, fuente.instantanea() as foto:
        assert por_bloques(foto.filas("SELECT A FROM T"))[0] == [("Peña €",)]


def test_abrir_reads_one_local_file_from_two_processes(embebido, local):
    with (
        source.abrir(embebido, str(local)) as una,
        source.abrir(embebido, str(local)) as otra,
        una.instantanea() as foto_una,
        otra.instantanea() as foto_otra,
    ):
        assert list(foto_una.filas("SELECT A FROM T")) == list(foto_otra.filas("SELECT A FROM T"))


@pytest.mark.parametrize("ruta", ["/etc/passwd", "ALIAS", r"C:\X.GDB", "{local}/../fuera.gdb"])
def test_abrir_refuses_files_outside_the_local_folder(embebido, local, ruta):
    with pytest.raises(Fatal) as error, source.abrir(embebido, ruta.format(local=local.parent)):
        pass
    assert error.value.codigo == "ruta_invalida"


def test_abrir_refuses_a_link_that_leads_out_of_the_local_folder(embebido, local, original):
    enlace = local.with_name("ENLACE.GDB")
    enlace.symlink_to(original)
    with pytest.raises(Fatal) as error, source.abrir(embebido, str(enlace)):
        pass
    assert error.value.codigo == "ruta_invalida"


def test_abrir_refuses_local_files_when_no_folder_is_named(embebido, local, settings):
    settings.DIRECTORIO_FIREBIRD_LOCAL = ""
    with pytest.raises(Fatal) as error, source.abrir(embebido, str(local)):
        pass
    assert error.value.codigo == "ruta_invalida"


def test_abrir_a_missing_local_file(embebido, local):
    with pytest.raises(Fatal) as error, source.abrir(embebido, str(local.with_name("NO.GDB"))):
        pass
    assert error.value.codigo == "archivo_inexistente"
