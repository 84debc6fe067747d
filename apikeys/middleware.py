"""A credential in the address goes no further: not into a log line, a redirect or a page. The API then refuses it."""

from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from django.http import HttpRequest, HttpResponseBase

from apikeys import keys


class SinClavesEnLaDireccion:
    """Takes credentials out of path and query, percent-encoded or not, and keeps the public id of the first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        ruta = request.path_info
        legible = unquote_plus(unquote_plus(query)) if "%" in query else query
        hallada = keys.EN_TEXTO.search(f"{unquote(ruta)}?{legible}")
        if hallada:
            request.META["credencial_en_direccion"] = keys.Clave(hallada[0]).identificador
            _tachar(request)
        if "HTTP_REFERER" in request.META:
            _tachar_pagina(request)
        return self.get_response(request)


def en_direccion(request: HttpRequest) -> str:
    """The public id of the credential that was in the address; empty where there was none."""
    hallada: str = request.META.get("credencial_en_direccion", "")
    return hallada


def _tachar(request: HttpRequest) -> None:
    request.path_info = request.META["PATH_INFO"] = keys.EN_TEXTO.sub("…", unquote(request.path_info))
    request.path = keys.EN_TEXTO.sub("…", unquote(request.path))
    request.META["QUERY_STRING"] = ""
    for name in ("RAW_URI", "REQUEST_URI"):  # gunicorn's and uWSGI's own copies, which their access logs need
        if name in request.META:
            request.META[name] = quote(request.path)


def _tachar_pagina(request: HttpRequest) -> None:
    """A page whose address held one is named as where the next request comes from."""
    legible = unquote_plus(unquote_plus(request.META["HTTP_REFERER"]))
    if keys.EN_TEXTO.search(legible):
        request.META["HTTP_REFERER"] = keys.EN_TEXTO.sub("", legible)
