"""Whom a key for a NIT would see and whom it would miss by a hair; and the confirming of such near-matches.

A near-match is the same number written otherwise: with its check digit (DV) glued on, with a wrong one, with zeros
before it. Nobody but an operator can tell it from another client's number, so it counts only once confirmed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import ADDITION, DELETION
from django.db import transaction
from stdnum.co.nit import calc_check_digit

from companies.models import EmpresaServidor, EquivalenciaNit, nits_de
from companies.nit import LARGO_BASE, Nit, analizar
from lib.audit import anotar
from lib.errors import Rejected

DIGITOS = "0123456789"
MOTIVOS = {
    "dv_pegado_en_la_empresa": "La empresa tiene el DV pegado al NIT, sin guion.",
    "dv_pegado_en_lo_escrito": "Lo escrito parece llevar el DV pegado, sin guion.",
    "dv_errado": "Solo difieren en un último dígito que no es el DV.",
    "ceros": "Solo difieren en ceros a la izquierda.",
}


@dataclass(frozen=True, slots=True)
class Casi:
    """A base NIT with companies that would not be seen, and why it is so near; `motivo` is a key of MOTIVOS."""

    nit_base: str
    empresas: list[EmpresaServidor]
    motivo: str

    @property
    def explicacion(self) -> str:
        return MOTIVOS[self.motivo]


@dataclass(frozen=True, slots=True)
class Examen:
    """What the médico de NIT found: `veria` are the companies of the NIT and of those confirmed as the same."""

    nit: Nit
    confirmados: tuple[str, ...]
    veria: list[EmpresaServidor]
    casi: list[Casi]

    @property
    def dv_esperado(self) -> str:
        return str(calc_check_digit(self.nit.base))


def examinar(nit_escrito: str) -> Examen:
    """Look at a NIT as written; Rejected where it is none."""
    nit = analizar(nit_escrito)
    vistos = nits_de(nit.base)
    parecidos = {base: motivo for base, motivo in _parecidos(nit.base) if base not in vistos}
    por_base = defaultdict(list)
    for empresa in EmpresaServidor.objects.filter(nit_base__in=[*vistos, *parecidos]).select_related("servidor"):
        por_base[empresa.nit_base].append(empresa)
    return Examen(
        nit,
        vistos[1:],
        [empresa for base in vistos for empresa in por_base[base]],
        [Casi(base, por_base[base], motivo) for base, motivo in parecidos.items() if base in por_base],
    )


def confirmar(nit_base: str, otro: str, *, por: Any = None) -> bool:
    """From now on who holds `nit_base` also sees `otro`; False where that was so already.

    Rejected `no_es_casi` unless companies have `otro` and it is a near-match.
    """
    examen, otra = examinar(nit_base), analizar(otro).nit
    if otra in examen.confirmados:
        return False
    if otra not in {casi.nit_base for casi in examen.casi}:
        raise Rejected(
            "no_es_casi",
            f"{otra} no es un casi-NIT de {examen.nit.base}.",
            "Confirme solo los que muestra el médico de NIT.",
        )
    with transaction.atomic():
        fila, nueva = EquivalenciaNit.objects.get_or_create(
            nit_base=examen.nit.base, equivale_a=otra, defaults={"confirmada_por": por}
        )
        if nueva:
            anotar(fila, ADDITION, f"Confirmó que quien tiene {fila.nit_base} ve también {otra}.", por=por)
    return nueva


def retirar(nit_base: str, otro: str, *, por: Any = None) -> bool:
    """Undo a confirmation; False where there is none."""
    base, otra = analizar(nit_base).base, analizar(otro).nit
    with transaction.atomic():
        fila = EquivalenciaNit.objects.select_for_update().filter(nit_base=base, equivale_a=otra).first()
        if fila is None:
            return False
        anotar(fila, DELETION, f"Retiró que quien tiene {base} vea también {otra}.", por=por)
        fila.delete()
    return True


def _parecidos(base: str) -> Iterator[tuple[str, str]]:
    """Every near-match of a base NIT with its reason, the more telling reason last for one found twice."""
    limpio = base.lstrip("0")
    for otro, motivo in ((limpio, "ceros"), *_con_digito(limpio), *_sin_digito(limpio)):
        for escrito in _con_ceros(otro):
            if escrito != base:
                yield escrito, motivo


def _con_digito(base: str) -> Iterator[tuple[str, str]]:
    """The company has one digit more."""
    dv = calc_check_digit(base)
    for digito in DIGITOS if _es_de_empresa(base) else dv:
        yield base + digito, "dv_pegado_en_la_empresa" if digito == dv else "dv_errado"


def _sin_digito(base: str) -> Iterator[tuple[str, str]]:
    """What was written has one digit more, or another in its place."""
    corto, ultimo = base[:-1], base[-1:]
    if not corto:
        return
    if _es_de_empresa(corto):
        yield from ((corto + digito, "dv_errado") for digito in DIGITOS if digito != ultimo)
    if calc_check_digit(corto) == ultimo:
        yield corto, "dv_pegado_en_lo_escrito"
    elif _es_de_empresa(corto):
        yield corto, "dv_errado"


def _es_de_empresa(base: str) -> bool:
    """Nine digits from 8 or 9 on are a company's NIT, so that one digit more can only be a check digit."""
    return len(base) == 9 and base[0] in "89"


def _con_ceros(base: str) -> list[str]:
    return ["0" * ceros + base for ceros in range(max(LARGO_BASE - len(base), 0) + 1)]
