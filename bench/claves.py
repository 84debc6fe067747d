#!/usr/bin/env python
"""What checking a key costs, and whether its answer's time tells an id that exists from one that does not.

    .venv/bin/python bench/claves.py [--muestras 10000] [--solo-comprobacion] [--postgres postgres://user:password@host:port]

The check alone differs, for a row that is there must be read; that is why a refusal waits (ADR 0010). Whole requests go
over HTTP to gunicorn, two connections at a time, with everything that production does but the limit that would stop
them. Samples are interleaved in random order, so whatever else the machine does falls on both alike. The verdict is
Mann-Whitney's: the share of pairs in which one kind took longer (0.5: a coin), with its probability.
"""

import argparse
import hashlib
import logging
import math
import random
import secrets
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar
from bench.pares.servidor import Servido, servir

NIT = "900123456"
CLAVES = 50
A_LA_VEZ = 2
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
            with servir("nuestro", {"RECHAZOS_POR_MINUTO": str(10**9)}) as servido:
                medir = medir_peticion(servido)
                comparar("whole request, which waits for its moment", buenas, medir, options.muestras, A_LA_VEZ)
    return 0


def llenar() -> list[str]:
    """Keys whose secrets we know, among others."""
    from apikeys.issuing import emitir
    from companies.models import EmpresaServidor
    from servers.models import Servidor

    servidor = Servidor.objects.create(nombre="BANCO", host="10.0.0.1", usuario="SYSDBA", ruta_maestra="/x.gdb")
    EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre="Banco", nit=NIT, nit_base=NIT, anio_fiscal=2025, ruta_base="/1.gdb"
    )
    return [emitir(nit=NIT, limite_por_minuto=1_000_000).clave.texto for _ in range(CLAVES)]


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


def medir_peticion(servido: Servido) -> Callable[[str], float]:
    """How long a refused request takes, over a connection that its thread keeps."""
    hilo = threading.local()

    def una(texto: str) -> float:
        link: HTTPConnection | None = getattr(hilo, "link", None)
        if link is None:
            link = hilo.link = HTTPConnection("127.0.0.1", servido.puerto)
        return reloj(lambda: rechazada(link, texto))

    return una


def rechazada(link: HTTPConnection, texto: str) -> None:
    link.request("GET", RUTA, headers={"Api-Key": texto})
    answer = link.getresponse()
    answer.read()
    if answer.status != 401:
        raise SystemExit(f"{RUTA}: {answer.status} instead of 401")


def comparar(titulo: str, buenas: list[str], medir: Callable[[str], float], muestras: int, a_la_vez: int = 1) -> None:
    """Known ids with wrong secrets against unknown ids, as many of each, none asked twice as often as another."""
    from apikeys import keys

    conocidas = [texto[:15] for texto in buenas]
    ajenas = [keys.nueva(keys.CLIENTE).texto[:15] for _ in range(CLAVES)]
    pedidos = [(nombre, prefijos[n % CLAVES]) for n in range(muestras) for nombre, prefijos in
               (("wrong secret", conocidas), ("unknown id", ajenas))]  # fmt: skip
    random.shuffle(pedidos)
    todos = [*random.sample(pedidos, min(500, muestras)), *pedidos]  # the first ones warm up
    textos = [con_otro_secreto(prefijo) for _, prefijo in todos]
    tiempos: dict[str, list[float]] = {"wrong secret": [], "unknown id": []}
    with ThreadPoolExecutor(a_la_vez) as pool:
        medidos = map(medir, textos) if a_la_vez == 1 else pool.map(medir, textos)
        for (nombre, _), tiempo in zip(todos, medidos, strict=True):
            tiempos[nombre].append(tiempo)
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
