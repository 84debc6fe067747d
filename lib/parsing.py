"""The JSON body of a request: what could break something further in is refused here as bad input."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "cuerpo_demasiado_grande"


class JSONParser(BaseParser):
    """Strict JSON in UTF-8, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes: no NaN, no infinity, no half of a character."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body: bytes = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            data = json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
            if b"\\ud" in body.lower():
                json.dumps(data, ensure_ascii=False).encode()  # a lone surrogate, which no column can hold
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number
