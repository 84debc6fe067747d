"""Writing to a source: possible for the one caller that asks, impossible for everybody else."""

import ast
from pathlib import Path

import pytest

from lib.errors import Fatal, Retriable
from servers import source
from servers.firebird import adapter as firebird

RAIZ = Path(__file__).resolve().parents[3]
CONTAR = "SELECT COUNT(*) FROM T WHERE ID = ?"

ambos = pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])


@pytest.fixture(scope="module")
def tabla(firebird_db) -> str:
    return str(
        firebird_db(
            "ESCRITURA.GDB", "CREATE TABLE T (ID INTEGER, A VARCHAR(9)); INSERT INTO T VALUES (0, 'ñ'); COMMIT;"
        )
    )


def _cuantas(servidor, ruta, numero):
    with source.abrir(servidor, ruta) as fuente, fuente.instantanea() as foto:
        return next(iter(foto.filas(CONTAR, [numero])))[0]


@ambos
def test_transaccion_commits_at_the_end(servidor_firebird, controlador, tabla):
    servidor = servidor_firebird(controlador)
    numero = 1 + len(controlador)
    with firebird.abrir(servidor, tabla, escritura=True) as fuente, fuente.transaccion() as escritura:
        assert escritura.ejecutar("INSERT INTO T VALUES (?, ?)", [numero, "ñ"]) == 1
    assert _cuantas(servidor, tabla, numero) == 1


@ambos
def test_transaccion_rolls_back_on_an_exception(servidor_firebird, controlador, tabla):
    servidor = servidor_firebird(controlador)

    def escribir_y_fallar():
        with firebird.abrir(servidor, tabla, escritura=True) as fuente, fuente.transaccion() as escritura:
            escritura.ejecutar("INSERT INTO T VALUES (?, ?)", [99, "x"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        escribir_y_fallar()
    assert _cuantas(servidor, tabla, 99) == 0


@ambos
def test_transaccion_that_meets_a_lock_says_so(servidor_firebird, controlador, tabla):
    servidor = servidor_firebird(controlador)

    def cambiar(fuente):
        with fuente.transaccion() as escritura:
            escritura.ejecutar("UPDATE T SET A = 'b' WHERE ID = 0")

    with (
        firebird.abrir(servidor, tabla, escritura=True) as una,
        firebird.abrir(servidor, tabla, escritura=True) as otra,
        una.transaccion() as primera,
    ):
        primera.ejecutar("UPDATE T SET A = 'a' WHERE ID = 0")
        with pytest.raises(Retriable) as error:
            cambiar(otra)
    assert error.value.codigo == "tabla_bloqueada"


def test_filas_are_not_delayed_by_a_writer(servidor_firebird, tabla):
    servidor = servidor_firebird()
    with firebird.abrir(servidor, tabla, escritura=True) as fuente, fuente.transaccion() as escritura:
        escritura.ejecutar("INSERT INTO T VALUES (77, 'x')")
        assert _cuantas(servidor, tabla, 77) == 0


def test_instantanea_keeps_its_view_while_others_write(servidor_firebird, tabla):
    servidor = servidor_firebird()
    with source.abrir(servidor, tabla) as lectura, lectura.instantanea() as foto:
        antes = list(foto.filas("SELECT COUNT(*) FROM T"))
        with firebird.abrir(servidor, tabla, escritura=True) as fuente, fuente.transaccion() as escritura:
            escritura.ejecutar("INSERT INTO T VALUES (55, 'x')")
        assert list(foto.filas("SELECT COUNT(*) FROM T")) == antes
    assert _cuantas(servidor, tabla, 55) == 1


@ambos
@pytest.mark.parametrize("escritura", [False, True])
def test_instantanea_refuses_to_write_even_where_writing_is_open(servidor_firebird, controlador, tabla, escritura):
    with (
        firebird.abrir(servidor_firebird(controlador), tabla, escritura=escritura) as fuente,
        fuente.instantanea() as foto,
        pytest.raises(Fatal) as error,
    ):
        foto.filas("DELETE FROM T")
    assert error.value.codigo == "solo_lectura"
    assert 335544361 in error.value.extra["gds"]


def test_transaccion_of_a_read_only_source_is_refused(servidor_firebird, tabla):
    with source.abrir(servidor_firebird(), tabla) as fuente, pytest.raises(Fatal) as error, fuente.transaccion():
        pass
    assert error.value.codigo == "solo_lectura"


def test_nothing_in_the_tree_opens_a_source_for_writing():
    habitaciones = [p.parent for p in RAIZ.glob("*/__init__.py") if p.parent.name not in {"tests", "servers"}]
    culpables = [
        f"{modulo.relative_to(RAIZ)}:{nodo.lineno}"
        for habitacion in habitaciones
        for modulo in habitacion.rglob("*.py")
        for nodo in ast.walk(ast.parse(modulo.read_text()))
        if isinstance(nodo, ast.keyword) and nodo.arg == "escritura"
    ]
    assert culpables == []
