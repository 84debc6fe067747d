"""A PostgreSQL of our own on loopback, with safe writes as in production; nothing of the system's is touched."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.pares.servidor import puerto_libre

# No autovacuum in the middle of a measurement: where statistics count, the bench says VACUUM itself.
AJUSTES = {"listen_addresses": "127.0.0.1", "shared_buffers": "1GB", "max_wal_size": "8GB", "autovacuum": "off"}


@contextmanager
def postgres() -> Iterator[str]:
    """Its URL, without a database; it is gone afterwards."""
    programas = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programas is None:
        raise SystemExit("PostgreSQL is not installed here: give --postgres URL, or apt-get install postgresql.")
    with tempfile.TemporaryDirectory(prefix="banco-pg-") as carpeta:
        como = ["setpriv"]
        if os.geteuid() == 0:  # it refuses to run as root
            Path(carpeta).chmod(0o755)
            shutil.chown(carpeta, "postgres", "postgres")
            como += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        initdb = [*como, f"{programas}/initdb", "-D", f"{carpeta}/datos", "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8", "-N"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        server = [*como, "--pdeathsig", "INT", f"{programas}/postgres", "-D", f"{carpeta}/datos", "-k", carpeta]
        with _corriendo(server) as url:
            yield url


@contextmanager
def _corriendo(orden: list[str]) -> Iterator[str]:
    puerto = puerto_libre()
    ajustes = [word for name, value in AJUSTES.items() for word in ("-c", f"{name}={value}")]
    command = [*orden, "-p", str(puerto), *ajustes]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/") as server:
        try:
            url = f"postgres://postgres:banco@127.0.0.1:{puerto}"
            _esperar(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # without waiting for its sessions
            server.wait(60)


def _esperar(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        try:
            psycopg.connect(f"{url}/postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The private PostgreSQL did not start.")
