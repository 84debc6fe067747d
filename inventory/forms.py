"""What an operator may choose before an extraction."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from inventory.months import meses_entre
from lib.errors import Rejected


class ExtraerForm(forms.Form):
    """Days of the source, both included; empty, the company's fiscal year."""

    inicio = forms.DateField(
        label="Desde", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="Vacío: el comienzo del año fiscal. Se leen meses enteros.",
    )  # fmt: skip
    fin = forms.DateField(
        label="Hasta", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="Vacío: el final del año fiscal.",
    )  # fmt: skip
    forzar = forms.BooleanField(
        label="Leer también los meses ya extraídos", required=False, widget=UnfoldBooleanSwitchWidget
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("inicio") and data.get("fin"):
            try:
                meses_entre(data["inicio"], data["fin"])
            except Rejected as error:
                self.add_error("fin", f"{error.mensaje} {error.remedio}".strip())
        return data
