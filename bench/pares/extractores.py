"""Who extracts in bench/extraction.py: `python -m bench.pares.extractores NAME`, with its task in BANCO_TAREA.

Each first loads what an idle process of its kind would have loaded, and begins when it is told to.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bench.pares import fuente_tns

Tarea = dict[str, Any]
Hacer = Callable[[], int]  # the rows that it handled
TROZO = 2**18


def nuestro(tarea: Tarea) -> Hacer:
    """The product's own run: claimed, with its heartbeat, twelve windows, ledger, checkpoint, articles and stock.

    The process is what a worker is before its first task.
    """
    _django()
    from bench.pares.casa import vaciar
    from companies.models import EmpresaServidor
    from config.celery import app, asentar
    from inventory import extraction
    from jobs.models import Estado
    from jobs.running import ejecutar

    app.loader.import_default_modules()
    app.finalize()
    empresa = EmpresaServidor.objects.get(pk=tarea["empresa"])
    if not tarea["otra_vez"]:
        vaciar()
    if tarea.get("sin_huella"):
        from bench.pares import sin_huella

        sin_huella.quitar()
    asentar()

    def hacer() -> int:
        run, _ = extraction.solicitar(empresa, forzar=tarea["otra_vez"], encolar=False)
        done = ejecutar(run.pk, extraction.cumplir)
        if done is None or done.estado != Estado.COMPLETADA:
            raise SystemExit(f"{done and done.estado}: {done and done.error}")
        if tarea["otra_vez"] and (done.conteos["creadas"] or done.conteos["actualizadas"]):
            raise SystemExit(f"rows were written again: {done.conteos}")
        return int(done.conteos["leidas"])

    return hacer


def orm(tarea: Tarea) -> Hacer:
    """The design of the specification: a driver's cursor, model instances, `bulk_create` in chunks of 1000.

    The rows are converted as ours are; there is no ledger, and what vanished at the source would stay.
    """
    _django()
    from bench.pares.casa import vaciar
    from inventory import warehouses
    from inventory.conversion import CAMPOS, Conversor
    from inventory.models import MovimientoInventario
    from inventory.months import Mes

    vaciar()

    def hacer() -> int:
        filas = 0
        with _cursores(tarea) as cursores:
            for desde, cursor in cursores:
                nombres = [column[0] for column in cursor.description]
                conversor = Conversor(nombres, mes=Mes(desde), clasificador=warehouses.clasificador())
                while trozo := [
                    MovimientoInventario(
                        empresa_servidor_id=tarea["empresa"],
                        **dict(zip(CAMPOS, conversor.convertir(fila), strict=True)),
                    )
                    for fila in islice(cursor, 1000)
                ]:
                    MovimientoInventario.objects.bulk_create(trozo)
                    filas += len(trozo)
        return filas

    return hacer


def controlador(tarea: Tarea) -> Hacer:
    """firebird-driver fetches every row as it is meant to be used, and nothing is done with it."""
    import firebird.driver  # noqa: F401 -- loaded before the clock starts

    def hacer() -> int:
        with _cursores(tarea) as cursores:
            return sum(sum(1 for _ in cursor) for _, cursor in cursores)

    return hacer


def copiar(tarea: Tarea) -> Hacer:
    """The floor of writing: the bytes of a COPY BINARY, made before, a transaction for each window."""
    import psycopg

    enlace = psycopg.connect(tarea["destino"], autocommit=True)
    enlace.execute("TRUNCATE movimientos_inventario")
    sql = f"COPY movimientos_inventario ({', '.join(tarea['columnas'])}) FROM STDIN (FORMAT BINARY)"

    def hacer() -> int:
        filas = 0
        for archivo in tarea["copias"]:
            with enlace.transaction(), enlace.cursor() as cursor, Path(archivo).open("rb") as octetos:
                with cursor.copy(sql) as copy:
                    while trozo := octetos.read(TROZO):
                        copy.write(trozo)
                filas += cursor.rowcount
        return filas

    return hacer


def leer(tarea: Tarea) -> Hacer:
    """The floor of reading where there is no C compiler: libfbclient's own fetch called in a loop, nothing decoded."""
    import firebird.driver  # noqa: F401 -- loaded before the clock starts

    def hacer() -> int:
        filas = 0
        with _cursores(tarea) as cursores:
            for _, cursor in cursores:
                result, message = cursor._result, cursor._stmt._out_buffer
                fetch, status = result.vtable.fetchNext, result.status
                while fetch(result, status, message) == 0:
                    filas += 1
        return filas

    return hacer


@contextmanager
def _cursores(tarea: Tarea) -> Iterator[Iterator[tuple[Any, Any]]]:
    """Every statement executed for every window, with the window's first day, in a snapshot for each window."""
    from firebird.driver import Isolation, TraAccessMode, connect, tpb

    block = tpb(Isolation.SNAPSHOT, lock_timeout=0, access_mode=TraAccessMode.READ)

    def cursores(link: Any) -> Iterator[tuple[Any, Any]]:
        for desde, hasta in fuente_tns.ventanas():
            transaction = link.transaction_manager(block)
            transaction.begin()
            for sql in tarea["sql"]:
                cursor = transaction.cursor()
                cursor.execute(sql, [desde, hasta])
                yield desde, cursor
                cursor.close()
            transaction.rollback()
            transaction.close()

    with connect(tarea["dsn"], user="SYSDBA", password=tarea["password"], charset="WIN1252") as link:
        yield cursores(link)


def dlt(tarea: Tarea) -> Hacer:
    from bench.pares import con_dlt

    return con_dlt.preparar(tarea)


def _django() -> None:
    import django

    django.setup()


CONTENDIENTES: dict[str, Callable[[Tarea], Hacer]] = {
    f.__name__: f for f in (nuestro, orm, controlador, copiar, leer, dlt)
}


def main() -> int:
    hacer = CONTENDIENTES[sys.argv[1]](json.loads(os.environ["BANCO_TAREA"]))
    sys.stdout.write("listo\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start, cpu = time.perf_counter(), sum(os.times()[:4])  # with that of children which have ended
    filas = hacer()
    said = {"segundos": time.perf_counter() - start, "filas": filas, "cpu": sum(os.times()[:4]) - cpu}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
