"""Against tests/fakes/tds.py over real sockets: the wiring and the protocol, not Transact-SQL."""

import socket
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import Fatal, Retriable, TrastiendaError
from servers import source
from servers.models import Servidor, TipoServidor
from servers.sqlserver import adapter as sqlserver
from servers.sqlserver import errors as sqlserver_errors
from servers.sqlserver import link as sqlserver_link
from tests.fakes import tds

TABLA = tds.Tabla(
    {
        "CODIGO": tds.nchar(6),
        "NOMBRE": tds.nvarchar(60),
        "NIT": tds.varchar(20),
        "ANOFIS": tds.bigint(),
        "ARCHIVO": tds.nvarchar_max(),
    },
    [("01", "Peña €", "900.1", 2024, "C:\\X.GDB"), ("02", "Ñandú", None, 2025, None)],
)
CONSULTA = "SELECT CODIGO, NOMBRE, NIT, ANOFIS, ARCHIVO FROM EMPRESAS"


@pytest.fixture(autouse=True)
def plazos(settings):
    settings.RED_PERMITIDA = ["127.0.0.0/8"]
    settings.FUENTE_CONEXION_SEGUNDOS = 0.6
    settings.FUENTE_SILENCIO_SEGUNDOS = 0.6


@pytest.fixture
def fake():
    with tds.FakeTDS({"ADMIN": {"EMPRESAS": TABLA}}) as server:
        yield server


def servidor(fake, **campos):
    campos = {"host": "127.0.0.1", "usuario": "sa", "password": "Clave-1", "puerto": fake.puerto} | campos
    return Servidor(nombre="S", tipo_servidor=TipoServidor.SQL_SERVER, ruta_maestra="ADMIN", **campos)


def leer(fake, sql=CONSULTA, parametros=(), base="ADMIN", **campos):
    with source.abrir(servidor(fake, **campos), base) as fuente, fuente.instantanea() as foto:
        return list(foto.filas(sql, parametros))


def codigo_de(error, funcion, *args, **kwargs):
    with pytest.raises(error) as caught:
        funcion(*args, **kwargs)
    assert "Clave-1" not in f"{caught.value} {caught.value.as_dict()}"
    return caught.value.codigo


def test_filas_are_typed_and_unpadded(fake):
    assert leer(fake) == [("01", "Peña €", "900.1", 2024, "C:\\X.GDB"), ("02", "Ñandú", None, 2025, None)]


def test_filas_name_their_columns_in_upper_case(fake):
    with source.abrir(servidor(fake), "ADMIN") as fuente, fuente.instantanea() as foto:
        assert foto.filas("SELECT CODIGO AS codigo, NIT FROM EMPRESAS").columnas == ("CODIGO", "NIT")


def test_filas_of_every_type_hold_no_float():
    tabla = tds.Tabla(
        {
            "D": tds.decimal(18, 4),
            "G": tds.decimal(38, 10),
            "F": tds.flotante(),
            "M": tds.money(),
            "B": tds.bit(),
            "T": tds.datetime2(),
            "V": tds.datetime(),
            "H": tds.date(),
            "U": tds.guid(),
        },
        [
            (
                "-12.3450", "1234567890123456789.0123456789", 0.1, "922337203685477.5807", True,
                "2024-12-31T23:59:59.123456", "2024-12-31T23:59:00", "0001-01-01",
                "00112233445566778899aabbccddeeff",
            ),
            (None,) * 9,
        ],
    )  # fmt: skip
    with tds.FakeTDS({"X": {"T": tabla}}) as fake:
        first, empty = leer(fake, "SELECT * FROM T", base="X")
    assert first == (
        Decimal("-12.3450"),
        Decimal("1234567890123456789.0123456789"),
        Decimal("0.1"),
        Decimal("922337203685477.5807"),
        True,
        datetime(2024, 12, 31, 23, 59, 59, 123456),
        datetime(2024, 12, 31, 23, 59),
        date(1, 1, 1),
        "33221100-5544-7766-8899-aabbccddeeff",
    )
    assert empty == (None,) * 9


def test_filas_of_a_varchar_hold_any_byte():
    tabla = tds.Tabla({"V": tds.varchar(20)}, [(b"Pe\xf1a \x80\x81\x8d\x8f\x90\x9d.",)])
    with tds.FakeTDS({"X": {"T": tabla}}) as fake:
        assert leer(fake, "SELECT V FROM T", base="X") == [("Peña €\x81\x8d\x8f\x90\x9d.",)]


def test_filas_with_half_a_character_are_a_clear_error():
    roto = tds.Tipo(tds.nvarchar(9).descripcion, lambda value: b"\x02\x00\x00\xd8")
    with tds.FakeTDS({"X": {"T": tds.Tabla({"V": roto}, [("x",)])}}) as fake:
        assert codigo_de(Fatal, leer, fake, "SELECT V FROM T", base="X") == "respuesta_ilegible"


def test_filas_of_a_binary_column_are_refused():
    with tds.FakeTDS({"X": {"T": tds.Tabla({"FOTO": tds.varbinary(10)}, [(b"\x00\xff",)])}}) as fake:
        assert codigo_de(Fatal, leer, fake, "SELECT FOTO FROM T", base="X") == "columna_no_legible"


@pytest.mark.parametrize("valor", ["01", "' OR 1=1 --"])
def test_parameters_travel_beside_the_statement(fake, valor):
    rows = leer(fake, "SELECT CODIGO FROM EMPRESAS WHERE CODIGO = ? AND ANOFIS >= ?", [valor, 2000])
    assert rows == ([("01",)] if valor == "01" else [])
    assert valor not in fake.sentencias[-2]
    assert "CODIGO = @P1 AND ANOFIS >= @P2" in fake.sentencias[-2]


@pytest.mark.parametrize("valor", [Decimal("2024.5"), date(2024, 5, 1), datetime(2024, 5, 1, 23, 59), None])
def test_parameters_of_every_kind_arrive(fake, valor):
    assert leer(fake, "SELECT COUNT(*) FROM EMPRESAS WHERE CODIGO = ? AND ANOFIS > ?", ["01", valor]) in (
        [(0,)],
        [(1,)],
    )


def test_fuente_tells_version_and_driver(fake):
    with source.abrir(servidor(fake), "ADMIN") as fuente:
        assert (fuente.version, fuente.controlador) == ("15.0.2000", "python-tds")
    assert fake.logins == [("sa", "ADMIN", "trastienda")]


def test_catalogo_names_tables_and_columns_in_upper_case(fake):
    with source.abrir(servidor(fake), "ADMIN") as fuente, fuente.instantanea() as foto:
        assert foto.catalogo() == {"EMPRESAS": frozenset({"CODIGO", "NOMBRE", "NIT", "ANOFIS", "ARCHIVO"})}


@pytest.mark.parametrize(("snapshot", "aislamiento"), [(True, "SNAPSHOT"), (False, "READ COMMITTED")])
def test_instantanea_freezes_where_the_database_allows_it(fake, snapshot, aislamiento):
    fake.snapshot = snapshot
    with source.abrir(servidor(fake), "ADMIN") as fuente, fuente.instantanea() as foto:
        assert foto.aislamiento == aislamiento
        assert datetime.now(UTC) - foto.momento < timedelta(seconds=10)
    assert f"ISOLATION LEVEL {aislamiento}; BEGIN TRANSACTION" in fake.sentencias[1]
    assert "ROLLBACK" in fake.sentencias[-1]


def test_instantanea_may_be_taken_again_after_a_refused_statement(fake):
    with source.abrir(servidor(fake), "ADMIN") as fuente:
        with pytest.raises(Fatal), fuente.instantanea() as foto:
            foto.filas("SELECT NADA FROM NO_HAY")
        with fuente.instantanea() as foto:
            assert len(list(foto.filas(CONSULTA))) == 2


def test_instantanea_goes_on_after_half_read_rows():
    tabla = tds.Tabla({"N": tds.bigint()}, [(n,) for n in range(20_000)])
    with tds.FakeTDS({"X": {"T": tabla}}) as fake, source.abrir(servidor(fake), "X") as fuente:
        with fuente.instantanea() as foto:
            assert next(iter(foto.filas("SELECT N FROM T"))) == (0,)
            assert list(foto.filas("SELECT COUNT(*) FROM T")) == [(20_000,)]
        with fuente.instantanea() as foto:
            assert sum(1 for _ in foto.filas("SELECT N FROM T")) == 20_000


def test_filas_read_interleaved_never_mix(fake):
    """One statement at a time: the first one's rows end in an error, not in the second one's rows."""
    with source.abrir(servidor(fake), "ADMIN") as fuente, fuente.instantanea() as foto:
        first = iter(foto.filas("SELECT CODIGO FROM EMPRESAS"))
        next(first)
        second = foto.filas("SELECT NOMBRE FROM EMPRESAS")
        assert codigo_de(TrastiendaError, next, first)
        assert codigo_de(TrastiendaError, list, second)


def test_abrir_with_a_wrong_password_is_acceso_denegado(fake):
    assert codigo_de(Fatal, leer, fake, password="otra") == "acceso_denegado"


def test_abrir_of_a_missing_database_is_told_from_a_wrong_password(fake):
    assert codigo_de(Fatal, leer, fake, base="NO_HAY") == "base_inexistente"


def test_abrir_of_a_bad_name_asks_nobody(fake):
    assert codigo_de(Fatal, leer, fake, base="x];drop") == "ruta_invalida"
    assert not fake.logins


def test_abrir_outside_the_permitted_networks_is_refused(fake, settings):
    settings.RED_PERMITIDA = []
    assert codigo_de(Fatal, leer, fake) == "host_no_permitido"
    assert not fake.logins


def test_abrir_of_a_closed_port_is_conexion_rechazada():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        puerto = closed.getsockname()[1]
    dead = Servidor(host="127.0.0.1", usuario="sa", password="x", puerto=puerto, tipo_servidor="SQL_SERVER")
    with pytest.raises(Retriable) as caught, sqlserver.abrir(dead, "ADMIN"):
        pass
    assert caught.value.codigo == "conexion_rechazada"


def test_abrir_of_a_silent_server_ends_at_its_deadline(fake):
    fake.mudo = True
    start = time.monotonic()
    assert codigo_de(Retriable, leer, fake) == "fuente_sin_respuesta"
    assert time.monotonic() - start < 3


def test_abrir_where_encryption_is_demanded_says_so(fake):
    fake.exige_cifrado = True
    assert codigo_de(Fatal, leer, fake) == "cifrado_exigido"


def test_abrir_follows_no_redirection(fake):
    fake.desvia = True
    assert codigo_de(Fatal, leer, fake) == "servidor_desviado"
    assert len(fake.logins) == 1


@pytest.mark.parametrize(
    "basura", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x01\x00\x08\0\0\0\0", b"", b"\xff" * 9000]
)
def test_abrir_of_what_is_no_sql_server_is_a_clear_error(fake, basura):
    fake.basura = basura
    assert codigo_de(TrastiendaError, leer, fake) in {
        "protocolo_desconocido",
        "enlace_cortado",
        "fuente_sin_respuesta",
        "fila_demasiado_grande",
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(basura=st.binary(max_size=200))
def test_abrir_survives_any_bytes(fake, basura):
    fake.basura = b"\x04\x01" + (len(basura) + 8).to_bytes(2, "big") + bytes(4) + basura
    with pytest.raises(TrastiendaError):
        leer(fake)


def test_filas_cut_in_the_middle_are_enlace_cortado(fake):
    fake.corta_en_fila = 2
    assert codigo_de(Retriable, leer, fake) == "enlace_cortado"


def test_filas_whose_answer_ends_within_a_text_are_an_error(fake):
    fake.trunca_en_fila = 1
    assert codigo_de(Retriable, leer, fake, "SELECT ARCHIVO FROM EMPRESAS") == "enlace_cortado"


@pytest.mark.parametrize("clave", ["Clave-1", "Otra-Clave-9"])
def test_passwords_and_statements_are_in_no_log(fake, caplog, clave):
    caplog.set_level("DEBUG")
    with suppress(TrastiendaError):
        leer(fake, "SELECT CODIGO FROM EMPRESAS WHERE NIT = ?", ["900.1"], password=clave)
    assert clave not in caplog.text
    assert "EMPRESAS" not in caplog.text


def test_filas_that_stall_end_at_the_silence_deadline(fake):
    with source.abrir(servidor(fake), "ADMIN") as fuente:
        with fuente.instantanea() as foto:
            fake.calla_en_fila = 1
            with pytest.raises(Retriable) as caught:
                list(foto.filas(CONSULTA))
        assert caught.value.codigo == "fuente_sin_respuesta"
        with pytest.raises(Retriable) as caught, fuente.instantanea():
            pass
    assert caught.value.codigo == "enlace_cortado"


def test_filas_too_large_for_memory_are_refused(monkeypatch):
    monkeypatch.setattr(sqlserver_link, "FILA_MAXIMA", 100_000)
    tabla = tds.Tabla({"X": tds.nvarchar_max()}, [("ñ" * 40_000,), ("ñ" * 90_000,)])
    with tds.FakeTDS({"X": {"T": tabla}}) as fake:
        assert codigo_de(Fatal, leer, fake, "SELECT X FROM T", base="X") == "fila_demasiado_grande"


@pytest.mark.parametrize(
    ("numero", "severidad", "clase", "codigo"),
    [
        (229, 14, Fatal, "sin_permiso_en_tabla"),
        (208, 16, Fatal, "sql_invalido"),
        (1222, 16, Retriable, "tabla_bloqueada"),
        (1205, 13, Retriable, "lectura_interrumpida"),
        (823, 24, Retriable, "base_no_disponible"),
    ],
)
def test_errors_are_known_by_their_number(fake, numero, severidad, clase, codigo):
    fake.errores["FROM EMPRESAS"] = (numero, severidad, "texto del servidor")
    with pytest.raises(clase) as caught:
        leer(fake)
    assert caught.value.codigo == codigo
    assert caught.value.extra["detalle"] == f"{numero}: texto del servidor"


def test_every_known_number_has_one_case():
    numbers = [number for case in sqlserver_errors.CASOS for number in case.numeros]
    assert len(numbers) == len(set(numbers))
