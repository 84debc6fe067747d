"""The doctor against a real Firebird server, sockets that misbehave, and the fake SQL Server."""

import json
import socket

import pytest

from lib.doctor import Resultado
from lib.errors import Fatal
from servers import doctor
from servers.models import Controlador, Servidor, TipoServidor
from tests.fakes import tds

EMPRESAS = """
CREATE TABLE EMPRESAS (
    CODIGO VARCHAR(10), NOMBRE VARCHAR(80), NIT VARCHAR(20), ANOFIS VARCHAR(4), ARCHIVO VARCHAR(250)
);
INSERT INTO EMPRESAS VALUES ('01', 'A', '900123456-8', '2024', 'X.GDB');
INSERT INTO EMPRESAS VALUES ('02', 'B', '900123457', '2025', 'Y.GDB');
INSERT INTO EMPRESAS VALUES ('03', 'C', NULL, '2025', 'Z.GDB');
"""


@pytest.fixture(autouse=True)
def plazos(settings):
    settings.FUENTE_CONEXION_SEGUNDOS = 2


@pytest.fixture(scope="module")
def maestra(firebird_db):
    return str(firebird_db("ADMIN.GDB", EMPRESAS))


@pytest.fixture
def tns(firebird, maestra):
    """An unsaved server at the real Firebird; fields may be given."""

    def armar(**campos):
        base = {
            "nombre": "BCE",
            "host": "127.0.0.1",
            "puerto": firebird.port,
            "usuario": firebird.usuario,
            "password": firebird.password,
            "ruta_maestra": maestra,
        }
        return Servidor(**base | campos)

    return armar


def resultados(diagnostico):
    return {paso.paso: str(paso.resultado) for paso in diagnostico.pasos}


def fallo(diagnostico):
    """The step that failed; all before it passed, all behind it were omitted, and it has a remedy."""
    states = [paso.resultado for paso in diagnostico.pasos]
    at = states.index(Resultado.FALLO)
    assert set(states[at + 1 :]) <= {Resultado.OMITIDO}
    assert not diagnostico.correcto
    assert diagnostico.pasos[at].remedio
    return diagnostico.pasos[at].paso, diagnostico.pasos[at].error


@pytest.mark.parametrize("controlador", ["automatico", "firebird-driver", "firebirdsql"])
def test_probar_a_server_in_order_passes_every_step(tns, controlador):
    diagnostico = doctor.probar(tns(controlador=controlador))
    assert resultados(diagnostico) == dict.fromkeys(("direccion", "tcp", "acceso", "base_maestra", "empresas"), "ok")
    assert all(paso.ms is not None and paso.mensaje for paso in diagnostico.pasos)
    datos = diagnostico.as_dict()
    assert datos["correcto"] is True
    assert datos["empresas"] == 2
    assert datos["dialecto"] == 3
    assert datos["version"].startswith("3.0")
    assert datos["controlador"] == ("firebird-driver" if controlador == "automatico" else controlador)


@pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])
def test_probar_shows_the_password_nowhere(tns, caplog, capfd, controlador):
    caplog.set_level("DEBUG")
    for servidor in (tns(controlador=controlador), tns(controlador=controlador, password="Otra-Clave-9")):
        text = json.dumps(doctor.probar(servidor).as_dict()) + caplog.text + "".join(capfd.readouterr())
        assert servidor.password not in text


@pytest.mark.parametrize(
    ("campos", "esperado"),
    [
        ({"host": "no-existe.invalid"}, ("direccion", "host_desconocido")),
        ({"host": "127.0.0.1:3050"}, ("direccion", "host_invalido")),
        ({"password": "otra"}, ("acceso", "acceso_denegado")),
        ({"ruta_maestra": "/no/hay/ADMIN.GDB"}, ("base_maestra", None)),
        ({"ruta_maestra": "evil:/x"}, ("base_maestra", "ruta_invalida")),
    ],
)
def test_probar_names_the_step_that_fails(tns, campos, esperado):
    step, code = fallo(doctor.probar(tns(**campos)))
    assert step == esperado[0]
    assert esperado[1] in {code, None}


def test_probar_outside_the_permitted_networks_stops_at_the_address(tns, settings):
    settings.RED_PERMITIDA = []
    assert fallo(doctor.probar(tns())) == ("direccion", "host_no_permitido")


def test_probar_of_a_closed_port_stops_at_tcp(tns):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        puerto = closed.getsockname()[1]
    assert fallo(doctor.probar(tns(puerto=puerto))) == ("tcp", "conexion_rechazada")


def test_probar_of_a_server_that_never_answers_stops_at_the_login(tns, settings):
    settings.FUENTE_CONEXION_SEGUNDOS = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        step, _ = fallo(doctor.probar(tns(puerto=silent.getsockname()[1], controlador="firebirdsql")))
    assert step == "acceso"


def test_probar_of_a_company_database_says_what_is_missing(tns, firebird_db):
    ruta = str(firebird_db("X2024.GDB", "CREATE TABLE KARDEX (KARDEXID INTEGER);"))
    diagnostico = doctor.probar(tns(ruta_maestra=ruta))
    assert fallo(diagnostico) == ("empresas", "sin_tabla_empresas")
    assert "ARCHIVO" in diagnostico.pasos[-1].mensaje


def test_probar_of_an_empty_master_is_a_warning(tns, firebird_db):
    ruta = str(firebird_db("ADMIN.GDB", EMPRESAS.split(";")[0] + ";"))
    diagnostico = doctor.probar(tns(ruta_maestra=ruta))
    assert diagnostico.correcto
    assert resultados(diagnostico)["empresas"] == "aviso"


def test_probar_an_embedded_database_omits_the_network(tns, firebird_db, settings):
    ruta = firebird_db("ADMIN.GDB", EMPRESAS)
    settings.DIRECTORIO_FIREBIRD_LOCAL = str(ruta.parent / "no")
    step, _ = fallo(doctor.probar(tns(ruta_maestra=str(ruta), controlador=Controlador.EMBEBIDO, host="x")))
    assert step in {"acceso", "base_maestra"}


class Abridor:
    """Stands for servers.source where a server is needed that this machine cannot run."""

    def __init__(self, version="2.5.9", entra_con=None, codigo="cifrado_incompatible"):
        self.version, self.entra_con, self.codigo = version, entra_con, codigo
        self.controlador, self.dialecto, self.juego_caracteres = "firebird-driver", 3, "ISO8859_1"

    def abrir(self, servidor, ruta):
        if self.entra_con not in {None, str(servidor.controlador)}:
            raise Fatal(self.codigo, "No se entienden.", "Pruebe el otro.")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None


def acceso(tns, monkeypatch, abridor, **campos):
    monkeypatch.setattr(doctor, "source", abridor)
    examen = doctor._Examen(tns(**campos), doctor.ExitStack())
    return examen.acceso()


def test_acceso_to_firebird_25_warns_that_the_link_is_open(tns, monkeypatch):
    hallazgo = acceso(tns, monkeypatch, Abridor("2.5.9"))
    assert hallazgo.resultado == Resultado.AVISO
    assert "VPN" in hallazgo.remedio


def test_acceso_tries_the_other_driver_where_the_forced_one_fails(tns, monkeypatch):
    hallazgo = acceso(tns, monkeypatch, Abridor("3.0.1", entra_con="firebirdsql"), controlador="firebird-driver")
    assert hallazgo.resultado == Resultado.AVISO
    assert "firebirdsql" in hallazgo.remedio


def test_acceso_tries_no_other_driver_after_a_wrong_password(tns, monkeypatch):
    abridor = Abridor(entra_con="firebirdsql", codigo="acceso_denegado")
    with pytest.raises(Fatal) as caught:
        acceso(tns, monkeypatch, abridor, controlador="firebird-driver")
    assert caught.value.codigo == "acceso_denegado"


# --- SQL Server ---

COLUMNAS = {name: tds.nvarchar(80) for name in ("CODIGO", "NOMBRE", "NIT", "ARCHIVO")} | {"ANOFIS": tds.bigint()}


@pytest.fixture
def fake():
    tabla = tds.Tabla(COLUMNAS, [("01", "A", "900", "X", 2024)])
    with tds.FakeTDS({"ADMIN": {"EMPRESAS": tabla}}) as server:
        yield server


def sql_server(fake, **campos):
    base = {"host": "127.0.0.1", "puerto": fake.puerto, "usuario": "sa", "password": "Clave-1", "ruta_maestra": "ADMIN"}
    return Servidor(nombre="S", tipo_servidor=TipoServidor.SQL_SERVER, **base | campos)


def test_probar_a_sql_server_warns_that_the_link_is_open(fake):
    diagnostico = doctor.probar(sql_server(fake))
    assert resultados(diagnostico) == {
        "direccion": "ok", "tcp": "ok", "acceso": "aviso", "base_maestra": "ok", "empresas": "ok",
    }  # fmt: skip
    assert diagnostico.as_dict()["version"] == "15.0.2000"


def test_probar_a_sql_server_without_snapshots_warns(fake):
    fake.snapshot = False
    assert resultados(doctor.probar(sql_server(fake)))["base_maestra"] == "aviso"


@pytest.mark.parametrize(
    ("campos", "esperado"),
    [
        ({"password": "x"}, ("acceso", "acceso_denegado")),
        ({"ruta_maestra": "OTRA"}, ("base_maestra", "base_inexistente")),
    ],
)
def test_probar_a_sql_server_names_the_step_that_fails(fake, campos, esperado):
    diagnostico = doctor.probar(sql_server(fake, **campos))
    assert fallo(diagnostico) == esperado
    assert any(paso.detalle for paso in diagnostico.pasos)
