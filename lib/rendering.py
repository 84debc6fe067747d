"""The one renderer of the API: orjson, which writes rows of the database in C instead of value by value in Python.

It answers what DRF's own renderer would, with the exceptions that `tests/lib/test_rendering.py` lists.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from rest_framework import renderers
from rest_framework.utils.encoders import JSONEncoder

OPCIONES = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS  # a dataclass is nothing that an answer shows by itself


class JSONRenderer(renderers.JSONRenderer):
    """JSON by orjson; what that refuses (an indent, keys that are no texts, integers beyond 64 bits) DRF writes."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None or self._con_sangria(accepted_media_type, renderer_context):
            return super().render(data, accepted_media_type, renderer_context)
        try:
            return orjson.dumps(data, _otros, OPCIONES)
        except orjson.JSONEncodeError:
            return super().render(data, accepted_media_type, renderer_context)

    def _con_sangria(self, accepted: str | None, context: Mapping[str, Any] | None) -> bool:
        return (accepted or self.media_type) != self.media_type or bool(context and "indent" in context)


_de_drf = JSONEncoder().default


def _otros(value: Any) -> Any:
    """What orjson does not know: decimals, whose scale is kept, then whatever DRF knows."""
    return format(value, "f") if type(value) is Decimal else _de_drf(value)
