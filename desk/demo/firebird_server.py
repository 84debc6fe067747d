"""A Firebird 3.0 server of our own: random loopback port, own security database, nothing of the system's touched.

with PrivateFirebird(directory) as server:
    server.create_database("EMPRESA.GDB", "CREATE TABLE T (N INTEGER);")
    server.isql("EMPRESA.GDB", "INSERT INTO T VALUES (1); COMMIT;")

Databases lie in `directory`/data and stay there when the server stops; the same directory can be started again.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from lib.errors import Fatal

SERVER = Path("/usr/sbin/firebird")
SECURITY_SQL = Path("/usr/share/firebird/3.0/security.sql")
INTL_CONF = Path("/etc/firebird/3.0/fbintl.conf")
START_SECONDS = 15.0
STOP_SECONDS = 5.0
REMEDIO = "apt-get install --no-install-recommends firebird3.0-server firebird3.0-utils libfbclient2"

CONF = """\
RemoteServicePort = {port}
RemoteBindAddress = 127.0.0.1
SecurityDatabase = {root}/security3.fdb
AuthServer = Srp
AuthClient = Srp
UserManager = Srp
WireCrypt = Enabled
ServerMode = Super
UdfAccess = None
DatabaseAccess = Restrict {root}
"""
ALIASES = "security.db = {root}/security3.fdb\n{{\n  RemoteAccess = false\n  DefaultDbCachePages = 50\n}}\n"


class PrivateFirebird:
    """A private server; its user is SYSDBA with `password`. It dies with the process that started it."""

    usuario = "SYSDBA"

    def __init__(self, directory: Path, *, port: int = 0) -> None:
        self.root = Path(directory).resolve()
        self.port = port or _free_port()
        self.password = secrets.token_urlsafe(12)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def path(self, name: str) -> Path:
        """Where the database `name` lies, as the server sees it."""
        return self.root / "data" / name

    def dsn(self, name: str | Path) -> str:
        return f"127.0.0.1/{self.port}:{self.path(str(name))}"

    def start(self) -> None:
        """Lay out the root, create the security database the first time, start and wait until the port answers."""
        self._lay_out()
        self._set_password()
        for stale in (self.root / "lock").glob("*"):
            stale.unlink()
        with (self.root / "server.log").open("ab") as log:
            # setpriv, not preexec_fn: the kernel ends the server even when this process is killed with -9
            self._process = subprocess.Popen(  # noqa: S603
                ["/usr/bin/setpriv", "--pdeathsig", "KILL", str(SERVER)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_it_answers()

    @property
    def vivo(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the server: a polite signal, five seconds, then the other one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def create_database(self, name: str, sql: str = "", *, dialect: int = 3, charset: str = "NONE") -> Path:
        """A new, empty database in which `sql` has been run; an older one of that name is replaced."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        create = f"CREATE DATABASE '{self.dsn(name)}' PAGE_SIZE 8192 DEFAULT CHARACTER SET {charset};\n"
        self._isql(create, dialect=dialect, charset="UTF8")  # the path's
        self._run(["gfix", "-write", "async", self.dsn(name)])  # a demonstration need not survive a power cut
        if sql:
            self.isql(name, sql, dialect=dialect)
        return path

    def isql(self, name: str | Path, sql: str | bytes, *, dialect: int = 3, charset: str = "NONE") -> str:
        """What isql prints for `sql`; Fatal `isql` at its first error.

        With charset NONE the bytes reach the columns as they are: text is sent as Windows-1252, its five undefined
        bytes as the C1 code points of the same number.
        """
        return self._isql(sql, dialect=dialect, charset=charset, database=self.dsn(name))

    def _isql(self, sql: str | bytes, *, dialect: int, charset: str = "NONE", database: str = "") -> str:
        data = sql if isinstance(sql, bytes) else _as_bytes(sql, charset)
        command = ["isql-fb", "-q", "-bail", "-s", str(dialect), "-ch", charset, "-i", "/dev/stdin"]
        return self._run([*command, database] if database else command, data)

    def _lay_out(self) -> None:
        library = _library()
        for folder in ("data", "lock", "tmp", "intl"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for name in ("plugins", "firebird.msg", "plugins.conf"):
            link = self.root / name
            link.unlink(missing_ok=True)
            link.symlink_to(library / name)
        # copies: through a link the engine does not find the character sets
        shutil.copy(library / "intl" / "libfbintl.so", self.root / "intl")
        shutil.copy(INTL_CONF, self.root / "intl")
        (self.root / "firebird.conf").write_text(CONF.format(port=self.port, root=self.root))
        (self.root / "databases.conf").write_text(ALIASES.format(root=self.root))

    def _set_password(self) -> None:
        security = str(self.root / "security3.fdb")
        embedded = ["isql-fb", "-q", "-bail", "-i", "/dev/stdin"]
        if not Path(security).exists():
            self._run(embedded, f"create database '{security}';\n".encode(), login=False)
            self._run(["isql-fb", "-q", "-i", str(SECURITY_SQL), security], login=False)
        sql = f"create or alter user SYSDBA password '{self.password}' using plugin Srp;\ncommit;\n"
        self._run([*embedded, security], sql.encode(), login=False)

    def _run(self, command: list[str], data: bytes = b"", *, login: bool = True) -> str:
        environment = self._environment() | {"ISC_USER": self.usuario}
        if login:
            environment["ISC_PASSWORD"] = self.password
        done = subprocess.run(  # noqa: S603
            command, input=data, env=environment, capture_output=True, check=False, timeout=300
        )
        output = (done.stdout + done.stderr).decode("cp1252", "replace")
        if done.returncode:
            raise Fatal("isql", f"{command[0]}: {output.strip()[-2000:]}", "Revise el SQL de la demostración.")
        return output

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LC_ALL": "C.UTF-8",  # how paths are written
            "FIREBIRD": str(self.root),
            "FIREBIRD_LOCK": str(self.root / "lock"),
            "FIREBIRD_TMP": str(self.root / "tmp"),
        }

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        self.stop()
        log = (self.root / "server.log").read_text("utf-8", "replace")[-500:]
        raise Fatal("firebird_no_arranca", f"El Firebird privado no arrancó. {log}", f"Vea {self.root}/server.log.")


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/firebird/3.0"))
    if not found or not all(p.exists() for p in (SERVER, SECURITY_SQL, INTL_CONF)) or not shutil.which("isql-fb"):
        raise Fatal("firebird_no_instalado", "Falta el servidor Firebird 3.0 de Debian.", REMEDIO)
    return found[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_bytes(sql: str, charset: str) -> bytes:
    if charset == "UTF8":
        return sql.encode()
    return b"".join(_byte(character) for character in sql) if not sql.isascii() else sql.encode()


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
