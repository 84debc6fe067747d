#!/usr/bin/env python
"""What it costs to write records of Contífico: batches of `writing`, beside one `update_or_create` a record.

.venv/bin/python bench/contifico_escritura.py [--registros 20000] [--lote 1000] [--postgres postgres://user:pass@host:port]

Times are of the wall and, in brackets, of this process's processor. Reading a record (conversion, JSON, hash) is part
of both; the last figure compares the two without it: by processor on SQLite, which works in this process, else by wall.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

UNO_A_UNO = 2_000  # records that update_or_create is timed with
LEIDA = datetime(2026, 11, 20, tzinfo=UTC)
PASOS = (("into an empty table", 0), ("nothing changed", 0), ("1 record in 100 changed", 100))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registros", type=int, default=20_000)
    parser.add_argument("--lote", type=int, default=1000)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    options = parser.parse_args()
    with montar(options.postgres):
        comparar(options.registros, options.lote)
    return 0


def comparar(registros: int, lote: int) -> None:
    from django.db import connection

    from inventory.contifico.models import Cuenta

    decir(f"{connection.vendor}, documents in batches of {lote:,}; microseconds a record, wall (processor)")
    uno, lotes = (Cuenta.objects.create(nombre=name) for name in ("uno", "lotes"))
    for step, one_in in PASOS:
        apart = medir(lambda one_in=one_in: de_uno_en_uno(uno, one_in), UNO_A_UNO)  # type: ignore[misc]
        read = medir(lambda one_in=one_in: leer(registros, one_in), registros)  # type: ignore[misc]
        whole = medir(lambda one_in=one_in: por_lotes(lotes, registros, lote, one_in), registros)  # type: ignore[misc]
        by = int(connection.vendor == "sqlite")
        ratio = (apart[by] - read[by]) / (whole[by] - read[by])
        decir(
            f"  {step:<26}one by one {apart[0]:7.0f} ({apart[1]:.0f})   writing {whole[0]:6.1f} ({whole[1]:.1f})"
            f"   reading {read[0]:.1f} ({read[1]:.1f})   database alone: {ratio:.0f} times less"
        )


def medir(hacer: Callable[[], None], registros: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    hacer()
    return tuple(
        (now - then) * 1e6 / registros for now, then in ((time.perf_counter(), wall), (time.process_time(), cpu))
    )  # type: ignore[return-value]


def por_lotes(cuenta: Any, registros: int, lote: int, one_in: int) -> None:
    from django.db import transaction

    from inventory.contifico import writing
    from inventory.contifico.resources import POR_NOMBRE

    pending = hacer(registros, one_in)
    while some := list(islice(pending, lote)):
        with writing.preparar(cuenta, POR_NOMBRE["documents"], some, leida=LEIDA) as ready, transaction.atomic():
            ready.escribir()


def leer(registros: int, one_in: int) -> None:
    from inventory.contifico.mapping import Reglas, fila_de
    from inventory.contifico.resources import POR_NOMBRE

    reglas = Reglas(ZoneInfo("America/Guayaquil"))
    for registro in hacer(registros, one_in):
        fila_de(POR_NOMBRE["documents"], registro, reglas)


def de_uno_en_uno(cuenta: Any, one_in: int) -> None:
    from inventory.contifico.mapping import Reglas, columnas, fila_de
    from inventory.contifico.models import Documento
    from inventory.contifico.resources import POR_NOMBRE

    documentos, reglas = POR_NOMBRE["documents"], Reglas(ZoneInfo("America/Guayaquil"))
    for registro in hacer(UNO_A_UNO, one_in):
        row = fila_de(documentos, registro, reglas)
        values = dict(zip(columnas(documentos), row.valores, strict=True))
        values |= {"datos": row.datos, "huella": row.huella, "fetched_at": LEIDA}
        Documento.objects.update_or_create(cuenta=cuenta, id_contifico=row.clave, defaults=values)


def hacer(registros: int, one_in: int) -> Iterator[dict[str, Any]]:
    """Invoices of three lines, of some 1.5 kB in JSON; of each `one_in` one has another balance."""
    line = {"producto_id": "p7Kd0Zq1aWeRtYu2", "producto_nombre": "Tornillo", "cantidad": "2.0", "precio": "10.5",
            "porcentaje_iva": 15, "porcentaje_descuento": "0.0", "base_cero": "0.0", "base_gravable": "21.0",
            "base_no_gravable": "0.0", "cuenta_id": None, "centro_costo_id": "", "serie": None}  # fmt: skip
    for number in range(registros):
        balance = "0.0" if one_in and number % one_in == 0 else "72.45"
        yield {
            "id": f"D{number:015}", "pos": None, "tipo_registro": "CLI", "tipo_documento": "FAC", "estado": "P",
            "documento": f"001-001-{number:09}", "anulado": False, "electronico": True, "autorizacion": "1" * 49,
            "fecha_emision": f"{number % 28 + 1:02}/{number % 12 + 1:02}/2026", "fecha_creacion": "19/11/2026",
            "persona_id": f"P{number % 997:015}", "cliente": {"ruc": "1712345675001", "razon_social": "Andes"},
            "subtotal_0": "0.0", "subtotal_12": "63.0", "iva": "9.45", "ice": "0.0", "servicio": "0.0",
            "total": "72.45", "saldo": balance, "detalles": [line] * 3, "cobros": [],
        }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
