#!/usr/bin/env python
"""How fast a client reads a page of movements with its key, beside what else one could have built.

    .venv/bin/python bench/api.py --postgres postgres://user:password@host:port
        [--filas 1000000] [--rondas 3] [--segundos 5] [--solo nuestro,estatico]

Each contender is served by itself and answers the same 100 of a client's rows over loopback, which is checked before
anything is timed; rounds are interleaved, figures are medians of rounds. Needs `wrk`, `redis-server` and the group
`bench` of pyproject.toml.
"""

import argparse
import json
import os
import sys
import time
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar
from bench.pares import servidor
from bench.pares.llenado import llenar
from bench.pares.servidor import CONTENDIENTES, RUTA, Medida, pedir, servir

METAS = {  # against whom: what is said of it, aim, stretch
    "drf": ("plain DRF, page numbers with COUNT", 30, 45),
    "estatico": ("the same bytes without any work", 0.15, 0.22),
    "fastapi": ("FastAPI, response model, asyncpg, key, throttle", 0.6, 0.9),
    "ninja": ("django-ninja, ModelSchema", 4, 4),
}
VUELTAS = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", required=True, help="postgres://user:password@host:port")
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--rondas", type=int, default=3)
    parser.add_argument("--segundos", type=int, default=5)
    parser.add_argument("--solo", default=",".join(CONTENDIENTES), help="only these contenders, with commas")
    options = parser.parse_args()
    elegidos = [name for name in CONTENDIENTES if name in options.solo.split(",")]
    with montar(options.postgres) as carpeta, servidor.redis(carpeta) as url:
        clave = llenar(options.filas)
        decir(f"{options.filas:,} movements of the client, a fifth as many of others")
        entorno = {"CELERY_BROKER_URL": url, "BANCO_CUERPO": str(carpeta / "cuerpo.json")}
        entorno["BANCO_COLUMNAS"] = _referencia(clave, entorno, carpeta / "cuerpo.json")
        comparar_filas(elegidos, clave, entorno)
        medidas = medir(elegidos, clave, entorno, options.rondas, options.segundos)
        informar(medidas)
        profundidad(clave, entorno, options.filas)
        clave_contra_pbkdf2(clave)
    return 0


def _referencia(clave: str, entorno: dict[str, str], archivo: Path) -> str:
    """Our answer, kept in a file; the columns that it shows."""
    with servir("nuestro", entorno) as servido:
        body = pedir(HTTPConnection("127.0.0.1", servido.puerto), clave)
    archivo.write_bytes(body)
    columnas = list(json.loads(body)["results"][0])
    decir(f"one page: {len(body):,} bytes, {len(columnas)} columns")
    return ",".join(columnas)


def comparar_filas(elegidos: list[str], clave: str, entorno: dict[str, str]) -> None:
    """Stop unless every contender answers the rows that we do."""
    nuestras = json.loads(Path(entorno["BANCO_CUERPO"]).read_bytes())["results"]
    for name in elegidos:
        with servir(name, entorno) as servido:
            filas = json.loads(pedir(HTTPConnection("127.0.0.1", servido.puerto), clave))["results"]
        if list(map(_neutra, filas)) != list(map(_neutra, nuestras)):
            raise SystemExit(f"{name} answers other rows: {filas[0]} and not {nuestras[0]}")
    decir("all contenders answer the same rows")


def _neutra(fila: dict[str, Any]) -> dict[str, Any]:
    """A row without what is only a way of writing: the offset of its instant, and the microseconds that ninja drops."""
    instante = datetime.fromisoformat(fila["fecha_extraccion"])
    return fila | {"fecha_extraccion": instante.replace(microsecond=instante.microsecond // 1000 * 1000)}


def medir(
    elegidos: list[str], clave: str, entorno: dict[str, str], rondas: int, segundos: int
) -> dict[str, list[Medida]]:
    medidas: dict[str, list[Medida]] = {name: [] for name in elegidos}
    for ronda in range(1, rondas + 1):
        for name in elegidos:
            with servir(name, entorno) as servido:
                servidor.calentar(servido, clave)
                medidas[name].append(servidor.medir(servido, clave, segundos))
        said = ", ".join(f"{name} {medidas[name][-1].por_segundo:,.0f}" for name in elegidos)
        decir(f"round {ronda} (load {os.getloadavg()[0]:.1f}): {said}")
    return medidas


def informar(medidas: dict[str, list[Medida]]) -> None:
    decir("\n| contender | requests/s | p99 ms | its CPU ms by request |\n|---|---:|---:|---:|")
    for name, rounds in medidas.items():
        rate, p99, cpu = (median(getattr(m, what) for m in rounds) for what in ("por_segundo", "p99", "cpu"))
        decir(f"| {name} | {rate:,.0f} | {p99:.1f} | {cpu:.2f} |")
    decir("\n| against | ratio | aim | |\n|---|---:|---:|---|")
    for name, (text, aim, stretch) in METAS.items():
        if name in medidas and "nuestro" in medidas:
            pairs = zip(medidas["nuestro"], medidas[name], strict=True)
            _linea(text, median(own.por_segundo / other.por_segundo for own, other in pairs), aim, stretch)


def _linea(text: str, ratio: float, aim: float, stretch: float) -> None:
    verdict = "stretch" if ratio >= stretch else "reached" if ratio >= aim else "MISSED"
    decir(f"| {text} | {ratio:.3g} | ≥ {aim} (stretch {stretch}) | {verdict} |")


def profundidad(clave: str, entorno: dict[str, str], filas: int) -> None:
    """Page 10,000 (the last, where there are fewer) against page 1, taken in turns over one connection."""
    pagina = min(10_000, filas // 100)
    honda = f"{RUTA}?cursor={_cursor_de_pagina(pagina)}"
    tiempos: dict[str, list[float]] = {RUTA: [], honda: []}
    with servir("nuestro", entorno) as servido:
        link = HTTPConnection("127.0.0.1", servido.puerto)
        for _ in range(VUELTAS):
            for ruta, taken in tiempos.items():
                start = time.perf_counter()
                pedir(link, clave, ruta)
                taken.append((time.perf_counter() - start) * 1000)
    uno, otro = median(tiempos[RUTA]), median(tiempos[honda])
    verdict = "reached" if otro / uno <= 1.3 else "MISSED"
    decir(f"| page {pagina:,} against page 1 ({otro:.2f} and {uno:.2f} ms) | {otro / uno:.2f} | ≤ 1.3 | {verdict} |")


def _cursor_de_pagina(pagina: int) -> str:
    """The cursor that page `pagina - 1` would answer, from its last row."""
    from bench.pares.llenado import NIT
    from inventory.models import MovimientoInventario
    from inventory.views import MovimientoViewSet
    from lib.pagination import Cursor, paginar

    queryset = MovimientoInventario.objects.filter(empresa_servidor__nit_base=NIT)
    ultima = (pagina - 1) * 100 - 1
    fila = queryset.order_by(*MovimientoViewSet.keyset)[ultima]
    propia = Cursor(valores=(str(fila.fecha), fila.clave_origen, str(fila.empresa_servidor_id)), incluida=True)
    return str(paginar(queryset, MovimientoViewSet.keyset, propia, 1).siguiente)


def clave_contra_pbkdf2(clave: str) -> None:
    """The check of a key, with its query and without, against the hasher that Django takes for passwords."""
    from django.contrib.auth.hashers import check_password, make_password
    from django.test import RequestFactory
    from rest_framework.request import Request

    from apikeys import keys
    from apikeys.auth import comprobar
    from apikeys.models import APIKeyCliente

    fila, guardada, request = APIKeyCliente.objects.get(), make_password(clave), Request(RequestFactory().get("/"))

    def sola() -> None:
        leida = keys.leer(clave, keys.CLIENTE)
        assert leida
        assert keys.coincide(leida, fila.huella, fila.pimienta)

    lento = _segundos(lambda: check_password(clave, guardada), 5)
    for name, rapido in (
        ("key check", _segundos(sola, 5000)),
        ("key check with its query", _segundos(lambda: comprobar(request, APIKeyCliente, clave, keys.CLIENTE), 2000)),
    ):
        _linea(f"{name} ({rapido * 1e6:.0f} µs) against PBKDF2 ({lento * 1e3:.0f} ms)", lento / rapido, 300, 300)


def _segundos(call: Any, veces: int) -> float:
    times = []
    for _ in range(veces):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
