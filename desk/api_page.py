"""The page of the API for people: Swagger UI in a frame of ours, under a policy that evaluates no text."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response

from lib.content_policy import CABECERA, SIN_EVAL


class PaginaDeLaApiView(SpectacularSwaggerView):
    template_name = "desk/api.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.headers[CABECERA] = SIN_EVAL
        return response
