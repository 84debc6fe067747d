"""Secrets taken out of what is written: log lines, errors, anything that shows what went over a wire."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

TACHA = "…"
LARGO_MINIMO = 4  # a shorter secret would take half of the text with it
NOMBRES = "authorization|api[_-]?key|api[_-]?token|x-api-token|token|password|clave_api|secret|pos|iban"
EN_JSON = re.compile(rf'("(?:{NOMBRES})"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)', re.IGNORECASE)
EN_CONSULTA = re.compile(rf"((?:^|[?&\s])(?:{NOMBRES})=)[^&\s]*", re.IGNORECASE)


class Tachador:
    """Takes out the given secrets, however they are written, and the values of fields that are named like one."""

    def __init__(self, secretos: Iterable[str] = ()) -> None:
        formas = {forma for secreto in secretos if len(secreto) >= LARGO_MINIMO for forma in _formas(secreto)}
        self._holgura = max(map(len, formas), default=0)
        longest_first = sorted(formas, key=lambda forma: (-len(forma), forma))
        self._secretos = re.compile("|".join(map(re.escape, longest_first))) if formas else None

    def __call__(self, texto: str, largo: int | None = None) -> str:
        """The text without secrets, cut after `largo` characters; a secret on the cut is not half of one."""
        if largo is not None:
            texto = texto[: largo + self._holgura]
        if self._secretos:
            texto = self._secretos.sub(TACHA, texto)
        texto = EN_CONSULTA.sub(rf"\1{TACHA}", EN_JSON.sub(rf'\1"{TACHA}"', texto))
        return texto if largo is None or len(texto) <= largo else texto[:largo] + TACHA


def _formas(secreto: str) -> set[str]:
    return {secreto, quote(secreto, safe=""), quote_plus(secreto), json.dumps(secreto)[1:-1]}
