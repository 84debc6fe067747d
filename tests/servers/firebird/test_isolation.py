"""What the child sees and what leaves it: no secret, no Django, no other module with a driver; logins of 2.5's kind."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from desk.demo.firebird_server import PrivateFirebird
from lib.errors import Fatal
from servers import source
from servers.firebird.values import Peticion

RAIZ = Path(__file__).resolve().parents[3]
LIGERAS = (
    "import servers.firebird.child, servers.firebird.native, servers.firebird.pure, sys;"
    "print('django' in sys.modules, 'numpy' in sys.modules)"
)
CLAVE = "clave123"
# "unavailable database" is the answer after which libfbclient goes on with its next provider.
SIN_MOTOR = """
import os, sys
from pathlib import Path
from servers.firebird import native
from servers.firebird.values import Peticion
puerto, clave = sys.argv[1:]
ruta = "C:" + chr(92) + "Datos TNS" + chr(92) + "X2024.GDB"
peticion = Peticion("127.0.0.1", int(puerto), ruta, "SYSDBA", clave, "firebird-driver", "", 5, 5, False, os.getppid())
try:
    native.abrir(peticion, juego="NONE", dialecto=3)
except native.ERRORES as error:
    print(native.codigos(error), "libEngine" in Path("/proc/self/maps").read_text())
"""


class PrivateLegacyFirebird(PrivateFirebird):
    """A server that knows only the login of Firebird 2.5 and no encryption."""

    def _lay_out(self) -> None:
        super()._lay_out()
        conf = self.root / "firebird.conf"
        cambios = {
            "AuthServer = Srp": "AuthServer = Legacy_Auth",
            "AuthClient = Srp": "AuthClient = Legacy_Auth",
            "UserManager = Srp": "UserManager = Srp, Legacy_UserManager",
            "WireCrypt = Enabled": "WireCrypt = Disabled",
        }
        texto = conf.read_text()
        for antes, despues in cambios.items():
            texto = texto.replace(antes, despues)
        conf.write_text(texto)

    def _set_password(self) -> None:
        super()._set_password()
        self.password = CLAVE
        sql = f"create or alter user SYSDBA password '{CLAVE}' using plugin Legacy_UserManager; commit;"
        embebido = ["isql-fb", "-q", "-bail", "-i", "/dev/stdin", str(self.root / "security3.fdb")]
        self._run(embebido, sql.encode(), login=False)


@pytest.fixture(scope="module")
def antiguo(tmp_path_factory):
    with PrivateLegacyFirebird(tmp_path_factory.mktemp("antiguo")) as servidor:
        servidor.create_database("VIEJA.GDB", "CREATE TABLE T (A INTEGER); INSERT INTO T VALUES (1); COMMIT;")
        yield servidor


def test_a_server_without_the_database_does_not_wake_the_engine_of_this_machine(firebird):
    words = [sys.executable, "-c", SIN_MOTOR, str(firebird.port), firebird.password]
    done = subprocess.run(words, cwd=RAIZ, capture_output=True, text=True, check=True)
    assert done.stdout == "(335544375,) False\n"


@pytest.mark.parametrize("clave", [CLAVE, f"{CLAVE}-y-lo-que-siga"])
def test_abrir_logs_in_the_old_way(servidor_firebird, antiguo, clave):
    servidor = servidor_firebird(puerto=antiguo.port, clave=clave)
    with source.abrir(servidor, str(antiguo.path("VIEJA.GDB"))) as fuente, fuente.instantanea() as foto:
        assert list(foto.filas("SELECT A FROM T")) == [(1,)]
        assert fuente.controlador == "firebird-driver"


def test_abrir_refused_the_old_way_names_the_eight_characters(servidor_firebird, antiguo):
    servidor = servidor_firebird(puerto=antiguo.port, clave="otra")
    with pytest.raises(Fatal) as error, source.abrir(servidor, str(antiguo.path("VIEJA.GDB"))):
        pass
    assert error.value.codigo == "acceso_denegado"
    assert "8" in error.value.remedio


def test_child_is_given_no_secret(servidor_firebird, firebird, firebird_db, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "muy-secreta")
    monkeypatch.setenv("ISC_PASSWORD", "ajena")
    with source.abrir(servidor_firebird("firebird-driver"), str(firebird_db())) as fuente:
        entorno = Path(f"/proc/{fuente.pid}/environ").read_bytes()
        orden = Path(f"/proc/{fuente.pid}/cmdline").read_bytes()
    assert firebird.password.encode() not in entorno + orden
    assert b"SECRET" not in entorno
    assert b"ISC_" not in entorno
    assert b"FIREBIRD" not in entorno


def test_child_imports_neither_django_nor_numpy():
    salida = subprocess.run([sys.executable, "-c", LIGERAS], cwd=RAIZ, capture_output=True, text=True, check=True)
    assert salida.stdout.strip() == "False False"


def test_peticion_hides_its_password():
    peticion = Peticion("10.0.0.1", 3050, "X", "SYSDBA", "muy-secreta", "firebirdsql", "", 1, 1, False, 1)
    assert "muy-secreta" not in repr(peticion)


@pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])
def test_errors_hide_the_password(servidor_firebird, firebird_db, controlador, caplog):
    servidor = servidor_firebird(controlador, clave="muy-secreta")
    with pytest.raises(Fatal) as error, source.abrir(servidor, str(firebird_db())):
        pass
    assert "muy-secreta" not in f"{error.value} {error.value.as_dict()} {caplog.text}"


@pytest.mark.parametrize(
    ("paquete", "modulos"),
    [
        ("firebird", {"servers/firebird/native.py"}),
        ("firebirdsql", {"servers/firebird/pure.py"}),
        ("passlib", {"servers/firebird/child.py"}),
    ],
)
def test_each_driver_is_imported_in_one_module(paquete, modulos):
    habitaciones = [p.parent for p in RAIZ.glob("*/__init__.py") if p.parent.name != "tests"]
    archivos = [archivo for habitacion in habitaciones for archivo in habitacion.rglob("*.py")]
    assert {str(a.relative_to(RAIZ)) for a in archivos if paquete in _importados(a)} == modulos


def _importados(archivo: Path) -> set[str]:
    """The top-level packages that a module imports."""
    nombres: set[str] = set()
    for nodo in ast.walk(ast.parse(archivo.read_text())):
        if isinstance(nodo, ast.Import):
            nombres |= {alias.name for alias in nodo.names}
        elif isinstance(nodo, ast.ImportFrom):
            nombres.add(nodo.module or "")
    return {nombre.partition(".")[0] for nombre in nombres}
