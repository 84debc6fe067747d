import pytest

from lib.redaction import Tachador


@pytest.mark.parametrize(
    "texto", ["Authorization: k/é+1", "https://x/?a=k%2F%C3%A9%2B1&b=2", '{"eco": "k/\\u00e9+1"}', "k/é+1k/é+1"]
)
def test_tachador_takes_a_secret_out_however_it_is_written(texto):
    limpio = Tachador(["k/é+1"])(texto)
    assert "…" in limpio
    assert not any(forma in limpio for forma in ("k/é+1", "k%2F%C3%A9%2B1", "k/\\u00e9+1"))


def test_tachador_takes_out_what_is_named_like_a_secret():
    tachar = Tachador()
    assert tachar('{"id": "1", "pos": "a-b\\"c", "Password":"x"}') == '{"id": "1", "pos": "…", "Password":"…"}'
    assert tachar("https://x/persona/?pos=1-2&tipo=N") == "https://x/persona/?pos=…&tipo=N"
    assert tachar('{"token": "unfinis') == '{"token": "…"'
    assert tachar('{"deposito": "7", "apos": "8"}') == '{"deposito": "7", "apos": "8"}'


@pytest.mark.parametrize("corte", range(1, 30))
def test_tachador_leaves_no_half_secret_at_the_cut(corte):
    limpio = Tachador(["SECRETO-1"])("abcdefgh SECRETO-1 abcdefgh", corte)
    assert "S" not in limpio
    assert len(limpio) <= corte + 1


def test_tachador_leaves_texts_alone_where_a_secret_is_too_short():
    assert Tachador(["a", ""])("una casa") == "una casa"
