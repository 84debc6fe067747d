#!/usr/bin/env python
"""How fast rows come out of Firebird: `servers.source` with either driver, beside a driver's own cursor.

    .venv/bin/python bench/lectura.py [--filas 100000]

A private Firebird 3 on loopback, which encrypts the link; 14 columns with texts, decimals and dates.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

TABLA = """
CREATE TABLE L (ID INTEGER NOT NULL PRIMARY KEY, COMP CHAR(2), NUMERO VARCHAR(20), FECHA TIMESTAMP, DIA DATE,
  CODIGO VARCHAR(30) CHARACTER SET WIN1252, NOMBRE VARCHAR(100) CHARACTER SET WIN1252, BODEGA VARCHAR(60),
  CANTIDAD NUMERIC(15,4), PRECIO NUMERIC(15,4), COSTO NUMERIC(15,2), SALDO NUMERIC(15,4),
  LOTE VARCHAR(20), ESTADO CHAR(1));
COMMIT;
SET TERM ^ ;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {filas}) DO BEGIN
    I = I + 1;
    INSERT INTO L VALUES (:I, 'FV', LPAD(:I, 8, '0'), DATEADD(:I SECOND TO TIMESTAMP '2026-01-01 00:00:00'),
      DATE '2026-01-01', 'M' || MOD(:I, 20000), 'TORNILLO CORTICAL ' || MOD(:I, 977), 'IMPLANTES NORTE',
      MOD(:I, 4000) / 8.0000, MOD(:I * 31, 900000) / 16.0000, 10.25, NULL, NULL, 'A');
  END
END^
SET TERM ; ^
COMMIT;
"""
SQL = "SELECT * FROM L"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=100_000)
    options = parser.parse_args()
    with montar() as folder:
        from desk.demo.firebird_server import PrivateFirebird

        with PrivateFirebird(folder / "firebird") as server:
            path = server.create_database("L.GDB", TABLA.format(filas=options.filas))
            decir(f"{options.filas:,} rows of 14 columns")
            for name, rows in (
                ("servers.source, firebird-driver", por_fuente(server, path, "firebird-driver")),
                ("servers.source, firebirdsql", por_fuente(server, path, "firebirdsql")),
                ("firebird-driver's own cursor", por_cursor(server, path)),
            ):
                with rows as stream:
                    contar(name, stream, options.filas)
    return 0


def contar(name: str, rows: Iterator[Any], expected: int) -> None:
    start = time.perf_counter()
    got = sum(1 for _ in rows)
    seconds = time.perf_counter() - start
    if got != expected:
        raise SystemExit(f"{name}: {got} rows instead of {expected}")
    decir(f"  {name:<35}{seconds:7.2f} s{got / seconds:12,.0f} rows/s")


@contextmanager
def por_fuente(server: Any, path: Path, controlador: str) -> Iterator[Iterator[Any]]:
    from servers import source
    from servers.models import Servidor

    servidor = Servidor(
        nombre="BANCO", host="127.0.0.1", puerto=server.port, usuario=server.usuario, ruta_maestra=str(path),
        controlador=controlador,
    )  # fmt: skip
    servidor.password = server.password
    with source.abrir(servidor, str(path)) as fuente, fuente.instantanea() as foto:
        yield iter(foto.filas(SQL))


@contextmanager
def por_cursor(server: Any, path: Path) -> Iterator[Iterator[Any]]:
    from firebird.driver import connect

    with connect(
        f"127.0.0.1/{server.port}:{path}", user=server.usuario, password=server.password, charset="WIN1252"
    ) as link:
        cursor = link.cursor()
        cursor.execute(SQL)
        yield iter(cursor)
        cursor.close()


if __name__ == "__main__":
    sys.exit(main())
