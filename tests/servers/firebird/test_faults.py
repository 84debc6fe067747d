"""What goes wrong with a Firebird server, and what the adapter makes of it: a clear error, no process left behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from lib.errors import Fatal, Retriable, TrastiendaError
from servers import source
from servers.firebird import adapter
from tests.fakes.tcp_proxy import Proxy

FILAS = 20_000
MUCHAS = f"""
CREATE TABLE MUCHAS (ID INTEGER, NOMBRE VARCHAR(60), PRECIO NUMERIC(15,2), FECHA TIMESTAMP);
CREATE TABLE OTRA (ID INTEGER);
COMMIT;
SET TERM ^;
EXECUTE BLOCK AS DECLARE N INTEGER = 0; BEGIN
  WHILE (N < {FILAS}) DO BEGIN
    INSERT INTO MUCHAS VALUES (:N, 'artículo de prueba número ' || :N, :N / 100.00, '2024-01-02 10:11:12');
    N = N + 1;
  END
END^
SET TERM ;^
COMMIT;
"""
TODAS = "SELECT ID, NOMBRE, PRECIO, FECHA FROM MUCHAS"
RAIZ = Path(__file__).resolve().parents[3]

ambos = pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])


@pytest.fixture(scope="module")
def muchas(firebird_db) -> str:
    return str(firebird_db("MUCHAS.GDB", MUCHAS))


@pytest.fixture
def sin_hijas():
    """After the test no child of ours is left, not even as a zombie."""
    yield
    assert _hijas() == []


def _hijas():
    """Our child interpreters, dead ones that nobody waited for included."""
    encontradas = []
    for tarea in Path("/proc/self/task").iterdir():
        for pid in (tarea / "children").read_text().split():
            estado = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            orden = Path(f"/proc/{pid}/cmdline").read_text()
            if estado == "Z" or "firebird.child" in orden:
                encontradas.append((pid, estado, orden))
    return encontradas


pytestmark = pytest.mark.usefixtures("sin_hijas")


def _codigo(servidor, ruta, tipo=TrastiendaError, sql="SELECT 1 FROM RDB$DATABASE"):
    """The code of the error that opening and reading ends in."""
    with pytest.raises(tipo) as error, source.abrir(servidor, ruta) as fuente, fuente.instantanea() as foto:
        list(foto.filas(sql))
    assert error.value.mensaje
    assert error.value.remedio
    return error.value.codigo


def _leer(servidor, ruta, en_cada_fila):
    """Read the big table, calling `en_cada_fila(number, source)` for each row."""
    with source.abrir(servidor, ruta) as fuente, fuente.instantanea() as foto:
        for numero, _ in enumerate(foto.filas(TODAS)):
            en_cada_fila(numero, fuente)


def _conexiones(firebird, ruta):
    """How many other connections the server counts in that database."""
    salida = firebird.isql(ruta, "SET HEADING OFF; SELECT COUNT(*) FROM MON$ATTACHMENTS WHERE MON$SYSTEM_FLAG = 0;")
    return int(salida.split()[-1]) - 1


def _sin_conexiones(firebird, ruta):
    hasta = time.monotonic() + 5
    while _conexiones(firebird, ruta) and time.monotonic() < hasta:
        time.sleep(0.1)
    return _conexiones(firebird, ruta) == 0


@ambos
def test_abrir_with_wrong_password(servidor_firebird, controlador, muchas):
    assert _codigo(servidor_firebird(controlador, clave="otra"), muchas, Fatal) == "acceso_denegado"


@ambos
def test_abrir_with_unknown_user(servidor_firebird, controlador, muchas):
    assert _codigo(servidor_firebird(controlador, usuario="NADIE"), muchas, Fatal) == "acceso_denegado"


def test_abrir_on_automatic_asks_a_refused_login_only_once(servidor_firebird, muchas, monkeypatch):
    pedidas = []
    probar = adapter._probar
    monkeypatch.setattr(adapter, "_probar", lambda p, *resto: pedidas.append(p.controlador) or probar(p, *resto))
    assert _codigo(servidor_firebird(clave="otra"), muchas) == "acceso_denegado"
    assert pedidas == ["firebird-driver"]


@ambos
def test_abrir_on_a_dead_port(servidor_firebird, controlador, muchas):
    with socket.create_server(("127.0.0.1", 0)) as libre:
        puerto = libre.getsockname()[1]
    assert _codigo(servidor_firebird(controlador, puerto=puerto), muchas, Retriable) == "conexion_rechazada"


@ambos
def test_abrir_on_a_black_hole_ends_at_the_connection_deadline(servidor_firebird, controlador, muchas, settings):
    settings.FUENTE_CONEXION_SEGUNDOS = 1
    with socket.create_server(("127.0.0.1", 0)) as mudo:
        inicio = time.monotonic()
        codigo = _codigo(servidor_firebird(controlador, puerto=mudo.getsockname()[1]), muchas, Retriable)
    assert codigo in {"sin_respuesta", "fuente_sin_respuesta"}
    assert time.monotonic() - inicio < 6


@ambos
def test_abrir_a_missing_file(servidor_firebird, controlador, muchas):
    ruta = str(Path(muchas).with_name("NO_ESTA.GDB"))
    assert _codigo(servidor_firebird(controlador), ruta, Fatal) == "archivo_inexistente"


@ambos
def test_abrir_a_file_that_is_no_database(servidor_firebird, controlador, muchas):
    ruta = Path(muchas).with_name("TEXTO.GDB")
    ruta.write_bytes(b"no es una base de datos" * 1000)
    assert _codigo(servidor_firebird(controlador), str(ruta), Fatal) == "no_es_base_de_datos"


@ambos
def test_abrir_outside_what_the_server_allows(servidor_firebird, controlador):
    assert _codigo(servidor_firebird(controlador), "/etc/passwd", Fatal) == "ruta_no_permitida"


@ambos
def test_abrir_a_windows_path_on_another_system(servidor_firebird, controlador):
    assert _codigo(servidor_firebird(controlador), r"C:\Datos TNS\X2024.GDB") == "base_no_disponible"


@pytest.mark.parametrize("ruta", ["evil:/x", "inet://evil/x", r"\\srv\share\x.gdb", "wnet:x", "/datos/../x"])
def test_abrir_refuses_a_path_that_leads_elsewhere(servidor_firebird, ruta):
    assert _codigo(servidor_firebird(), ruta, Fatal) == "ruta_invalida"


def test_abrir_refuses_this_machine_unless_permitted(servidor_firebird, muchas, settings):
    settings.RED_PERMITIDA = []
    assert _codigo(servidor_firebird(), muchas, Fatal) == "host_no_permitido"


@ambos
def test_filas_without_grant(servidor_firebird, controlador, firebird, muchas):
    firebird.isql(muchas, "CREATE OR ALTER USER LECTOR PASSWORD 'abc12345' USING PLUGIN Srp; COMMIT;")
    servidor = servidor_firebird(controlador, usuario="LECTOR", clave="abc12345")
    assert _codigo(servidor, muchas, Fatal, TODAS) == "sin_permiso_en_tabla"


@ambos
def test_filas_of_a_table_that_is_not_there(servidor_firebird, controlador, muchas):
    servidor = servidor_firebird(controlador)
    with source.abrir(servidor, muchas) as fuente, fuente.instantanea() as foto:
        with pytest.raises(Fatal) as error:
            foto.filas("SELECT * FROM NO_ESTA")
        assert error.value.codigo == "sql_invalido"
        assert "NO_ESTA" in error.value.extra["detalle"]
        assert list(foto.filas("SELECT COUNT(*) FROM MUCHAS")) == [(FILAS,)]


@ambos
def test_filas_with_a_missing_parameter(servidor_firebird, controlador, muchas):
    assert _codigo(servidor_firebird(controlador), muchas, Fatal, f"{TODAS} WHERE ID = ?") == "sql_invalido"


@ambos
def test_filas_that_stall_end_at_the_silence_deadline(servidor_firebird, controlador, firebird, muchas, settings):
    settings.FUENTE_SILENCIO_SEGUNDOS = 1
    with Proxy(firebird.port, limit=300_000) as proxy:
        servidor = servidor_firebird(controlador, puerto=proxy.port)
        leidas, inicio = [], time.monotonic()
        with pytest.raises(Retriable) as error:
            _leer(servidor, muchas, lambda numero, _: leidas.append(numero))
        assert proxy.tripped.is_set()
    assert error.value.codigo == "fuente_sin_respuesta"
    assert 0 < len(leidas) < FILAS
    assert time.monotonic() - inicio < 8
    assert _sin_conexiones(firebird, muchas)


@ambos
def test_filas_whose_link_is_cut_say_so(servidor_firebird, controlador, firebird, muchas):
    with Proxy(firebird.port, limit=300_000, cut=True) as proxy:
        servidor = servidor_firebird(controlador, puerto=proxy.port)
        assert _codigo(servidor, muchas, Retriable, TODAS) == "enlace_cortado"
    assert _sin_conexiones(firebird, muchas)


@ambos
def test_filas_whose_child_is_killed_say_so(servidor_firebird, controlador, firebird, muchas):
    def matar(numero, fuente):
        if numero == 100:
            os.kill(fuente.pid, signal.SIGKILL)

    with pytest.raises(Retriable) as error:
        _leer(servidor_firebird(controlador), muchas, matar)
    assert error.value.codigo == "enlace_cortado"
    assert _sin_conexiones(firebird, muchas)


def _leer_bloques(servidor, ruta, en_cada_bloque):
    """Read the big table, calling `en_cada_bloque(block, source)` for each."""
    with source.abrir(servidor, ruta) as fuente, fuente.instantanea() as foto:
        for bloque in foto.filas(TODAS).bloques():
            en_cada_bloque(bloque, fuente)


def test_bloques_that_stall_end_at_the_silence_deadline(servidor_firebird, firebird, muchas, settings):
    settings.FUENTE_SILENCIO_SEGUNDOS = 1
    leidas = []
    with Proxy(firebird.port, limit=900_000) as proxy:
        servidor = servidor_firebird("firebird-driver", puerto=proxy.port)
        with pytest.raises(Retriable) as error:
            _leer_bloques(servidor, muchas, lambda bloque, _: leidas.append(bloque.filas))
    assert error.value.codigo == "fuente_sin_respuesta"
    assert 0 < sum(leidas) < FILAS
    assert _sin_conexiones(firebird, muchas)


def test_bloques_whose_link_is_cut_say_so(servidor_firebird, firebird, muchas):
    with Proxy(firebird.port, limit=900_000, cut=True) as proxy, pytest.raises(Retriable) as error:
        _leer_bloques(servidor_firebird("firebird-driver", puerto=proxy.port), muchas, lambda *_: None)
    assert error.value.codigo == "enlace_cortado"
    assert _sin_conexiones(firebird, muchas)


def test_bloques_whose_child_is_killed_say_so_and_stay_readable(servidor_firebird, firebird, muchas):
    leidos = []

    def matar(bloque, fuente):
        os.kill(fuente.pid, signal.SIGKILL)
        leidos.append((bloque.columnas["ID"].valores[0], bloque.fila(0)[0]))

    with pytest.raises(Retriable) as error:
        _leer_bloques(servidor_firebird("firebird-driver"), muchas, matar)
    assert error.value.codigo == "enlace_cortado"
    assert leidos[0] == (0, 0)
    assert _sin_conexiones(firebird, muchas)


def test_bloques_left_by_an_exception_leave_no_connection(servidor_firebird, firebird, muchas):
    with pytest.raises(ZeroDivisionError):
        _leer_bloques(servidor_firebird("firebird-driver"), muchas, lambda *_: 1 / 0)
    assert _sin_conexiones(firebird, muchas)


@ambos
def test_instantanea_left_by_an_exception_leaves_no_connection(servidor_firebird, controlador, firebird, muchas):
    with pytest.raises(ZeroDivisionError):
        _leer(servidor_firebird(controlador), muchas, lambda numero, _: 1 / (numero - 10))
    assert _sin_conexiones(firebird, muchas)


@ambos
def test_instantanea_goes_on_after_rows_left_unread(servidor_firebird, controlador, muchas):
    with source.abrir(servidor_firebird(controlador), muchas) as fuente:
        for _ in range(2):
            with fuente.instantanea() as foto:
                assert next(iter(foto.filas(f"{TODAS} WHERE ID < 6000 ORDER BY ID")))[0] == 0
                assert next(iter(foto.filas(f"{TODAS} WHERE ID < 6000 ORDER BY ID DESC")))[0] == 5999


def test_abrir_leaves_no_child_when_the_parent_is_killed(firebird, muchas, tmp_path):
    guion = f"""
        import os, django; django.setup()
        from servers import source
        from servers.models import Servidor
        servidor = Servidor(host="127.0.0.1", puerto={firebird.port}, usuario="SYSDBA", controlador="firebird-driver")
        servidor.password = os.environ["CLAVE"]
        with source.abrir(servidor, {muchas!r}) as fuente, fuente.instantanea() as foto:
            filas = iter(foto.filas({TODAS!r}))
            next(filas)
            print(fuente.pid, flush=True)
            input()
    """
    entorno = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DIRECTORIO_DATOS": str(tmp_path),
        "CLAVE": firebird.password,
    }
    padre = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(guion)],
        cwd=RAIZ, env=entorno, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    hija = int(padre.stdout.readline())
    padre.kill()
    padre.communicate()
    hasta = time.monotonic() + 5
    while Path(f"/proc/{hija}").exists() and time.monotonic() < hasta:
        time.sleep(0.05)
    assert not Path(f"/proc/{hija}").exists()
    assert _sin_conexiones(firebird, muchas)
