#!/usr/bin/env python
"""What checking a key costs, and whether its answer's time tells an id that exists from one that does not.

    .venv/bin/python bench/claves.py [--muestras 10000] [--solo-comprobacion] [--postgres postgres://user:password@host:port]

The check alone differs, for a row that is there must be read; that is why a refusal waits (ADR 0010). Samples are
interleaved in random order, so that whatever else the machine does falls on both alike. The verdict is
Mann-Whitney's: the share of pairs in which one kind took longer (0.5: a coin), with its probability.
"""

import argparse
import hashlib
import logging
import math
import random
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

CLAVES = 50
RUTA = "/api/empresas-servidor/"
VUELTAS_PBKDF2 = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--muestras", type=int, default=10_000)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    parser.add_argument("--solo-comprobacion", action="store_true", help="without whole requests")
    options = parser.parse_args()
    with montar(options.postgres):
        logging.disable(logging.WARNING)  # a line per refusal
        buenas = llenar()
        comprobacion(buenas)
        comparar("check alone, which nobody outside can time", buenas, medir_comprobacion(), options.muestras)
        if not options.solo_comprobacion:
            comparar("whole request, which waits for its moment", buenas, medir_peticion(), options.muestras)
    return 0


def llenar() -> list[str]:
    """Keys whose secrets we know, among others."""
    from apikeys.issuing import emitir_de_nit

    return [emitir_de_nit("900123456", "Banco", limite_por_minuto=1_000_000)[1].texto for _ in range(CLAVES)]


def comprobacion(buenas: list[str]) -> None:
    """The whole check of a good key against what a library that keeps keys as passwords does with PBKDF2."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    check = medir_comprobacion()
    propia = [check(random.choice(buenas)) for _ in range(5_000)]
    vueltas = PBKDF2PasswordHasher.iterations
    ajena = [reloj(lambda: hashlib.pbkdf2_hmac("sha256", b"x" * 54, b"sal", vueltas)) for _ in range(VUELTAS_PBKDF2)]
    decir(f"key check (query, HMAC, all conditions): {1e6 * median(propia):.0f} µs")
    decir(f"PBKDF2, {vueltas} rounds: {1e3 * median(ajena):.0f} ms; {median(ajena) / median(propia):.0f} times as much")


def medir_comprobacion() -> Callable[[str], float]:
    """How long the check of a key takes, from header to verdict."""
    from django.test import RequestFactory
    from rest_framework.request import Request

    from apikeys import keys
    from apikeys.auth import Rechazada, comprobar
    from apikeys.models import APIKeyCliente

    request = Request(RequestFactory().get(RUTA))

    def una(texto: str) -> float:
        start = time.perf_counter()
        with suppress(Rechazada):
            comprobar(request, APIKeyCliente, texto, keys.CLIENTE)
        return time.perf_counter() - start

    return una


def medir_peticion() -> Callable[[str], float]:
    """How long a request takes, the record of its refusal included."""
    from django.conf import settings
    from django.test import Client

    from apikeys import refusals

    settings.RECHAZOS_POR_MINUTO = refusals.MAXIMO_POR_MINUTO = 10**9  # nobody is stopped from guessing here
    client = Client(raise_request_exception=False)
    return lambda texto: reloj(lambda: client.get(RUTA, HTTP_API_KEY=texto, HTTP_HOST="localhost"))


def comparar(titulo: str, buenas: list[str], medir: Callable[[str], float], muestras: int) -> None:
    """Known ids with wrong secrets against unknown ids, as many of each, none asked twice as often as another."""
    from apikeys import keys

    conocidas = [texto[:15] for texto in buenas]
    ajenas = [keys.nueva(keys.CLIENTE).texto[:15] for _ in range(CLAVES)]
    pedidos = [(nombre, prefijos[n % CLAVES]) for n in range(muestras) for nombre, prefijos in
               (("wrong secret", conocidas), ("unknown id", ajenas))]  # fmt: skip
    random.shuffle(pedidos)
    tiempos: dict[str, list[float]] = {"wrong secret": [], "unknown id": []}
    for nombre, prefijo in [*random.sample(pedidos, min(500, muestras)), *pedidos]:  # the first ones warm up
        tiempos[nombre].append(medir(con_otro_secreto(prefijo)))
    una, otra = (tiempos[nombre][-muestras:] for nombre in ("wrong secret", "unknown id"))
    decir_veredicto(titulo, una, otra)


def con_otro_secreto(prefijo: str) -> str:
    from apikeys import keys

    cuerpo = prefijo + "".join(secrets.choice(keys.ALFABETO) for _ in range(keys.LARGO_SECRETO))
    return cuerpo + keys._suma(cuerpo)


def decir_veredicto(titulo: str, una: list[float], otra: list[float]) -> None:
    parte, probabilidad = mann_whitney(una, otra)
    decir(
        f"{titulo}, {len(una)} + {len(otra)} samples: wrong secret {1e6 * median(una):.1f} µs, unknown id "
        f"{1e6 * median(otra):.1f} µs (medians); the wrong secret takes longer in {100 * parte:.2f} % of pairs, "
        f"p = {probabilidad:.3f}: {'no difference seen' if probabilidad > 0.01 else 'THEY DIFFER'}"
    )


def mann_whitney(una: list[float], otra: list[float]) -> tuple[float, float]:
    """The share of pairs in which `una` is the greater, and the probability of one so far from a half by chance."""
    orden = sorted([(valor, 1) for valor in una] + [(valor, 0) for valor in otra])
    suma = sum(puesto for puesto, (_, propia) in enumerate(orden, 1) if propia)  # clocks of nanoseconds hardly tie
    n, m = len(una), len(otra)
    u = suma - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return u / (n * m), math.erfc(abs(z) / math.sqrt(2))


def reloj(hacer: Callable[[], object]) -> float:
    start = time.perf_counter()
    hacer()
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
