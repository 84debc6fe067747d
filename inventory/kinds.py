"""The kinds of documents: what each code of the source means and which way it moves stock."""

from inventory.models import TipoDocumento as T

TIPOS: dict[str, T] = {
    "FV": T.FACTURA_VENTA,
    "FC": T.FACTURA_COMPRA,
    "DV": T.DEVOLUCION_VENTA,
    "DC": T.DEVOLUCION_COMPRA,
    "RS": T.REMISION_SALIDA,
    "RE": T.REMISION_ENTRADA,
    "TRS": T.TRASLADO_SALIDA,
    "TRE": T.TRASLADO_ENTRADA,
} | {str(tipo): tipo for tipo in T}

ENTRAN = {T.FACTURA_COMPRA, T.REMISION_ENTRADA, T.DEVOLUCION_VENTA, T.TRASLADO_ENTRADA}

FACTURAS = {T.FACTURA_VENTA, T.FACTURA_COMPRA}  # what may bill goods that a remission has moved already

PREFIJOS = {"TRS": "TR", "TRE": "TR"}  # both halves of a transfer belong to one document


def sentido(tipo: T) -> int:
    """+1 where the document brings stock in, −1 where it takes it out."""
    return 1 if tipo in ENTRAN else -1
