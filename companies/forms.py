"""The forms of companies in the admin."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from companies.accepting import exigir_consulta, exigir_ruta
from companies.models import EmpresaServidor
from companies.nit import LARGO_ORIGINAL, analizar
from lib.errors import Rejected
from servers.models import Servidor


class EmpresaForm(forms.ModelForm):  # type: ignore[type-arg]
    """A company by hand; its NIT is taken as written and stored in its parts."""

    nit_escrito = forms.CharField(
        label="NIT",
        max_length=LARGO_ORIGINAL,
        widget=UnfoldAdminTextInputWidget,
        help_text="Con guion antes del dígito de verificación: 900.123.456-8.",
    )

    class Meta:
        model = EmpresaServidor
        fields = (
            "nombre", "estado", "anio_fiscal", "servidor", "codigo", "ruta_base", "perfil_consulta", "consulta_sql",
            "remision_facturada_no_mueve",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "nit_escrito" in self.fields:  # it is not there for a reader or a limited user
            self.fields["nit_escrito"].initial = self.instance.nit_original

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "nit_escrito" in self.fields:
            with self._naming("nit_escrito"):
                self._read_nit(data.get("nit_escrito", ""))
        servidor = data.get("servidor") or (self.instance.pk and self.instance.servidor)
        if servidor:
            self._accept(data, servidor)
        return data

    def _read_nit(self, written: str) -> None:
        if "nit_escrito" in self.errors:
            return
        for name, value in analizar(written).campos().items():
            setattr(self.instance, name, value)
        year = self.cleaned_data.get("anio_fiscal") or 0
        same = EmpresaServidor.objects.filter(nit_base=self.instance.nit_base, anio_fiscal=year)
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("nit_escrito", "Ya hay una empresa con ese NIT y ese año; búsquela en la lista.")

    def _accept(self, data: dict[str, Any], servidor: Servidor) -> None:
        values = {
            name: data.get(name, getattr(self.instance, name))
            for name in ("ruta_base", "perfil_consulta", "consulta_sql")
        }
        if "ruta_base" in data:
            with self._naming("ruta_base"):
                data["ruta_base"] = exigir_ruta(values["ruta_base"], servidor)
        if "consulta_sql" in data:
            with self._naming("consulta_sql"):
                exigir_consulta(values["perfil_consulta"], values["consulta_sql"], servidor)

    @contextmanager
    def _naming(self, campo: str) -> Iterator[None]:
        try:
            yield
        except Rejected as error:
            self.add_error(campo, f"{error.mensaje} {error.remedio}")


class MoverForm(forms.Form):
    """Where companies go."""

    servidor = forms.ModelChoiceField(
        label="Servidor de destino",
        queryset=Servidor.objects.filter(activo=True),
        widget=UnfoldAdminSelectWidget,
        help_text="Debe tener en EMPRESAS el mismo NIT y año.",
    )
