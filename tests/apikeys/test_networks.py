import pytest

from apikeys.networks import contiene


@pytest.mark.parametrize(
    ("redes", "direccion", "dentro"),
    [
        ([], "8.8.8.8", True),
        (["10.0.0.0/8"], "10.255.0.1", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["10.0.0.0/8", "2001:db8::/32"], "2001:db8::7", True),
        (["2001:db8::/32"], "10.0.0.1", False),
        (["10.0.0.0/8"], "::a00:1", False),
    ],
)
def test_contiene_judges_by_family(redes, direccion, dentro):
    assert contiene(redes, direccion) is dentro
