"""What the forms of keys share: their fields, and how the verbs' own rules refuse a value."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
)

from apikeys import accepting
from apikeys.models import Alcance
from lib.errors import Rejected

DE_NIT = [(str(alcance), Alcance(alcance).label) for alcance in accepting.ALCANCES["nit"]]


class LineasField(forms.CharField):
    """A list, one item per line."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (value or "").splitlines() if line.strip()]


def campo_limite() -> forms.IntegerField:
    return forms.IntegerField(
        label="Peticiones por minuto", min_value=1, max_value=1_000_000, initial=600,
        widget=UnfoldAdminIntegerFieldWidget, help_text="Las que pasen de ahí reciben 429 hasta el minuto siguiente.",
    )  # fmt: skip


def campo_redes() -> LineasField:
    return LineasField(
        label="Redes permitidas",
        help_text="Una por línea, como 203.0.113.0/24 o 203.0.113.7. Vacío: desde cualquiera.",
    )


def campo_origenes() -> LineasField:
    return LineasField(
        label="Orígenes web",
        help_text="Páginas que la usan desde un navegador, una por línea: https://tienda.example.com. Vacío: ninguna.",
    )


def campo_alcances(*, required: bool) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Qué puede hacer", choices=DE_NIT, initial=["lectura"], required=required,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="De una clave de NIT. Las de sucursal solo mandan y leen sus ventas; las de local, sus cajas.",
    )  # fmt: skip


class ConRechazos(forms.BaseForm):
    """A form whose values the verbs' own rules accept or refuse."""

    def _aceptar(self, campo: str, exigir: Callable[[Any], Any]) -> None:
        if campo in self.cleaned_data:
            with self._nombrando(campo):
                self.cleaned_data[campo] = exigir(self.cleaned_data[campo])

    @contextmanager
    def _nombrando(self, campo: str) -> Iterator[None]:
        try:
            yield
        except Rejected as error:
            told = error.extra.get("campos", {}).values()
            self.add_error(campo, next(iter(next(iter(told), [])), f"{error.mensaje} {error.remedio}"))
