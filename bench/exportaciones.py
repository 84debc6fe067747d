#!/usr/bin/env python
"""What taking a whole list away costs: time and memory of an export's run, and of its download.

    .venv/bin/python bench/exportaciones.py [--filas 300000] [--postgres postgres://user:password@host:port]

Memory is how much the process grew at most above what it held before; it must not depend on the number of rows.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar
from bench.listas import EMPRESAS, llenar

MEMORIA = Path("/proc/self/status")
OLVIDAR = Path("/proc/self/clear_refs")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=300_000)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    options = parser.parse_args()
    with montar(options.postgres):
        primera = llenar(options.filas)
        for formato in ("csv", "xlsx"):
            for desde, titulo in (("2025-12-01", "a month"), ("2022-01-01", "all")):
                medir(f"{formato}, {titulo}", formato, {"fecha_desde": [desde]}, None)
        medir("csv, seven companies", "csv", {}, range(primera, primera + min(EMPRESAS, 7)))
    return 0


def medir(titulo: str, formato: str, filtros: dict[str, list[str]], empresas: Any) -> None:
    """One export by a user who sees all companies, or these only."""
    from django.contrib.auth import get_user_model

    from companies.models import UsuarioEmpresa
    from jobs import export_store, exports
    from jobs.models import Exportacion
    from jobs.requesters import Solicitante
    from jobs.running import ejecutar

    user = get_user_model().objects.create_superuser(titulo)
    for pk in empresas or ():
        UsuarioEmpresa.objects.create(usuario=user, empresa_id=pk)
    pedido = exports.Pedido("movimientos", formato, filtros)
    run, _ = exports.pedir(pedido, Solicitante(user), sobre="movimientos", encolar=False)
    segundos, memoria = contando(lambda: ejecutar(run.pk, exports.cumplir))
    hecha = Exportacion.objects.get(ejecucion=run)
    bajada, de_bajada = contando(lambda: sum(len(trozo) for trozo in export_store.leer(hecha)))
    decir(
        f"{titulo:24} {hecha.filas:>9,} rows {hecha.tamano / 1e6:7.1f} MB {segundos:6.1f} s "
        f"{hecha.filas / segundos:>8,.0f} rows/s +{memoria:.0f} MB; {_guardados(hecha):.1f} MB kept; "
        f"download {bajada:.2f} s +{de_bajada:.0f} MB"
    )


def _guardados(hecha: Any) -> float:
    """The megabytes that the file takes in the database."""
    return sum(len(datos) for datos in hecha.trozos.values_list("datos", flat=True).iterator(chunk_size=1)) / 1e6


def contando(hacer: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and the megabytes by which the process grew at most."""
    OLVIDAR.write_text("5")
    before, start = _megas("VmRSS"), time.perf_counter()
    hacer()
    return time.perf_counter() - start, _megas("VmHWM") - before


def _megas(campo: str) -> float:
    line = next(line for line in MEMORIA.read_text().splitlines() if line.startswith(campo))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
