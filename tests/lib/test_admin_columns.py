from decimal import Decimal

from inventory.models import Articulo, Existencia, MovimientoInventario, VentanaExtraccion
from lib.admin_columns import numero, numeros


def test_numero_writes_a_field_as_in_colombia():
    assert numero(Existencia, "cantidad")(Existencia(cantidad=Decimal("1200.5000"))) == "1.200,5"
    assert numero(Articulo, "precio", 2)(Articulo(precio=Decimal("1200.5"))) == "1.200,50"
    assert numero(VentanaExtraccion, "filas")(VentanaExtraccion(filas=12345)) == "12.345"


def test_numero_of_nothing_is_a_dash():
    assert numero(Articulo, "precio")(Articulo()) == "—"
    assert numero(Articulo, "precio", 2)(Articulo()) == "—"


def test_numero_is_called_as_its_field():
    column = numero(Articulo, "precio")
    assert (column.__name__, column.short_description) == ("precio", "precio")
    assert column is numero(Articulo, "precio")


def test_numeros_leaves_names_of_other_fields_alone():
    names = numeros(MovimientoInventario, ["documento", "cantidad", "ejecucion", "efecto"])
    assert [names[0], names[2], names[3]] == ["documento", "ejecucion", "efecto"]
    assert names[1] is numero(MovimientoInventario, "cantidad")
