"""Every trouble that a source may have: the run fails with a clear error, nothing is half done, the next one works."""

import os
import socket
import subprocess
from contextlib import contextmanager
from datetime import date

import pytest

from inventory import extraction, session
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs.models import Estado
from lib.encryption import encrypt
from tests.fakes.tcp_proxy import Proxy

ENERO = (date(2024, 1, 1), date(2024, 1, 31))
LINEAS = 3000  # more than the network buffers hold
LLENAR = f"""SET TERM ^;
EXECUTE BLOCK AS DECLARE I INTEGER = 1; BEGIN
  WHILE (I < {LINEAS}) DO BEGIN
    I = I + 1;
    INSERT INTO DEKARDEX (DEKARDEXID, KARDEXID, MATID, BODID, CANMAT, PRECIOBASE) VALUES (:I, 1, 1, 1, 1, 10);
  END
END^
SET TERM ;^
COMMIT;
"""
TOMAR = """SET HEADING OFF;
COMMIT;
SET TRANSACTION READ WRITE ISOLATION LEVEL SNAPSHOT TABLE STABILITY RESERVING DEKARDEX FOR PROTECTED WRITE;
SELECT 'TOMADA' FROM RDB$DATABASE;
"""


@pytest.fixture(autouse=True)
def _prisa(monkeypatch, settings):
    monkeypatch.setattr(session, "PAUSAS", (0.0,))
    settings.FUENTE_CONEXION_SEGUNDOS = settings.FUENTE_SILENCIO_SEGUNDOS = 2


@pytest.fixture
def empresa_llena(fuente, empresa_tns):
    fuente.documento("2024-01-10")
    fuente.server.isql(fuente.ruta, LLENAR)
    return empresa_tns


@contextmanager
def clave_errada(fuente, empresa):
    empresa.servidor.password_cifrada = encrypt("otra")
    yield


@contextmanager
def puerto_cerrado(fuente, empresa):
    empresa.servidor.puerto = 1
    yield


@contextmanager
def servidor_mudo(fuente, empresa):
    with socket.create_server(("127.0.0.1", 0)) as hole:
        empresa.servidor.puerto = hole.getsockname()[1]
        yield


@contextmanager
def nombre_sin_maquina(fuente, empresa):
    empresa.servidor.host = "no-existe.invalid"
    yield


@contextmanager
def se_queda_a_medias(fuente, empresa, *, cut=False):
    with Proxy(fuente.server.port, limit=100_000, cut=cut) as proxy:
        empresa.servidor.puerto = proxy.port
        yield
        assert proxy.tripped.is_set()


@contextmanager
def se_corta_a_medias(fuente, empresa):
    with se_queda_a_medias(fuente, empresa, cut=True):
        yield


@contextmanager
def archivo_ausente(fuente, empresa):
    empresa.ruta_base += ".no"
    yield


@contextmanager
def base_ajena(fuente, empresa):
    empresa.ruta_base = str(fuente.server.create_database("ajena.fdb", "CREATE TABLE CLIENTES (N INTEGER);"))
    yield


@contextmanager
def ruta_a_otra_maquina(fuente, empresa):
    empresa.ruta_base = "evil:/x"
    yield


@contextmanager
def ruta_con_protocolo(fuente, empresa):
    empresa.ruta_base = "inet://evil/x"
    yield


@contextmanager
def base_en_mantenimiento(fuente, empresa):
    server = fuente.server
    login = ["-user", server.usuario, "-password", server.password, server.dsn(fuente.ruta)]
    subprocess.run(["gfix", "-shut", "full", "-force", "0", *login], check=True)
    yield
    subprocess.run(["gfix", "-online", *login], check=True)


@contextmanager
def tabla_tomada(fuente):
    """Another program holds the table of lines for itself, as a repair does."""
    server = fuente.server
    env = {"PATH": os.environ["PATH"], "ISC_USER": server.usuario, "ISC_PASSWORD": server.password}
    other = subprocess.Popen(
        ["isql-fb", "-q", server.dsn(fuente.ruta)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    other.stdin.write(TOMAR)
    other.stdin.flush()
    while "TOMADA" not in other.stdout.readline():
        assert other.poll() is None
    yield
    other.communicate("ROLLBACK;\nQUIT;\n", timeout=10)


@pytest.mark.parametrize(
    ("estropear", "codigo"),
    [
        (clave_errada, "acceso_denegado"),
        (puerto_cerrado, "conexion_rechazada"),
        (servidor_mudo, "sin_respuesta"),
        (nombre_sin_maquina, "host_desconocido"),
        (se_queda_a_medias, "fuente_sin_respuesta"),
        (se_corta_a_medias, "enlace_cortado"),
        (archivo_ausente, "archivo_inexistente"),
        (base_ajena, "sin_tablas_de_movimientos"),
        (ruta_a_otra_maquina, "ruta_invalida"),
        (ruta_con_protocolo, "ruta_invalida"),
        (base_en_mantenimiento, "base_no_disponible"),
    ],
)
def test_extraer_fails_clearly_and_the_next_run_works(fuente, empresa_llena, correr, estropear, codigo):
    empresa, servidor = empresa_llena, empresa_llena.servidor
    sano = (empresa.ruta_base, servidor.host, servidor.puerto, servidor.password_cifrada)
    with estropear(fuente, empresa):
        guardar(empresa, servidor)
        run = correr(extraction, empresa, *ENERO)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, codigo)
    assert run.error["mensaje"]
    assert run.error["remedio"]
    assert not MovimientoInventario.objects.exists()
    assert not VentanaExtraccion.objects.exists()
    empresa.ruta_base, servidor.host, servidor.puerto, servidor.password_cifrada = sano
    guardar(empresa, servidor)
    assert correr(extraction, empresa, *ENERO).estado == Estado.COMPLETADA
    assert MovimientoInventario.objects.count() == LINEAS


def test_extraer_reads_a_table_that_another_program_has_locked(fuente, empresa_llena, correr):
    with tabla_tomada(fuente):
        assert correr(extraction, empresa_llena, *ENERO).estado == Estado.COMPLETADA
    assert MovimientoInventario.objects.count() == LINEAS


def guardar(empresa, servidor):
    servidor.save()
    empresa.save()
