"""`?campos=`: the columns of an answer that the caller wants, among those that it may see."""

from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS

PARAMETRO = "campos"


class ConColumnas:
    """A viewset whose reads take `?campos=`; `columnas` are those that the request may see, in their order."""

    parametros: tuple[str, ...] = (PARAMETRO,)

    def columnas(self) -> Sequence[str]:
        raise NotImplementedError

    def campos(self) -> Sequence[str]:
        """The columns that were asked for; without the parameter, all that may be seen."""
        return elegir(_pedidos(self), self.columnas())


class ConCampos(ConColumnas):
    """The same for a viewset whose serializer writes the answer: of its fields those asked for are left."""

    def columnas(self) -> Sequence[str]:
        fields = self.get_serializer_class()().fields  # type: ignore[attr-defined]
        return tuple(name for name, field in fields.items() if not field.write_only)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)  # type: ignore[misc]
        if not getattr(self, "swagger_fake_view", False) and self.request.method in SAFE_METHODS:  # type: ignore[attr-defined]
            fields = getattr(serializer, "child", serializer).fields
            for name in fields.keys() - set(self.campos()):
                del fields[name]
        return serializer


def _pedidos(view: Any) -> list[str]:
    return view.request.query_params.getlist(PARAMETRO)  # type: ignore[no-any-return]


def elegir(textos: Sequence[str], columnas: Sequence[str]) -> Sequence[str]:
    """Those of `columnas` that the texts name, separated by commas; 400 for a name that is not among them."""
    if not textos:
        return columnas
    pedidos = {name.strip() for name in ",".join(textos).split(",")}
    if sobran := pedidos - set(columnas):
        raise ValidationError({PARAMETRO: [f"No se conoce {_lista(sobran)}; use {_lista(columnas)}."]})
    return tuple(columna for columna in columnas if columna in pedidos)


def _lista(names: Iterable[str]) -> str:
    return ", ".join(sorted(repr(name)[1:-1][:60] or "«vacío»" for name in names))
