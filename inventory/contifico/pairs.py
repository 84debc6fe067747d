"""Which kinds of documents are purchases, and which are sales: «FAC PRO, LQC PRO» as an operator writes it. Pure."""

import re

from lib.errors import Rejected

COMPRAS = "FAC PRO, LQC PRO"
VENTAS = "FAC CLI"
PAR = re.compile(r"([A-Z]{3}) (CLI|PRO)")


def consultas(texto: str) -> tuple[dict[str, str], ...]:
    """The query of each pair, in order and once; Rejected `pares_invalidos`."""
    found = [PAR.fullmatch(" ".join(piece.upper().split())) for piece in texto.split(",")]
    if not all(found):
        raise Rejected(
            "pares_invalidos",
            f"No son pares de tipo y registro: {texto[:60]!r}.",
            f"Escríbalos como {COMPRAS}: tres letras del tipo y CLI o PRO, separados por comas.",
        )
    pairs = dict.fromkeys(match.groups() for match in found if match)
    return tuple({"tipo_registro": registro, "tipo": tipo} for tipo, registro in pairs)


def normalizar(texto: str) -> str:
    return ", ".join(f"{one['tipo']} {one['tipo_registro']}" for one in consultas(texto))
