"""The shared memory keeps its size, and goes with those who use it."""

import os

import pytest

from servers import source
from servers.firebird import ring


@pytest.fixture
def anillo():
    descriptor = ring.crear()
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize("largo", [0, ring.BYTES - 1, ring.BYTES + 1])
def test_anillo_keeps_its_size(anillo, largo):
    with pytest.raises(PermissionError):
        os.ftruncate(anillo, largo)


def test_anillo_shows_what_the_other_side_writes(anillo):
    lee, escribe = ring.abrir(anillo), ring.abrir(anillo, escritura=True)
    escribe[-4:] = b"hola"
    assert lee[-4:] == b"hola"
    with pytest.raises(TypeError):
        lee[0:1] = b"x"


@pytest.mark.parametrize(("paso", "filas"), [(8, ring.FILAS_POR_RANURA), (1000, 1048), (ring.BYTES_POR_RANURA, 1)])
def test_tope_is_what_a_slot_takes(paso, filas):
    assert ring.tope(paso) == filas


def test_abrir_leaves_no_descriptor_and_no_mapping(servidor_firebird, firebird_db):
    ruta, antes = str(firebird_db("ANILLO.GDB")), _abiertos()
    with source.abrir(servidor_firebird("firebird-driver"), ruta) as fuente, fuente.instantanea() as foto:
        assert [b.filas for b in foto.filas("SELECT 1 AS A FROM RDB$DATABASE").bloques()] == [1]
        assert any("anillo" in nombre for nombre in _abiertos())
    assert _abiertos() == antes


def _abiertos() -> list[str]:
    """What the descriptors of this process lead to, rings only."""
    return [n for n in (_destino(f"/proc/self/fd/{d}") for d in os.listdir("/proc/self/fd")) if "anillo" in n]  # noqa: PTH208


def _destino(enlace: str) -> str:
    try:
        return os.readlink(enlace)  # noqa: PTH115  the target has no path
    except FileNotFoundError:
        return ""
