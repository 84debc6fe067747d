"""What caches may do with answers of the API: keep them for one caller, and ask each time whether they still hold.

Whoever sends `If-None-Match` is asked who they are first: the view has answered before anything is compared, so a
revoked key gets its 401, and the tag of what somebody else may see is of no use.
"""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers

RAIZ = "/api/"
CACHE = "private, no-cache"
VARIAN = ("Authorization", "Api-Key", "Cookie", "Origin")  # by these alone two callers differ


class ApiCachingMiddleware:
    """`Cache-Control`, `Vary`, `ETag` and gzip for the API; a stream keeps its length, its ranges and its bytes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.condicional = ConditionalGetMiddleware(get_response)
        self.gzip = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(RAIZ):
            return response
        response.headers.setdefault("Cache-Control", CACHE)
        patch_vary_headers(response, VARIAN)
        return self._breve(request, response) if isinstance(response, HttpResponse) else response

    def _breve(self, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        if response.status_code == 200:
            self._marcar(request, response)
            return self.gzip.process_response(request, self.condicional.process_response(request, response))
        return self.gzip.process_response(request, response)

    def _marcar(self, request: HttpRequest, response: HttpResponse) -> None:
        """The tag of what is answered, by SHA-256: Django's own, by MD5, takes four times as long."""
        if request.method == "GET" and self.condicional.needs_etag(response):
            response.headers.setdefault("ETag", f'"{sha256(response.content).hexdigest()[:32]}"')
