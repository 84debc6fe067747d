"""The form of a server in the admin: its password is written and never shown."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminPasswordToggleWidget

from servers.models import DESTINO, Controlador, Servidor


class ServidorForm(forms.ModelForm):  # type: ignore[type-arg]
    contrasena = forms.CharField(
        label="Contraseña",
        required=False,
        strip=False,
        max_length=128,
        widget=UnfoldAdminPasswordToggleWidget(attrs={"autocomplete": "new-password"}),
        help_text="Se guarda cifrada y no se muestra. Vacía: no cambia (salvo que cambie el destino).",
    )

    class Meta:
        model = Servidor
        fields = (
            "nombre", "activo", "tipo_servidor", "host", "puerto", "usuario", "ruta_maestra", "zona_horaria",
            "controlador", "juego_caracteres", "conexiones_a_la_vez", "filas_por_segundo", "lectura_desde",
            "lectura_hasta", "instantanea_minutos",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("contrasena"):
            if self.instance.password_cifrada and not set(DESTINO).isdisjoint(self.changed_data):
                self.add_error("contrasena", "Escríbala de nuevo: se enviará a otro host, puerto o tipo de servidor.")
            elif not self.instance.password_cifrada and data.get("controlador") != Controlador.EMBEBIDO:
                self.add_error("contrasena", "Escriba la contraseña.")
        return data

    def save(self, commit: bool = True) -> Servidor:
        if self.cleaned_data["contrasena"]:
            self.instance.password = self.cleaned_data["contrasena"]
        saved: Servidor = super().save(commit)
        return saved
