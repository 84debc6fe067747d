"""What moved stock, and what travelled."""

from django.db import models

from inventory.contifico.models.registro import Registro, corto, cuantas, dia, importe, largo, si_o_no


class Movimiento(Registro):
    """A movement of stock; its lines are in the data. The same code has been seen under several ids."""

    codigo = corto("código", "Tipo, año, mes y número: EGR 202006000017.")
    tipo = corto("tipo", "ING ingreso, EGR egreso, TRA traslado o AJU ajuste.")
    fecha = dia("fecha")
    estado = corto("estado", "G generado o P pendiente.")
    total = importe("total", "Contífico suele dejarlo en cero.")
    descripcion = largo("descripción")
    bodega_id = corto("id de la bodega")
    bodega_destino_id = corto("id de la bodega de destino", "Solo en un traslado.")
    lineas = cuantas()

    class Meta(Registro.Meta):
        db_table = "inventory_movements"
        verbose_name = "movimiento de inventario"
        verbose_name_plural = "movimientos de inventario"
        indexes = [
            models.Index(fields=["cuenta", "fecha", "fila"], name="contifico_movimiento_fecha"),
            models.Index(fields=["cuenta", "codigo"], name="contifico_movimiento_codigo"),
        ]


class Guia(Registro):
    """A remission guide: goods on the road; addressee and lines are in the data."""

    numero_documento = corto("número")
    estado = corto("estado", "E emitida o A anulada.")
    electronico = si_o_no("es electrónica")
    fecha_emision = dia("fecha de emisión")
    fecha_inicio = dia("inicio del traslado")
    fecha_fin = dia("fin del traslado")
    bodega_id = corto("id de la bodega")
    transportista_id = corto("id del transportista")
    placa = corto("placa")
    destinatario_id = corto("id del destinatario")
    documento_id = corto("id del documento")
    motivo = largo("motivo")
    lineas = cuantas()

    class Meta(Registro.Meta):
        db_table = "remission_guides"
        verbose_name = "guía de remisión"
        verbose_name_plural = "guías de remisión"
        indexes = [models.Index(fields=["cuenta", "fecha_emision", "fila"], name="contifico_guia_fecha")]
