"""`?diferencia=true` of the stock: for staff who may see movements too, and on a page only."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from lib.permissions import es_clave

PARAMETRO = "diferencia"
VALORES = {"true": True, "false": False}
PERMISO = "inventory.view_movimientoinventario"
DIFERENCIA = OpenApiParameter(
    PARAMETRO, bool, description="Suma los movimientos copiados y dice la diferencia. Solo para el personal."
)


def pide_diferencia(view: Any) -> bool:
    """Whether the request asks for it; 400 where it is no yes or no, or not for this caller, or not for a file."""
    texto = view.request.query_params.get(PARAMETRO)
    if texto is None:
        return False
    if es_clave(view.request) or not view.request.user.has_perm(PERMISO):
        raise ValidationError({PARAMETRO: ["Es para el personal que ve movimientos."]})
    if texto not in VALORES:
        raise ValidationError({PARAMETRO: ["Escriba true o false."]})
    if not (view.detail or view.paginator):
        raise ValidationError({PARAMETRO: ["No se exporta; léala página por página."]})
    return VALORES[texto]
