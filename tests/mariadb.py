"""A MariaDB server of our own for tests, and a second Django connection to it.

`mariadb` starts one server per test process, for the tests that ask for it, and gives Django's connections the alias of
that name, in this thread only: transactions and cleaning are the test's own. Tests that use it carry `MARIADB`, which
keeps them in one process.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.programs import esperar

ALIAS = "mariadb"
SERVIDOR = "/usr/sbin/mariadbd"  # Debian's; not in the PATH of ordinary users
MARIADB = pytest.mark.xdist_group("mariadb")
LIGERO = (
    "--no-defaults", "--skip-log-bin", "--skip-name-resolve", "--innodb-log-file-size=8M", "--innodb-doublewrite=0",
    "--innodb-flush-log-at-trx-commit=0", "--innodb-undo-tablespaces=0",
)  # fmt: skip


@contextmanager
def levantar_mariadb(*ajustes: str) -> Iterator[int]:
    """The port of a new, empty server on loopback, whose root has no password; it dies with this process.

    It is as light as tests want it; `ajustes` are arguments of a server that is not.
    """
    directory = Path(tempfile.mkdtemp(prefix="mariadb-"))  # pytest's own folders are closed to another user
    user = _usuario()
    try:
        shutil.chown(directory, user)
        install = ["mariadb-install-db", "--auth-root-authentication-method=normal", "--skip-test-db"]
        arguments = [*LIGERO, f"--user={user}", f"--datadir={directory}/data"]
        subprocess.run([install[0], *arguments, *install[1:]], cwd="/", check=True, capture_output=True)
        with _servidor(directory, [*arguments, *ajustes]) as port:
            yield port
    finally:
        shutil.rmtree(directory)


@contextmanager
def _servidor(directory: Path, arguments: list[str]) -> Iterator[int]:
    port = _puerto_libre()
    own = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={directory}/s", f"--pid-file={directory}/pid"]
    log = directory / "log"
    with log.open("wb") as out:
        # setpriv: the kernel ends the server even when this process is killed with -9
        command = ["setpriv", "--pdeathsig", "KILL", *_como(_usuario()), SERVIDOR, *arguments, *own]
        server = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        esperar(lambda: "ready for connections" in log.read_text() or server.poll() is not None, 30)
        assert server.poll() is None, log.read_text()
        yield port
    finally:
        server.kill()  # nobody needs its data any more
        server.wait()


def _usuario() -> str:
    """It refuses to run as root."""
    return "mysql" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _como(user: str) -> list[str]:
    return [f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.getuid() == 0 else []


def _puerto_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def conectar(port: int, database: str = "pruebas", **options: object) -> BaseDatabaseWrapper:
    """A connection of its own, by the product's backend and with the product's options."""
    given = {"ENGINE": "lib.mariadb", "HOST": "127.0.0.1", "PORT": port, "USER": "root", "NAME": database}
    given["OPTIONS"] = options
    return ConnectionHandler({DEFAULT_DB_ALIAS: {}, ALIAS: given})[ALIAS]


@pytest.fixture(scope="session")
def mariadb(django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    """The connection under the alias `mariadb`, to an empty database whose own collation is the usual careless one.

    A test that uses it asks for `db` as well: pytest-django opens no database otherwise.
    """
    with levantar_mariadb() as port:
        with django_db_blocker.unblock(), conectar(port, "").cursor() as cursor:
            cursor.execute("CREATE DATABASE pruebas CHARSET utf8mb4 COLLATE utf8mb4_general_ci")
        connections[ALIAS] = conectar(port)
        yield connections[ALIAS]
        connections[ALIAS].close()
        del connections[ALIAS]
