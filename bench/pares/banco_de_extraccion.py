"""What bench/extraction.py stands on: the servers, a company for each size, and a contender's turn."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from bench.instalacion import ROOT, crear_base, decir
from bench.pares import fuente_tns
from bench.pares.arbol import Medida, correr, procesador
from bench.pares.casa import Casa
from bench.pares.postgres_propio import postgres

LECTURA = Path(__file__).with_name("lectura.c")
TABLA = "movimientos_inventario"


class Banco:
    """`with Banco(folder) as banco:` -- the source's databases stay in the folder, all else goes."""

    def __init__(self, carpeta: Path, *, postgres: str, dialecto: int, perfil: str) -> None:
        self.carpeta = carpeta
        self.dialecto = dialecto
        self.perfil = perfil
        self._url = postgres
        self._stack = ExitStack()
        self._casas: dict[str, Casa] = {}
        self._empresas: dict[tuple[str, int], int] = {}
        self._sentencias: dict[int, dict[str, Any]] = {}
        self._copias: dict[int, list[str]] = {}
        self._puertos: dict[str, int] = {}  # of Firebird, as each installation has it
        self._puerto = 0

    def __enter__(self) -> Self:
        from desk.demo.firebird_server import PrivateFirebird

        self.obra = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="banco-")))
        self.firebird = self._stack.enter_context(PrivateFirebird(self.carpeta / "firebird"))
        self._puerto = self.firebird.port
        self._url = self._url or self._stack.enter_context(postgres())
        self.destino = crear_base(self._url, "banco")
        self.lector = self._compilar()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _compilar(self) -> list[str]:
        """The command of R: the C loop, or where it cannot be made, a loop in Python that says so."""
        programa = str(self.obra / "lectura")
        done = subprocess.run(
            ["cc", "-O2", "-o", programa, str(LECTURA), "-lfbclient"], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return [programa]
        decir("R is a raw loop in Python, not C: there is no C compiler here, or no ibase.h (firebird-dev).")
        return []

    # --- what a contender needs ---

    def casa(self, nombre: str) -> Casa:
        """The installation on PostgreSQL (empty name) or the one on SQLite."""
        if nombre not in self._casas:
            self._casas[nombre] = Casa(self.obra / f"casa-{nombre}", "" if nombre else self.destino)
        return self._casas[nombre]

    def empresa(self, casa: str, filas: int) -> int:
        """The company with that many rows, made where it is not there yet."""
        if (casa, filas) not in self._empresas:
            fuente_tns.crear(self.firebird, filas, self.dialecto, self.perfil)
            place = self.firebird.port, self.firebird.password, str(self._ruta(filas)), fuente_tns.ANIO, self.perfil
            self._empresas[casa, filas] = self.casa(casa).orden("registrar", *place, filas)
        return self._empresas[casa, filas]

    def _nombre(self, filas: int) -> str:
        return fuente_tns.nombre(filas, self.dialecto, self.perfil)

    def _ruta(self, filas: int) -> Path:
        return Path(self.firebird.path(self._nombre(filas)))

    def sentencias(self, filas: int) -> dict[str, Any]:
        """The statements of the company's profile; they are also put where the contenders find them."""
        if filas not in self._sentencias:
            self._sentencias[filas] = said = self.casa("").orden("sentencias", self.empresa("", filas))
            for n, sql in enumerate(said["sql"]):
                self._archivo(filas, n).write_text(sql, encoding="latin-1")
            name = self._nombre(filas)
            self.firebird.isql(name, fuente_tns.vista(said["sql"][0]), dialect=self.dialecto)
        return self._sentencias[filas]

    def _archivo(self, filas: int, n: int) -> Path:
        return self.obra / f"sentencia-{filas}-{n}.sql"

    def preparar_copias(self, filas: int) -> None:
        """The bytes of W: what our run has stored, a COPY BINARY for each window."""
        self.correr({}, "nuestro", filas)
        columnas = ", ".join(self.casa("").orden("columnas"))
        self._copias[filas] = []
        with psycopg.connect(self.destino) as link:
            for desde, hasta in fuente_tns.ventanas():
                archivo = self.obra / f"copia-{filas}-{desde}"
                which = f"SELECT {columnas} FROM {TABLA} WHERE fecha >= '{desde}' AND fecha < '{hasta}' ORDER BY id"
                order = f"COPY ({which}) TO STDOUT (FORMAT BINARY)"
                with archivo.open("wb") as octetos, link.cursor() as cursor, cursor.copy(order) as copy:
                    octetos.writelines(copy)
                self._copias[filas].append(str(archivo))

    # --- a turn ---

    def correr(self, rondas: dict[str, list[Medida]], titulo: str, filas: int, nombre: str = "", **mas: Any) -> Medida:
        """One contender once, on a server that has written everything down; its figures join those of its title."""
        casa = mas.pop("casa", "")
        tarea = self._tarea(casa, filas, mas)
        self._alejar(casa, lejos=tarea["lejos"])
        with psycopg.connect(self.destino, autocommit=True) as link:
            if tarea["otra_vez"]:
                link.execute(f"VACUUM (ANALYZE) {TABLA}")  # as autovacuum does in the hours between
            link.execute("CHECKPOINT")
            before = self._contadores(link)
            medida = correr(*self._orden(nombre or titulo, casa, filas, tarea))
            after = self._contadores(link)
            medida.dicho.update({name: value - before[name] for name, value in after.items()})
        if medida.filas != filas:
            raise SystemExit(f"{titulo}: {medida.filas} rows instead of {filas}")
        rondas.setdefault(titulo, []).append(medida)
        return medida

    def decir_ronda(self, ronda: int, rondas: dict[str, list[Medida]]) -> None:
        said = ", ".join(f"{name} {medidas[-1].segundos:.2f}" for name, medidas in rondas.items())
        decir(f"round {ronda + 1} (load {os.getloadavg()[0]:.1f}): {said}")

    def _tarea(self, casa: str, filas: int, mas: dict[str, Any]) -> dict[str, Any]:
        lejos = mas.get("lejos", False)
        puerto = self._puerto if lejos else self.firebird.port
        return {
            "empresa": self.empresa(casa, filas),
            "otra_vez": False,
            "lejos": False,
            "puerto": puerto,
            "ruta": str(self._ruta(filas)),
            "dsn": f"127.0.0.1/{puerto}:{self._ruta(filas)}",
            "password": self.firebird.password,
            "destino": self.destino,
            "carpeta": str(self.obra),
            "nombre": str(filas),
            "copias": self._copias.get(filas, []),
            "columnas": self.casa("").orden("columnas") if filas in self._copias else [],
            **self.sentencias(filas),
            **mas,
        }

    def _orden(self, nombre: str, casa: str, filas: int, tarea: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
        if nombre == "leer" and self.lector:
            sentencias = [str(self._archivo(filas, n)) for n in range(len(tarea["sql"]))]
            dias = [str(desde) for desde, _ in fuente_tns.ventanas()] + [str(fuente_tns.ventanas()[-1][1])]
            words = [tarea["dsn"], "SYSDBA", tarea["juego"], str(tarea["dialecto"]), *sentencias, "--", *dias]
            return [*self.lector, *words], os.environ | {"ISC_PASSWORD": self.firebird.password}
        env = self.casa(casa).env | {"BANCO_TAREA": json.dumps(tarea)}
        return [sys.executable, "-m", "bench.pares.extractores", nombre], env

    # --- a longer way ---

    @contextmanager
    def mas_lejos(self, segundos: float) -> Iterator[None]:
        """While it lasts, turns with `lejos` reach Firebird through a proxy that holds every piece back."""
        command = [sys.executable, "-m", "bench.pares.demora", str(self.firebird.port), str(segundos)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as proxy:
            assert proxy.stdout
            self._puerto = int(proxy.stdout.readline())
            try:
                yield
            finally:
                proxy.terminate()
                self._alejar("", lejos=False)

    def _alejar(self, casa: str, *, lejos: bool) -> None:
        puerto = self._puerto if lejos else self.firebird.port
        if self._puertos.get(casa, self.firebird.port) != puerto:
            self.casa(casa).orden("cambiar_puerto", puerto)
        self._puertos[casa] = puerto

    def _contadores(self, link: "psycopg.Connection[Any]") -> dict[str, float]:
        """Bytes of write-ahead log since ever, rows of the table that are dead, the servers' seconds of processor."""
        row = link.execute(
            "SELECT pg_current_wal_insert_lsn() - '0/0', n_dead_tup, split_part(pg_read_file('postmaster.pid'), %s, 1)"
            " FROM pg_stat_user_tables WHERE relname = %s",
            ["\n", TABLA],
        ).fetchone()
        assert row
        wal, muertas, postmaster = map(int, row)
        return {
            "wal": wal,
            "muertas": muertas,
            "postgres": procesador(postmaster),  # 0 where it runs elsewhere
            "firebird": procesador(self._pid_de_firebird()),
        }

    def _pid_de_firebird(self) -> int:
        process: Any = self.firebird._process
        return int(process.pid)
