"""What the admin's list of stock says of the movements beside it."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from unfold.decorators import display

from inventory import balance
from inventory.balance_parameter import PERMISO
from inventory.models import Existencia
from lib.keyset_admin import KeysetChangeList
from lib.spanish import cantidad

COLUMNA = "frente_a_movimientos"


class ExistenciaChangeList(KeysetChangeList):
    """The page with the difference of each of its rows, found by one statement."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if COLUMNA in self.list_display:
            diferencias = balance.diferencias(self.result_list)
            for existencia in self.result_list:
                existencia.diferencia = diferencias[existencia.pk]


class ConDiferencia:
    """The list of stock beside its movements, for whoever may see both."""

    list_before_template = "inventory/diferencia.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ExistenciaChangeList]:
        return ExistenciaChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)  # type: ignore[misc]
        return shown if request.user.has_perm(PERMISO) else [name for name in shown if name != COLUMNA]

    @display(description="frente a sus movimientos", label={"cuadra": "success", "difiere": "warning"})
    def frente_a_movimientos(self, existencia: Existencia) -> tuple[str, str]:
        diferencia: Decimal = existencia.diferencia  # type: ignore[attr-defined]
        if not diferencia:
            return "cuadra", "Cuadra"
        return "difiere", f"{cantidad(abs(diferencia))} {'más' if diferencia > 0 else 'menos'}"
