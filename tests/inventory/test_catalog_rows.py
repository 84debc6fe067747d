import pytest

from inventory.catalog_rows import es_articulo


@pytest.mark.parametrize(("codigo", "expected"), [("A1", True), ("01.", False), ("", False), ("1.2", True)])
def test_es_articulo_tells_nodes_by_their_point(codigo, expected):
    assert es_articulo(codigo) is expected
