"""Every route there is, as Django's own resolver knows it."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver

METODOS = ("get", "post", "put", "patch", "delete")


def rutas(resolver: Any, antes: str = "") -> Iterator[tuple[str, Any]]:
    """Each route's whole pattern, and what answers it."""
    for pattern in resolver.url_patterns:
        path = antes + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from rutas(pattern, path)
        else:
            yield path, pattern.callback


def legible(ruta: str) -> str:
    """The pattern as the docs write it: `api/movimientos/{pk}`."""
    texto = re.sub(r"\(\?P<(\w+)>(?:\([^)]*\)|\[[^\]]*\]|[^()\[\]])*\)", r"{\1}", ruta)
    texto = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", texto).replace("^", "")
    return re.sub(r"(/\?)?(\$|\\Z)?$", "", texto)


def metodos(callback: Any) -> list[str]:
    """What the route answers to; of a plain function everything is asked."""
    if acciones := getattr(callback, "actions", None):
        return [metodo for metodo in METODOS if metodo in acciones]
    vista = getattr(callback, "cls", None)
    return [metodo for metodo in METODOS if vista is None or hasattr(vista, metodo)]
