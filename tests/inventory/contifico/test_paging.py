"""Lists as servers page them, well and badly, read without any HTTP."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.contifico.answers import Listado
from inventory.contifico.paging import (
    ROTOS_MAXIMOS,
    FueraDeRango,
    Grande,
    Recorrido,
    alineado,
    identidad,
)
from lib.errors import Fatal, Retriable
from lib.json_records import Rechazado


class Servidor:
    """A list of `n` records; the arguments are what its paging does wrong."""

    def __init__(self, n, *, tope=None, propio=None, sobre=False, fin="vacia", modo="", rotos=()):
        self.filas = [{"id": f"r{place}"} for place in range(n)]
        self.tope, self.propio, self.sobre, self.fin, self.modo = tope, propio, sobre, fin, modo
        self.rotos, self.pedidas, self.al_pedir = set(rotos), [], {}
        self.cuenta = None

    def pagina(self, numero, tamano):
        self.pedidas.append((numero, tamano))
        action = self.al_pedir.pop(len(self.pedidas), lambda: None)
        if (answer := action()) is not None:
            return answer
        if self.tope and tamano > self.tope:
            raise Grande
        if self.modo == "todo":
            return self._listado(self.filas, 0)
        if self.modo == "repite_primera":
            numero = 1
        size = self.propio or tamano
        if self.modo == "repite_ultima":
            numero = min(numero, max(1, -(-len(self.filas) // size)))
        start = (numero - 1) * size
        rows = self.filas[start : start + size]
        if self.rotos & {row["id"] for row in rows}:
            raise Grande
        if not rows and numero > 1 and self.fin == "error":
            raise FueraDeRango
        return self._listado(rows, start)

    def _listado(self, rows, start):
        if not self.sobre:
            return Listado(iter(rows))
        total = len(self.filas) if self.cuenta is None else self.cuenta
        return Listado(iter(rows), total, start + len(rows) < len(self.filas))


def leer(servidor, tamano=100, **opciones):
    """The ids that came, in order, and how many requests that took."""
    recorrido = Recorrido(servidor, ("id",), tamano=tamano, **{"lote": 50} | opciones)
    pages = list(recorrido.paginas())
    return [row["id"] for page in pages for row in page.registros], pages


def ids(servidor):
    return [row["id"] for row in servidor.filas]


@settings(deadline=None)
@given(
    st.integers(0, 900),
    st.integers(1, 230),
    st.sampled_from([None, 1, 7, 50, 100]),
    st.booleans(),
    st.sampled_from(["vacia", "error"]),
    st.integers(1, 300),
)
def test_paginas_gives_every_record_once_whatever_the_server_bears(n, tamano, tope, sobre, fin, lote):
    servidor = Servidor(n, tope=tope, sobre=sobre, fin=fin)
    assert leer(servidor, tamano, lote=lote)[0] == ids(servidor)


@settings(deadline=None)
@given(
    st.integers(0, 900), st.sampled_from([20, 97, 100, 200]), st.sampled_from([10, 25, 30, 50, 100, 250]), st.booleans()
)
def test_paginas_follows_a_server_with_a_page_of_its_own_size(n, tamano, propio, sobre):
    servidor = Servidor(n, propio=propio, sobre=sobre)
    assert set(leer(servidor, tamano)[0]) == set(ids(servidor))


@settings(deadline=None)
@given(st.integers(0, 900), st.sampled_from([20, 97, 100, 200]), st.sampled_from(["todo", "repite_ultima"]))
def test_paginas_ends_where_pages_are_ignored_or_the_last_is_repeated(n, tamano, modo):
    servidor = Servidor(n, modo=modo)
    assert set(leer(servidor, tamano)[0]) == set(ids(servidor))
    assert len(servidor.pedidas) <= 3 * (n // tamano + 4)


def test_paginas_asks_no_more_than_it_has_to():
    assert len(Servidor(0).pedidas) == 0
    for n, requests in ((0, 1), (99, 1), (101, 2), (250, 3), (200, 4)):
        servidor = Servidor(n)
        leer(servidor)
        assert len(servidor.pedidas) == requests, n


def test_paginas_remembers_the_size_that_a_server_bears():
    servidor = Servidor(1000, tope=60)
    leer(servidor, 200)
    assert servidor.pedidas[:4] == [(1, 200), (1, 100), (1, 50), (2, 50)]
    assert {size for _, size in servidor.pedidas[2:]} == {50}


def test_paginas_does_not_pretend_that_a_list_is_whole_when_its_first_page_comes_for_ever():
    servidor = Servidor(1000, modo="repite_primera")
    with pytest.raises(Fatal) as error:
        leer(servidor)
    assert error.value.codigo == "paginacion_ignorada"
    assert len(servidor.pedidas) < 20


def test_paginas_takes_a_list_that_comes_whole_as_it_comes():
    servidor = Servidor(200, modo="todo")
    assert leer(servidor, 200, de_una_vez=True)[0] == ids(servidor) * 2
    assert len(servidor.pedidas) == 2
    servidor = Servidor(688, modo="todo")
    assert leer(servidor, 200, de_una_vez=True)[0] == ids(servidor)
    assert len(servidor.pedidas) == 1


@pytest.mark.parametrize(("cual", "otra"), [(2, -1), (2, 1), (4, -1), (4, 1), (7, -1)])
def test_paginas_finds_what_a_page_said_twice_hides(cual, otra):
    """The page before or after the one that was asked for: its own records came with no answer."""
    servidor = Servidor(790)
    servidor.al_pedir[cual] = lambda: servidor.pagina(cual + otra, 100)
    read, _ = leer(servidor)
    assert set(read) == set(ids(servidor))


def fuera_de_rango():
    raise FueraDeRango


@pytest.mark.parametrize("nada", [lambda: Listado(iter(())), fuera_de_rango], ids=["empty", "out_of_range"])
@pytest.mark.parametrize("cual", [2, 5, 8])
def test_paginas_does_not_believe_an_end_that_is_said_once(cual, nada):
    servidor = Servidor(790)
    servidor.al_pedir[cual] = nada
    assert leer(servidor)[0] == ids(servidor)
    assert len(servidor.pedidas) == 9


def test_paginas_reads_twice_to_find_what_the_last_page_hid_when_it_came_too_early():
    servidor = Servidor(790)
    servidor.al_pedir[7] = lambda: servidor.pagina(8, 100)
    assert set(leer(servidor, verificar=True)[0]) == set(ids(servidor))


def test_paginas_finds_what_an_unstable_order_hides():
    servidor = Servidor(790, sobre=True)
    servidor.al_pedir[3] = lambda: Listado(iter([*servidor.filas[200:299], servidor.filas[300]]), 790, True)
    read, pages = leer(servidor)
    assert set(read) == set(ids(servidor))
    assert [len(page.registros) for page in pages if page.punto["pasada"]] == [1]  # only what was missing


def test_paginas_gives_up_a_list_that_never_holds_still():
    servidor = Servidor(790, sobre=True)
    servidor.cuenta = 800
    grown = iter(range(1000))

    def uno_mas():
        servidor.filas[5] = {"id": f"nuevo{next(grown)}"}

    servidor.al_pedir = dict.fromkeys(range(2, 60), uno_mas)
    with pytest.raises(Retriable) as error:
        leer(servidor)
    assert error.value.codigo == "lista_inestable"


def test_paginas_takes_a_count_of_more_than_there_is_for_a_wrong_count():
    servidor = Servidor(250, sobre=True)
    servidor.cuenta = 251
    assert set(leer(servidor)[0]) == set(ids(servidor))
    assert len(servidor.pedidas) < 20


def test_paginas_does_not_take_nothing_for_all():
    """A count of many and no record, once or for good."""
    servidor = Servidor(250, sobre=True)
    servidor.al_pedir[1] = lambda: Listado(iter(()), 250, False)
    assert set(leer(servidor)[0]) == set(ids(servidor))
    servidor.filas, servidor.cuenta = [], 250
    with pytest.raises(Retriable, match="lista_inestable"):
        leer(servidor)


def test_paginas_follows_next_where_the_count_is_wrong():
    servidor = Servidor(250, sobre=True)
    servidor.cuenta = 0
    assert leer(servidor)[0] == ids(servidor)


def test_paginas_verifies_also_what_goes_on_on_its_last_page():
    servidor = Servidor(250)
    assert len(leer(servidor, punto={"fila": 300}, verificar=True)[0]) == 50 + 200
    assert len(leer(Servidor(50), verificar=True)[0]) == 50


def test_paginas_sets_a_broken_record_aside_and_reads_the_others():
    servidor = Servidor(640, rotos=["r0", "r317", "r318", "r639"])
    read, pages = leer(servidor, 200)
    assert set(read) == set(ids(servidor)) - servidor.rotos
    assert len(read) == len(set(read))
    broken = [one for page in pages for one in page.rechazados]
    assert [one.codigo for one in broken] == ["registro_roto"] * 4
    assert "el registro 318." in broken[1].mensaje
    assert len(servidor.pedidas) < 90


def test_paginas_says_so_where_everything_is_broken():
    servidor = Servidor(640, rotos=[f"r{place}" for place in range(640)])
    with pytest.raises(Retriable) as error:
        leer(servidor)
    assert error.value.codigo == "fallo_de_contifico"
    assert len(servidor.pedidas) < ROTOS_MAXIMOS * 9


@settings(deadline=None)
@given(st.integers(1, 600), st.sampled_from([None, 40]), st.booleans(), st.integers(0, 20), st.sampled_from([30, 100]))
def test_paginas_goes_on_after_any_page(n, tope, sobre, hechas, lote):
    """What was written up to a place and what comes from there on are all of it."""
    servidor = Servidor(n, tope=tope, sobre=sobre)
    first = Recorrido(servidor, ("id",), tamano=100, lote=lote).paginas()
    written, punto = set(), None
    for page, _ in zip(first, range(hechas), strict=False):
        written |= {row["id"] for row in page.registros}
        punto = page.punto
    read, _ = leer(servidor, punto=punto, lote=lote)
    assert written | set(read) == set(ids(servidor))


def test_paginas_goes_on_a_page_back_so_that_a_deletion_meanwhile_hides_nothing():
    servidor = Servidor(500)
    pages = Recorrido(servidor, ("id",), tamano=100, lote=100).paginas()
    first, second = next(pages), next(pages)
    written = {row["id"] for page in (first, second) for row in page.registros}
    del servidor.filas[10:60]
    read, _ = leer(servidor, punto=second.punto)
    assert written | set(read) >= set(ids(servidor))


def test_paginas_reads_twice_to_find_what_a_deletion_moved_across_a_border():
    def leer_mientras(**opciones):
        servidor = Servidor(500)
        servidor.al_pedir[3] = lambda: servidor.filas.pop(5) and None
        return set(ids(servidor)) - set(leer(servidor, **opciones)[0]), len(servidor.pedidas)

    assert leer_mientras() == ({"r200"}, 5)
    lost, requests = leer_mientras(verificar=True)
    assert lost == set()
    assert requests < 15


def test_paginas_hands_on_what_cannot_be_kept_beside_the_rest():
    servidor = Servidor(3)
    bad = Rechazado("json_invalido", "Tiene más de 40 niveles.", "{…}")
    servidor.al_pedir[1] = lambda: Listado(iter([*servidor.filas, bad, 7]))
    (page,) = Recorrido(servidor, ("id",), tamano=100, lote=50).paginas()
    assert page.registros == [*servidor.filas, 7]
    assert page.rechazados == [bad]


@pytest.mark.parametrize(
    ("fila", "tamano", "size"), [(0, 100, 100), (300, 100, 100), (350, 100, 70), (97, 89, 1), (6, 4, 3)]
)
def test_alineado_gives_the_largest_page_that_begins_there(fila, tamano, size):
    assert alineado(fila, tamano) == size


def test_identidad_is_the_first_key_or_all_of_it():
    assert identidad({"id": "", "codigo": "B1"}, ("id", "codigo")) == "B1"
    assert identidad({"id": 7}, ("id",)) == 7
    assert identidad({"a": 1, "b": 2}, ("id",)) == identidad({"b": 2, "a": 1}, ("id",)) != identidad({"a": 1}, ("id",))
    assert identidad([1], ("id",)) == identidad([1], ("id",))
