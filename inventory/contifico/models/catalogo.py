"""What is bought and sold, and where it lies."""

from django.db import models

from inventory.contifico.models.registro import Registro, corto, importe, largo, si_o_no


class Categoria(Registro):
    """A category of products."""

    nombre = largo("nombre")
    padre_id = corto("id de la categoría superior")
    tipo_producto = corto("tipo de producto", "PROD o SERV.")

    class Meta(Registro.Meta):
        db_table = "categories"
        verbose_name = "categoría"
        verbose_name_plural = "categorías"


class Marca(Registro):
    """A brand; only companies with variable products have them."""

    nombre = largo("nombre")

    class Meta(Registro.Meta):
        db_table = "brands"
        verbose_name = "marca"
        verbose_name_plural = "marcas"


class Variante(Registro):
    """A way in which products vary, such as size; its values are in the data."""

    nombre = largo("nombre")

    class Meta(Registro.Meta):
        db_table = "variants"
        verbose_name = "variante"
        verbose_name_plural = "variantes"


class Producto(Registro):
    """A product or service, with its first price and its stock over all warehouses."""

    codigo = corto("código")
    nombre = largo("nombre")
    codigo_barra = corto("código de barras")
    tipo = corto("tipo", "PRO producto o SER servicio.")
    tipo_producto = corto("composición", "SIM simple, COM o COP compuesto, PRO de producción.")
    estado = corto("estado", "A activo o I inactivo.")
    categoria_id = corto("id de la categoría")
    marca_id = corto("id de la marca")
    porcentaje_iva = models.IntegerField("porcentaje de IVA", null=True)
    pvp1 = importe("precio", "PVP 1.")
    minimo = importe("existencia mínima")
    cantidad_stock = importe("existencia", "De todas las bodegas; puede ser negativa.")
    lead_time = models.IntegerField("días de entrega", null=True)

    class Meta(Registro.Meta):
        db_table = "products"
        verbose_name = "producto"
        verbose_name_plural = "productos"
        indexes = [models.Index(fields=["cuenta", "codigo"], name="contifico_producto_codigo")]


class Bodega(Registro):
    """A warehouse."""

    codigo = corto("código")
    nombre = largo("nombre")
    venta = si_o_no("es de venta")
    compra = si_o_no("es de compra")
    produccion = si_o_no("es de producción")

    class Meta(Registro.Meta):
        db_table = "warehouses"
        verbose_name = "bodega"
        verbose_name_plural = "bodegas"
