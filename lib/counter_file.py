"""Counters in an SQLite file of this machine, apart from the main database, whose one writer may be busy for long.

One statement per hit. The counts are worth little, so nothing waits for the disk; a file that was damaged is made anew.
"""

import os
import random
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

ESPERA = 2.0  # a hit takes some 20 µs: who waits this long waits for a machine that stands still
CADA = 500  # of so many new windows one clears away those that are over

TABLA = """CREATE TABLE IF NOT EXISTS contadores (
    clave TEXT PRIMARY KEY, fin REAL NOT NULL, cuenta INTEGER NOT NULL, total INTEGER NOT NULL
) WITHOUT ROWID"""
# A window that ends more than a minute later than it could was opened by a clock that has been set back since.
CONTAR = """INSERT INTO contadores VALUES (:clave, :ahora + :segundos, 1, :suma)
ON CONFLICT (clave) DO UPDATE SET
    cuenta = CASE WHEN fin <= :ahora OR fin > :ahora + :segundos + 60 THEN 1 ELSE cuenta + 1 END,
    fin = CASE WHEN fin <= :ahora OR fin > :ahora + :segundos + 60 THEN :ahora + :segundos ELSE fin END,
    total = total + :suma
RETURNING cuenta, fin"""
SUMAR = """INSERT INTO contadores VALUES (?1, 0, 0, ?2)
ON CONFLICT (clave) DO UPDATE SET total = total + ?2"""
# What was read is taken away if it is still there: of two who read the same, one gets it.
TOMAR = "UPDATE contadores SET total = total - ?2 WHERE clave = ?1 AND total >= ?2 RETURNING ?2"


class Archivo:
    """The counters of one file; each thread of each process has a connection of its own."""

    def __init__(self, ruta: Path) -> None:
        self.ruta = ruta
        self._propia = threading.local()

    def contar(self, clave: str, segundos: int, suma: int) -> tuple[int, int]:
        ahora = time.time()
        [(cuenta, fin)] = self._ejecutar(CONTAR, {"clave": clave, "segundos": segundos, "ahora": ahora, "suma": suma})
        if cuenta == 1 and not random.randrange(CADA):  # noqa: S311  no secret
            self.podar()
        return cuenta, max(1, round(fin - ahora))

    def sumar(self, clave: str, suma: int) -> None:
        self._ejecutar(SUMAR, (clave, suma))

    def tomar(self, clave: str) -> int:
        """What was added up under the key, and is no longer there afterwards."""
        total = sum(total for (total,) in self._ejecutar("SELECT total FROM contadores WHERE clave = ?", (clave,)))
        return total if total and self._ejecutar(TOMAR, (clave, total)) else 0

    def con_total(self, prefijo: str) -> list[str]:
        """The keys with this prefix under which something was added up."""
        filas = self._ejecutar(
            "SELECT clave FROM contadores WHERE substr(clave, 1, ?) = ? AND total > 0", (len(prefijo), prefijo)
        )
        return [clave for (clave,) in filas]

    def podar(self) -> None:
        """Clear away the windows that are over and hold nothing."""
        self._ejecutar("DELETE FROM contadores WHERE fin <= ? AND total = 0", (time.time(),))

    def _ejecutar(self, sql: str, datos: Any) -> list[Any]:
        try:
            return self._conexion().execute(sql, datos).fetchall()
        except sqlite3.OperationalError:  # busy, or the disk is full
            raise
        except sqlite3.DatabaseError:  # a database no more
            self._tirar()
            return self._conexion().execute(sql, datos).fetchall()

    def _conexion(self) -> sqlite3.Connection:
        """This thread's connection; a process that was forked opens its own."""
        if getattr(self._propia, "pid", None) != os.getpid():
            self._propia.conexion, self._propia.pid = self._abrir(), os.getpid()
        conexion: sqlite3.Connection = self._propia.conexion
        return conexion

    def _abrir(self) -> sqlite3.Connection:
        """Of several who make the file at once all but one hear that it is busy: the change to WAL does not wait."""
        hasta = time.monotonic() + ESPERA
        while True:
            conexion = sqlite3.connect(self.ruta, timeout=ESPERA, isolation_level=None)
            try:
                for sql in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", TABLA):
                    conexion.execute(sql)
            except sqlite3.OperationalError as error:
                conexion.close()
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= hasta:
                    raise
                time.sleep(0.01)
            else:
                return conexion

    def _tirar(self) -> None:
        self._propia.pid = None
        for fin in ("", "-wal", "-shm"):
            Path(f"{self.ruta}{fin}").unlink(missing_ok=True)
