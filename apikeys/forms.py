"""The forms of keys in the admin: what is wanted of a new one, what may change of an old one, its renewal."""

from datetime import timedelta
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apikeys import accepting
from apikeys.form_fields import DE_NIT, ConRechazos, campo_alcances, campo_limite, campo_origenes, campo_redes
from apikeys.granting import exigir_otorgable
from apikeys.models import APIKeyCliente
from companies.nit import LARGO_ORIGINAL

TIPOS = (
    ("nit", "Un NIT: ve sus empresas"),
    ("id_sucursal", "Una sucursal: sus ventas"),
    ("local", "Un local: sus cajas"),
)


class GenerarForm(ConRechazos, forms.Form):
    """What is wanted of a new key."""

    tipo = forms.ChoiceField(label="De quién es", choices=TIPOS, initial="nit", widget=UnfoldAdminRadioSelectWidget)
    dueno = forms.CharField(
        label="NIT, sucursal o local", max_length=120, widget=UnfoldAdminTextInputWidget,
        help_text="El NIT con guion antes de su dígito de verificación, 900.123.456-8; o el código que sea.",
    )  # fmt: skip
    nombre_cliente = forms.CharField(
        label="Nombre del cliente", max_length=255, required=False, widget=UnfoldAdminTextInputWidget,
        help_text="Vacío: el de su empresa más reciente.",
    )  # fmt: skip
    dias_validez = forms.IntegerField(
        label="Días de validez", min_value=1, max_value=3650, initial=365, widget=UnfoldAdminIntegerFieldWidget
    )
    alcances = campo_alcances(required=False)
    limite_por_minuto = campo_limite()
    redes_permitidas = campo_redes()
    origenes = campo_origenes()
    reemplazar = forms.BooleanField(
        label="Reemplazar las que ya tiene", required=False, widget=UnfoldBooleanWidget,
        help_text="Las demás claves vigentes de este dueño dejan de abrir al instante. Sin marcar, esta es una más.",
    )  # fmt: skip
    # What a reload of the page sends again, so that it makes no second key.
    pedido = forms.UUIDField(required=False, widget=forms.HiddenInput)

    por: Any = None  # who asks

    SECCIONES = (
        ("Para quién", ("tipo", "dueno", "nombre_cliente")),
        ("Qué abre y hasta cuándo", ("alcances", "dias_validez", "reemplazar")),
        ("Desde dónde y cuánto", ("limite_por_minuto", "redes_permitidas", "origenes")),
    )

    def secciones(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(titulo, [self[name] for name in names]) for titulo, names in self.SECCIONES]

    def resumen(self) -> list[tuple[str, str]]:
        """What is wanted, in words."""
        data = self.cleaned_data
        palabras = dict(DE_NIT)
        alcances = [palabras[alcance] for alcance in data["alcances"]] if data["tipo"] == "nit" else ["Solo lo suyo"]
        return [
            ("De quién es", f"{dict(TIPOS)[data['tipo']].partition(':')[0]}: {data['dueno']}"),
            ("Nombre", data["nombre_cliente"] or "El de su empresa más reciente"),
            ("Qué puede hacer", "; ".join(alcances)),
            ("Días de validez", str(data["dias_validez"])),
            ("Peticiones por minuto", str(data["limite_por_minuto"])),
            ("Redes permitidas", ", ".join(data["redes_permitidas"]) or "Cualquiera"),
            ("Orígenes web", ", ".join(data["origenes"]) or "Ninguno"),
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("tipo") and data.get("dueno"):
            if data["tipo"] == "nit" and len(data["dueno"]) > LARGO_ORIGINAL:
                self.add_error("dueno", f"El NIT pasa de {LARGO_ORIGINAL} caracteres.")
            else:
                with self._nombrando("dueno"):
                    accepting.exigir_dueno(**self.de_quien())
        if data.get("tipo") == "nit":
            self._aceptar("alcances", lambda pedidos: accepting.exigir_alcances("nit", pedidos))
            with self._nombrando("alcances"):
                exigir_otorgable(data.get("alcances", ()), self.por)
        self._aceptar("redes_permitidas", accepting.exigir_redes)
        self._aceptar("origenes", accepting.exigir_origenes)
        return data

    def de_quien(self) -> dict[str, str]:
        """The owner as `issuing.emitir` takes it."""
        tipos = {tipo: "" for tipo, _ in TIPOS}
        return tipos | {self.cleaned_data["tipo"]: self.cleaned_data["dueno"]}

    def para_emitir(self) -> dict[str, Any]:
        """The arguments of `issuing.emitir`."""
        fuera = {"tipo", "dueno", "pedido", "alcances"}
        data = {name: value for name, value in self.cleaned_data.items() if name not in fuera}
        alcances = self.cleaned_data["alcances"] if self.cleaned_data["tipo"] == "nit" else None
        return data | self.de_quien() | {"alcances": alcances}


class RenovarForm(forms.Form):
    """A successor, and how long the old key goes on beside it."""

    dias_validez = forms.IntegerField(
        label="Días de validez de la nueva", min_value=1, max_value=3650, initial=365,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    solape_horas = forms.IntegerField(
        label="Horas que la actual sigue abriendo", min_value=0, max_value=720, initial=accepting.SOLAPE_USUAL,
        widget=UnfoldAdminIntegerFieldWidget, help_text="El tiempo del cliente para cambiarla. Con 0 termina ya.",
    )  # fmt: skip

    def para_renovar(self) -> dict[str, Any]:
        horas = timedelta(hours=self.cleaned_data["solape_horas"])
        return {"dias_validez": self.cleaned_data["dias_validez"], "solape": horas}


class ClaveForm(ConRechazos, forms.ModelForm):  # type: ignore[type-arg]
    """What may change of a key; never whose it is, nor the key."""

    por: Any = None  # who changes it

    alcances = campo_alcances(required=True)
    limite_por_minuto = campo_limite()
    redes_permitidas = campo_redes()
    origenes = campo_origenes()

    class Meta:
        model = APIKeyCliente
        fields = ("nombre_cliente", "alcances", "limite_por_minuto", "redes_permitidas")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "origenes" in self.fields:
            self.fields["origenes"].initial = list(self.instance.origenes.values_list("origen", flat=True))
        if "alcances" in self.fields and not self.instance.nit_base:
            del self.fields["alcances"]  # a branch or till has one scope, which nobody chooses

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._aceptar("alcances", lambda pedidos: accepting.exigir_alcances("nit", pedidos))
        nuevos = set(self.cleaned_data.get("alcances", ())) - set(self.instance.alcances)
        with self._nombrando("alcances"):
            exigir_otorgable(nuevos, self.por)
        self._aceptar("nombre_cliente", accepting.exigir_nombre)
        self._aceptar("redes_permitidas", accepting.exigir_redes)
        self._aceptar("origenes", accepting.exigir_origenes)
        return self.cleaned_data
