"""What the OpenAPI description says beyond what the library finds by itself."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from lib import fields


class Esquema(AutoSchema):
    """The schema of every view."""

    def get_override_parameters(self) -> list[Any]:
        return [self._campos()] if self._toma_campos() else []

    def _toma_campos(self) -> bool:
        return self.method == "GET" and fields.PARAMETRO in getattr(self.view, "parametros", ())

    def _campos(self) -> OpenApiParameter:
        view: Any = self.view
        names = [name for name, field in view.get_serializer_class()().fields.items() if not field.write_only]
        return OpenApiParameter(
            fields.PARAMETRO,
            {"type": "array", "items": {"type": "string", "enum": names}},
            description="Columnas que se quieren, separadas por comas; sin él, todas las que se pueden ver.",
            explode=False,
        )
