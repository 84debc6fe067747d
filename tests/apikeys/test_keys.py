import pytest

from apikeys import keys


@pytest.fixture
def clave():
    return keys.nueva(keys.CLIENTE)


def test_nueva_is_read_again(clave):
    assert keys.leer(clave.texto, keys.CLIENTE) == clave
    assert len(clave.identificador) == 12
    assert len(clave.texto) == keys.LARGO


def test_nueva_is_another_each_time():
    assert len({keys.nueva(keys.CLIENTE).texto for _ in range(200)}) == 200


def test_leer_refuses_every_single_wrong_character(clave):
    for place in range(3, keys.LARGO):
        other = "a" if clave.texto[place] != "a" else "b"
        assert keys.leer(clave.texto[:place] + other + clave.texto[place + 1 :], keys.CLIENTE) is None


@pytest.mark.parametrize("texto", ["", "sk_", "sk_" + "0" * 50, "sk_" + "ñ" * 50, "sk_" + "0" * 1_000_000])
def test_leer_refuses_what_is_no_key(texto):
    assert keys.leer(texto, keys.CLIENTE) is None


def test_leer_refuses_the_other_kind(clave):
    assert keys.leer(clave.texto, keys.PERSONA) is None


def test_a_key_does_not_print_itself(clave):
    secret = clave.texto[15:]
    assert secret not in f"{clave} {clave!r} {[clave]}"


def test_coincide_with_its_own_digest_only(clave):
    huella, de = keys.huella(clave)
    assert keys.coincide(clave, huella, de)
    assert not keys.coincide(keys.nueva(keys.CLIENTE), huella, de)
    assert not keys.coincide(clave, "", "")


def test_an_older_pepper_still_proves_until_it_is_taken_out(clave, settings):
    huella, de = keys.huella(clave)
    settings.PIMIENTAS = ["la-nueva-pimienta-larga", *settings.PIMIENTAS]
    assert keys.coincide(clave, huella, de)
    assert keys.huella(clave)[0] != huella
    settings.PIMIENTAS = settings.PIMIENTAS[:1]
    assert not keys.coincide(clave, huella, de)
