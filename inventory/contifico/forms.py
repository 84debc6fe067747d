"""The form of an account in the admin: its key and token are written and never shown."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordToggleWidget

from inventory.contifico.models import Cuenta
from inventory.contifico.models.cuenta import DESTINO
from inventory.contifico.models.sincronizacion import NOMBRES

SE_GUARDA = "Se guarda cifrada y no se muestra. Vacía: no cambia."


def _secreto(label: str, help_text: str) -> forms.CharField:
    widget = UnfoldAdminPasswordToggleWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, max_length=300, widget=widget, help_text=help_text)


class CuentaForm(forms.ModelForm):  # type: ignore[type-arg]
    clave = _secreto("API Key", f"La da el soporte de Contífico para cada empresa. {SE_GUARDA}")
    token = _secreto("API Token", "El del POS; para leer no hace falta. Se guarda cifrado. Vacío: no cambia.")
    recursos_apagados = forms.MultipleChoiceField(
        label="Recursos apagados",
        required=False,
        choices=NOMBRES,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Los que nunca se piden; lo ya copiado se queda.",
    )

    class Meta:
        model = Cuenta
        fields = (
            "nombre", "activa", "ruc", "url_base", "enviar_token_en_cabecera", "zona_horaria", "registros_por_pagina",
            "peticiones_por_segundo", "dias_de_relectura", "solape_minutos", "pares_de_compras", "pares_de_ventas",
            "recursos_apagados",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("clave"):
            if not self.instance.api_key_cifrada:
                self.add_error("clave", "Escriba la API Key.")
            elif not set(DESTINO).isdisjoint(self.changed_data):
                self.add_error("clave", "Escríbala de nuevo: se enviará a otra dirección.")
        return data

    def save(self, commit: bool = True) -> Cuenta:
        if self.cleaned_data["clave"]:
            self.instance.api_key = self.cleaned_data["clave"]
            if not set(DESTINO).isdisjoint(self.changed_data):
                self.instance.api_token = ""  # neither does the old token go there
        if self.cleaned_data["token"]:
            self.instance.api_token = self.cleaned_data["token"]
        saved: Cuenta = super().save(commit)
        return saved
