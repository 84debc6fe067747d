"""Read in pieces, a statement gives what it gives as a whole: the same rows, value by value, of real databases."""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import date
from itertools import count

import pytest

from desk.demo.tns import companias
from inventory import masters, profiles
from inventory.masters import Maestras, NoSeparable
from inventory.piecewise import Saber
from lib.array_values import valores
from lib.errors import Fatal
from servers import source
from servers.models import Controlador, JuegoCaracteres
from tests.inventory import tns

TODO = date(1900, 1, 1), date(9999, 12, 31)
MUCHAS = 100_000
NOMBRES = count(1)


@pytest.fixture
def crear(firebird):
    """A function that makes a TNS database whose lines name whatever a line can name."""
    return lambda *cambios, dialecto=3: tns.con_nombres_raros(
        firebird, f"maestros/{next(NOMBRES)}.GDB", *cambios, dialecto=dialecto
    )


@contextmanager
def abierta(servidor, ruta):
    """A snapshot of the database and the profile of its statements."""
    with source.abrir(servidor, str(ruta)) as fuente, fuente.instantanea() as foto:
        yield foto, profiles._tns(foto.catalogo())


def comprobar_iguales(foto, perfil, esperadas=1, maestras=None):
    """Every statement of the profile: whole by rows, and its blocks in pieces, by columns and by rows."""
    maestras = maestras or Maestras(foto, MUCHAS, Saber())
    for sql, separada in perfil.separadas.items():
        whole = foto.filas(sql, TODO)
        names, rows = whole.columnas, list(whole)
        unidas = maestras.filas(separada, TODO)
        assert unidas.columnas == names
        por_columnas, por_filas = [], []
        for bloque in unidas.bloques():
            assert tuple(bloque.columnas) == names
            por_columnas += zip(*map(valores, bloque.columnas.values()), strict=True)
            por_filas += map(bloque.fila, range(bloque.filas))
        assert Counter(por_filas) == Counter(rows)
        assert Counter(por_columnas) == Counter(rows)
        assert len(rows) >= esperadas


@pytest.mark.parametrize("dialecto", [1, 3])
def test_filas_are_those_of_the_whole_statement(dialecto, crear, servidor_firebird):
    with abierta(servidor_firebird, crear(dialecto=dialecto).ruta) as (foto, perfil):
        assert len(perfil.separadas) == 2
        comprobar_iguales(foto, perfil, 40)


@pytest.mark.parametrize("compania", companias(), ids=lambda compania: compania.archivo)
@pytest.mark.usefixtures("instalacion_tns")
def test_filas_are_the_same_in_databases_of_every_kind(compania, firebird, servidor_firebird):
    ruta = firebird.path(f"TNS/CONTAB2025/{compania.archivo}2025.GDB")
    with abierta(servidor_firebird, ruta) as (foto, perfil):
        comprobar_iguales(foto, perfil)


@pytest.mark.parametrize(
    "cambios",
    [
        ["DROP TABLE SUCURSAL", "DROP TABLE GRUPMAT", "DROP TABLE TERCEROS"],
        ["ALTER TABLE MATERIAL DROP UNIDAD", "ALTER TABLE BODEGA DROP NOMBRE"],
        ["DELETE FROM BODEGA", "DELETE FROM TERCEROS"],
    ],
    ids=["tables", "columns", "rows"],
)
def test_filas_are_the_same_where_something_is_not_there(cambios, crear, servidor_firebird):
    with abierta(servidor_firebird, crear(*cambios).ruta) as (foto, perfil):
        comprobar_iguales(foto, perfil, 40)


BODEGA = "CODIGO CHAR(6), NOMBRE VARCHAR(9)"


@pytest.mark.parametrize(
    ("cambios", "motivo"),
    [
        (tns.sin_llave("BODEGA", f"BODID INTEGER, {BODEGA}", (8, "1", "A"), (8, "2", "B")), "BODEGA repite"),
        (tns.sin_llave("GRUPMAT", "GRUPMATID INTEGER, DESCRIP CHAR(9)", (1, "A"), (1, "B")), "MATERIAL repite"),
        (tns.sin_llave("BODEGA", f"{BODEGA}, BODID INTEGER", ("1", "A", None)), "BODEGA repite .* sin llave"),
        (tns.sin_llave("BODEGA", f"BODID VARCHAR(9), {BODEGA}", ("1", "1", "A")), "llave de BODEGA no es"),
        (tns.sin_llave("BODEGA", f"BODID NUMERIC(9, 2), {BODEGA}", (1, "1", "A")), "llave de BODEGA no es"),
    ],
)
def test_filas_leaves_a_table_joined_that_cannot_be_looked_up(cambios, motivo, fuente, servidor_firebird):
    fuente.documento("2024-01-10", (1, 1, 10), (3, 1, 10))
    fuente.traslado("2024-01-10", (1, 1))
    fuente.sql(*cambios)
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        saber = Saber()
        comprobar_iguales(foto, perfil, 2, Maestras(foto, MUCHAS, saber))
        assert re.search(motivo, "".join(saber.descartadas.values()))
        asked = Preguntas(foto)
        Maestras(asked, MUCHAS, saber).filas(perfil.separadas[perfil.movimientos[0]], TODO)
        assert "LEFT JOIN" in asked.sentencias[-1]
        assert not set(asked.sentencias) & saber.descartadas.keys()  # it is not read again


@pytest.mark.parametrize(
    "cambios",
    [
        tns.sin_llave("BODEGA", "BODID INTEGER, CODIGO CHAR(1), NOMBRE BLOB SUB_TYPE TEXT", (1, 1, "A")),
        ["ALTER TABLE DEKARDEX ALTER BODID TYPE VARCHAR(11)"],
    ],
    ids=["a table without blocks", "a key that is a text"],
)
def test_filas_refuses_lines_that_are_no_blocks_with_keys(cambios, fuente, servidor_firebird):
    fuente.documento("2024-01-10")
    fuente.sql(*cambios)
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        sql = perfil.movimientos[0]
        with pytest.raises(NoSeparable):
            Maestras(foto, MUCHAS, Saber()).filas(perfil.separadas[sql], TODO)
        assert list(foto.filas(sql, TODO))  # the snapshot goes on


def test_filas_leaves_a_table_joined_of_which_a_row_cannot_be_read(firebird, servidor_firebird):
    servidor_firebird.juego_caracteres = JuegoCaracteres.WIN1252
    base = tns.crear(firebird, f"maestros/{next(NOMBRES)}.GDB", texto_terceros="UTF8")
    base.documento("2024-01-10")
    base.sql("INSERT INTO TERCEROS (TERID, NOMBRE) VALUES (9, _UTF8 x'D0A9')")  # no line names it
    with abierta(servidor_firebird, base.ruta) as (foto, perfil):
        saber = Saber()
        comprobar_iguales(foto, perfil, 0, Maestras(foto, MUCHAS, saber))
        assert [motivo.partition(":")[0] for motivo in saber.descartadas.values()] == ["TERCEROS"]


def test_filas_leaves_tables_joined_that_are_larger_than_the_window(fuente, servidor_firebird):
    fuente.documento("2024-01-10", (1, 1, 10), (2, 1, 10))
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        separada, saber, asked = perfil.separadas[perfil.movimientos[0]], Saber(), Preguntas(foto)
        assert len(list(Maestras(asked, 3, saber).filas(separada, TODO))) == 2
        assert [name for name in ("MATERIAL", "GRUPMAT", "BODEGA") if f"JOIN {name} " in asked.sentencias[-1]] == [
            "MATERIAL", "BODEGA",
        ]  # fmt: skip
        assert sorted(saber.filas.values()) == [0, 0, 2, 2, 4]
        asked.sentencias.clear()
        list(Maestras(asked, 3, saber).filas(separada, TODO))
        assert not any("FROM MATERIAL" in sql for sql in asked.sentencias)  # it is known to be too large
        assert Maestras(foto, -1, saber).filas(separada, TODO) is None
        comprobar_iguales(foto, perfil, 0, Maestras(foto, 6, saber))
        assert saber.descartadas == {}


def test_filas_keeps_no_more_of_tables_than_memory_is_set_apart(fuente, servidor_firebird, monkeypatch):
    monkeypatch.setattr(masters, "OCTETOS_MAXIMOS", 100)
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        saber = Saber()
        comprobar_iguales(foto, perfil, 0, Maestras(foto, MUCHAS, saber))
        assert "MATERIAL no cabe en memoria" in saber.descartadas.values()


def test_filas_counts_the_memory_of_texts_as_wide_as_the_longest(fuente, servidor_firebird, monkeypatch):
    """A slot of the ring takes 130 of these articles, all short but for the last."""
    monkeypatch.setattr(masters, "OCTETOS_MAXIMOS", 1_000_000)
    fuente.sql(
        "ALTER TABLE MATERIAL ALTER DESCRIP TYPE VARCHAR(8000)",
        "COMMIT",
        *[f"INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP) VALUES ({n}, '{n}', 'corto')" for n in range(100, 299)],
        "INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP) VALUES (299, '299', RPAD('', 8000, 'x'))",
    )
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        saber = Saber()
        comprobar_iguales(foto, perfil, 0, Maestras(foto, MUCHAS, saber))
        assert list(saber.descartadas.values()) == ["MATERIAL no cabe en memoria"]


def test_filas_gives_up_a_source_that_cannot_be_understood(fuente, servidor_firebird):
    with abierta(servidor_firebird, fuente.ruta) as (_, perfil), pytest.raises(Fatal, match="respuesta_ilegible"):
        Maestras(Ilegible(), MUCHAS, Saber()).filas(perfil.separadas[perfil.movimientos[0]], TODO)


def test_filas_reads_each_table_once_in_a_snapshot(crear, servidor_firebird):
    with abierta(servidor_firebird, crear().ruta) as (foto, perfil):
        asked = Preguntas(foto)
        maestras = Maestras(asked, MUCHAS, Saber())
        for separada in perfil.separadas.values():
            list(maestras.filas(separada, TODO))
        assert len(asked.sentencias) == len(set(asked.sentencias)) == 2 + 4


def test_filas_refuses_a_source_without_blocks(fuente, servidor_firebird):
    servidor_firebird.controlador = Controlador.PURO
    with abierta(servidor_firebird, fuente.ruta) as (foto, perfil):
        saber = Saber()
        assert Maestras(foto, MUCHAS, saber).filas(perfil.separadas[perfil.movimientos[0]], TODO) is None
        assert set(saber.descartadas.values()) == {""}


class Ilegible:
    """A snapshot of what is no Firebird."""

    def filas(self, sql, parametros=()):
        raise Fatal("respuesta_ilegible", "Lo que llegó de la fuente no son filas de la consulta.")


class Preguntas:
    """A snapshot that remembers which statements it was asked."""

    def __init__(self, foto):
        self.foto, self.sentencias = foto, []

    def filas(self, sql, parametros=()):
        self.sentencias.append(sql)
        return self.foto.filas(sql, parametros)
