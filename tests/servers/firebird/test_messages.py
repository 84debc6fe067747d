"""Fetching raw rows: places are filled in order, and neither the end, an error nor a slow server is missed."""

import ctypes
from types import SimpleNamespace

import pytest

from servers.firebird import child, native, ring
from servers.firebird.messages import Mensajes
from servers.firebird.rows import Campo, Molde

PASO = 8
HECHO, FIN = 0, 1
Funcion = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class Resultado:
    """A result set of so many rows: each is its number."""

    def __init__(self, filas: int, *, paso: int = PASO) -> None:
        self.quedan = filas
        self.funcion = Funcion(self.traer)
        self.memoria = (ctypes.c_char * (PASO * 10))()
        self.error: Exception | None = None
        uno = ctypes.c_char()
        self.mensajes = Mensajes(
            Molde(paso, "x", ()),
            traer=ctypes.cast(self.funcion, ctypes.c_void_p).value or 0,
            resultado=ctypes.byref(uno),
            estado=ctypes.byref(uno),
            comprobar=self.comprobar,
        )

    def traer(self, _resultado, _estado, lugar):
        if not self.quedan:
            return FIN
        ctypes.c_int64.from_address(lugar).value = self.quedan
        self.quedan -= 1
        return HECHO

    def comprobar(self):
        if self.error:
            raise self.error

    def llenar(self, cuantas, segundos=60.0):
        return self.mensajes.llenar(self.mensajes.lugares(self.memoria, 0, cuantas), segundos)

    def numeros(self):
        return list((ctypes.c_int64 * 10).from_buffer(self.memoria))


def test_llenar_writes_one_row_after_the_other():
    resultado = Resultado(5)
    assert resultado.llenar(3) == 3
    assert resultado.numeros() == [5, 4, 3, 0, 0, 0, 0, 0, 0, 0]
    assert not resultado.mensajes.agotado


@pytest.mark.parametrize("filas", [0, 1, 9])
def test_llenar_notices_the_end(filas):
    resultado = Resultado(filas)
    assert resultado.llenar(10) == filas
    assert resultado.mensajes.agotado


def test_llenar_after_exactly_the_last_row_gives_none():
    resultado = Resultado(10)
    assert resultado.llenar(10) == 10
    assert not resultado.mensajes.agotado
    assert resultado.llenar(10) == 0
    assert resultado.mensajes.agotado


def test_llenar_of_a_slow_server_gives_what_there_is():
    resultado = Resultado(5)
    assert resultado.llenar(10, segundos=0.0) == 1
    assert not resultado.mensajes.agotado


def test_llenar_raises_what_the_status_holds():
    resultado = Resultado(2)
    resultado.error = ValueError("división")
    with pytest.raises(ValueError, match="división"):
        resultado.llenar(10)


@pytest.mark.parametrize(("paso", "cabe"), [(ring.BYTES_POR_RANURA, True), (ring.BYTES_POR_RANURA + 8, False)])
def test_rows_larger_than_a_slot_are_read_one_by_one(paso, cabe):
    mensajes = Resultado(1, paso=paso).mensajes
    cursor = SimpleNamespace(mensajes=lambda: mensajes)
    assert child._crudos(cursor) == (mensajes if cabe else "")


def _cursor(resultado) -> native.CursorNativo:
    """A cursor of the driver, open on something that is no result set of it as we know it."""
    cursor = native.CursorNativo.__new__(native.CursorNativo)
    sentencia = SimpleNamespace(_out_desc=[], _out_buffer=b"")
    cursor._cursor = SimpleNamespace(_stmt=sentencia, _result=resultado, _encoding="x")
    return cursor


@pytest.mark.parametrize(
    "resultado",
    [
        object(),
        SimpleNamespace(vtable=SimpleNamespace(version=2, fetchNext=Funcion())),
        SimpleNamespace(vtable=SimpleNamespace(version=3, fetchNext=ctypes.CFUNCTYPE(ctypes.c_int)())),
        SimpleNamespace(vtable=SimpleNamespace(version=3, fetchNext=Funcion()), _as_parameter_=7),
        SimpleNamespace(vtable=SimpleNamespace(version=3, fetchNext=None)),
    ],
)
def test_mensajes_of_a_driver_that_is_not_as_it_was_say_what_is_amiss(resultado):
    motivo = _cursor(resultado).mensajes()
    assert isinstance(motivo, str)
    assert motivo.startswith("firebird-driver ")


def test_campo_knows_where_it_lies():
    assert Campo(448, 4, 10, 0, 0, 0).trozos() == ((0, 2), (4, 12))
    assert Campo(496, 4, 4, 0, 0, 0).trozos() == ((0, 2), (4, 4))
