"""A SQL Server stand-in that speaks TDS 7.4 on loopback: enough for python-tds, SQLite behind each database name.

    with FakeTDS({"ADMIN": {"EMPRESAS": Tabla({"CODIGO": nvarchar(50)}, [("01",)])}}) as fake:
        ...connect to 127.0.0.1, fake.puerto...
        assert "SELECT" in fake.sentencias[-1]

Statements run as SQLite takes them, so this proves the wiring and the protocol, never Transact-SQL. Faults: `mudo`
(says nothing), `exige_cifrado`, `desvia`, `corta_en_fila`, `calla_en_fila`, `trunca_en_fila`, `basura`,
`errores`.
Written after the public [MS-TDS] specification.
"""

import contextlib
import datetime as dt
import re
import socketserver
import sqlite3
import struct
import threading
from dataclasses import dataclass, field
from decimal import Context, Decimal

COTEJO = b"\x09\x04\xd0\x00\x34"  # Latin1_General_CI_AS
PRELOGIN, LOGIN, LOTE, RPC, ATENCION, RESPUESTA = 0x12, 0x10, 0x01, 0x03, 0x06, 0x04
DONE, DONEPROC, DONEINPROC, MAS, ERROR, CUENTA, CANCELADO = 0xFD, 0xFE, 0xFF, 0x01, 0x02, 0x10, 0x20
DIA_CERO = dt.date(1, 1, 1)


# --- column types: what describes them, and how a value is written ---


@dataclass(frozen=True)
class Tipo:
    descripcion: bytes
    escribir: object


def _u16(texto):
    return texto.encode("utf-16-le")


def nvarchar(largo):
    def escribir(value):
        if value is None:
            return b"\xff\xff"
        return struct.pack("<H", len(_u16(value))) + _u16(value)

    return Tipo(b"\xe7" + struct.pack("<H", largo * 2) + COTEJO, escribir)


def nchar(largo):
    tipo = nvarchar(largo)
    return Tipo(
        b"\xef" + tipo.descripcion[1:],
        lambda value: tipo.escribir(value if value is None else value.ljust(largo)),
    )


def varchar(largo):
    def escribir(value):
        raw = value.encode("cp1252") if isinstance(value, str) else value  # bytes go as they are
        return b"\xff\xff" if raw is None else struct.pack("<H", len(raw)) + raw

    return Tipo(b"\xa7" + struct.pack("<H", largo) + COTEJO, escribir)


def nvarchar_max():
    def escribir(value):
        if value is None:
            return b"\xff" * 8
        raw = _u16(value)
        return struct.pack("<QI", len(raw), len(raw)) + raw + struct.pack("<I", 0) if raw else bytes(12)

    return Tipo(b"\xe7\xff\xff" + COTEJO, escribir)


def _fijo(codigo, size, escribir):
    return Tipo(bytes([codigo, size]), lambda value: b"\x00" if value is None else bytes([size]) + escribir(value))


def bigint():
    return _fijo(0x26, 8, lambda value: struct.pack("<q", value))


def bit():
    return _fijo(0x68, 1, lambda value: struct.pack("<?", value))


def flotante():
    return _fijo(0x6D, 8, lambda value: struct.pack("<d", value))


def money():
    def escribir(value):
        return struct.pack("<iI", *divmod(int(Decimal(value) * 10_000), 2**32))

    return _fijo(0x6E, 8, escribir)


def datetime():
    def escribir(value):
        moment = dt.datetime.fromisoformat(value)
        ticks = round((moment - dt.datetime.combine(moment.date(), dt.time())).total_seconds() * 300)
        return struct.pack("<iI", (moment.date() - dt.date(1900, 1, 1)).days, ticks)

    return _fijo(0x6F, 8, escribir)


def varbinary(largo):
    def escribir(value):
        return b"\xff\xff" if value is None else struct.pack("<H", len(value)) + value

    return Tipo(b"\xa5" + struct.pack("<H", largo), escribir)


def decimal(precision, escala):
    size = next(width for width, most in ((5, 9), (9, 19), (13, 28), (17, 38)) if precision <= most)

    def escribir(value):
        if value is None:
            return b"\x00"
        number = int(Decimal(str(value)).scaleb(escala, Context(prec=60)))
        return bytes([size, number >= 0]) + abs(number).to_bytes(size - 1, "little")

    return Tipo(bytes([0x6A, size, precision, escala]), escribir)


def date():
    def escribir(value):
        if value is None:
            return b"\x00"
        return b"\x03" + (dt.date.fromisoformat(value) - DIA_CERO).days.to_bytes(3, "little")

    return Tipo(b"\x28", escribir)


def datetime2():
    def escribir(value):
        if value is None:
            return b"\x00"
        moment = dt.datetime.fromisoformat(value)
        ticks = (moment - dt.datetime.combine(moment.date(), dt.time())) // dt.timedelta(microseconds=1) * 10
        return b"\x08" + ticks.to_bytes(5, "little") + (moment.date() - DIA_CERO).days.to_bytes(3, "little")

    return Tipo(b"\x2a\x07", escribir)


def guid():
    return _fijo(0x24, 16, lambda value: bytes.fromhex(value))


@dataclass
class Tabla:
    columnas: dict
    filas: list = field(default_factory=list)


# --- the server ---


class FakeTDS:
    """The server; its attributes are the faults, and what it was asked is kept in `sentencias`."""

    def __init__(self, bases, *, usuario="sa", clave="Clave-1", snapshot=True, **fallas):
        self.bases = {name.upper(): tablas for name, tablas in bases.items()}
        self.usuario, self.clave, self.snapshot = usuario, clave, snapshot
        self.mudo = self.exige_cifrado = self.desvia = False
        self.corta_en_fila = self.calla_en_fila = self.trunca_en_fila = None
        self.basura = None
        self.errores = {}  # a pattern of SQL → (number, severity, message)
        self.sentencias, self.logins = [], []
        self.fin = threading.Event()
        for name, value in fallas.items():
            setattr(self, name, value)

    def __enter__(self):
        class Servidor(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Servidor(("127.0.0.1", 0), lambda *args: Conversacion(self, *args))
        self.puerto = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.fin.set()
        self._server.shutdown()
        self._server.server_close()


class Conversacion(socketserver.BaseRequestHandler):
    def __init__(self, fake, *args):
        self.fake = fake
        super().__init__(*args)

    def handle(self):
        with contextlib.suppress(ConnectionError, BrokenPipeError):
            if self.fake.mudo:
                self.fake.fin.wait(20)
            elif self.fake.basura is not None:
                self.request.recv(4096)
                self.request.sendall(self.fake.basura)
            else:
                self._conversar()

    def _conversar(self):
        while message := self._leer():
            kind, body = message
            if kind == PRELOGIN:
                self._responder(_prelogin(self.fake.exige_cifrado))
            elif kind == LOGIN:
                if not self._login(body):
                    return
            elif kind == ATENCION:
                self._responder(_done(DONE, CANCELADO))
            else:
                sql, params = (_sin_cabeceras(body).decode("utf-16-le"), {}) if kind == LOTE else _rpc(body)
                if self._sentencia(sql, params) is False:
                    return

    # --- packets ---

    def _leer(self):
        body = b""
        while header := self._exactos(8):
            kind, status, size = struct.unpack(">BBH4x", header)
            body += self._exactos(size - 8)
            if status & 1:
                return kind, body
        return None

    def _exactos(self, size):
        data = b""
        while len(data) < size:
            piece = self.request.recv(size - len(data))
            if not piece:
                return b""
            data += piece
        return data

    def _responder(self, body, *, final=True):
        pieces = [body[i : i + 4088] for i in range(0, len(body), 4088)] or [b""]
        for number, piece in enumerate(pieces, 1):
            last = final and number == len(pieces)
            self.request.sendall(struct.pack(">BBHHBB", RESPUESTA, last, len(piece) + 8, 51, number & 255, 0) + piece)

    # --- login ---

    def _login(self, body):
        host, user, password, base = (_campo(body, at) for at in (36, 40, 44, 68))
        clave = bytes(((byte ^ 0xA5) << 4 | (byte ^ 0xA5) >> 4) & 255 for byte in password).decode("utf-16-le")
        user, base = user.decode("utf-16-le"), base.decode("utf-16-le")
        self.fake.logins.append((user, base, host.decode("utf-16-le")))
        if self.fake.desvia:
            self._responder(_desvio("127.0.0.1", self.fake.puerto) + _loginack() + _done(DONE, 0))
            return True
        denied = _error(18456, 14, f"Login failed for user '{user}'.") + _done(DONE, ERROR)
        if (user, clave) != (self.fake.usuario, self.fake.clave):
            self._responder(denied)
            return False
        if base.upper() not in self.fake.bases:
            self._responder(_error(4060, 11, f'Cannot open database "{base}" requested by the login.') + denied)
            return False
        self._abrir(base.upper())
        changed = _cambio(1, _bvar(base) + _bvar("master")) + _cambio(7, bytes([5]) + COTEJO + b"\0")
        self._responder(changed + _loginack() + _done(DONE, 0))
        return True

    def _abrir(self, base):
        self.tipos = {"SNAPSHOT_ISOLATION_STATE": bigint(), "TABLE_NAME": nvarchar(128), "COLUMN_NAME": nvarchar(128)}
        self.db = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.create_function("DB_ID", 0, lambda: 5)
        self.db.create_function("SCHEMA_NAME", 0, lambda: "dbo")
        self.db.create_function("YEAR", 1, lambda text: int(text[:4]))
        self.db.create_function("MONTH", 1, lambda text: int(text[5:7]))
        self.db.execute("ATTACH ':memory:' AS sys")
        self.db.execute("ATTACH ':memory:' AS INFORMATION_SCHEMA")
        self.db.execute(
            "CREATE TABLE sys.databases AS SELECT 5 database_id, ? snapshot_isolation_state", [self.fake.snapshot]
        )
        self.db.execute("CREATE TABLE INFORMATION_SCHEMA.COLUMNS (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME)")
        for name, tabla in self.fake.bases[base].items():
            self._cargar(name, tabla)

    def _cargar(self, name, tabla):
        self.db.execute(f"CREATE TABLE {name} ({', '.join(tabla.columnas)})")
        marks = ", ".join("?" for _ in tabla.columnas)
        self.db.executemany(f"INSERT INTO {name} VALUES ({marks})", tabla.filas)
        for column, tipo in tabla.columnas.items():
            self.tipos[column.upper()] = tipo
            self.db.execute("INSERT INTO INFORMATION_SCHEMA.COLUMNS VALUES ('dbo', ?, ?)", [name, column])

    # --- statements ---

    def _sentencia(self, sql, params):
        self.fake.sentencias.append(sql)
        for pattern, (number, severity, text) in self.fake.errores.items():
            if re.search(pattern, sql):
                return self._responder(_error(number, severity, text) + _done(DONE, ERROR))
        if "BEGIN TRANSACTION" in sql:
            return self._responder(_cambio(8, bytes([8]) + b"\x07" + bytes(7) + b"\0") + _done(DONE, 0))
        if "ROLLBACK" in sql:
            return self._responder(_cambio(10, b"\0" + bytes([8]) + b"\x07" + bytes(7)) + _done(DONE, 0))
        try:
            cursor = self.db.execute(sql, params)
        except sqlite3.Error as error:
            return self._responder(_error(208, 16, str(error)) + _done(DONE, ERROR))
        return self._filas(cursor, DONEPROC if params else DONE)

    def _filas(self, cursor, final):
        names = [column[0] for column in cursor.description]
        tipos = [self.tipos.get(name.upper(), bigint()) for name in names]
        body, number = _metadatos(names, tipos), 0
        for number, row in enumerate(cursor, 1):
            body += b"\xd1" + b"".join(tipo.escribir(value) for tipo, value in zip(tipos, row, strict=True))
            if number == self.fake.corta_en_fila:
                self._responder(body, final=False)
                return False
            if number == self.fake.calla_en_fila:
                self._responder(body, final=False)
                self.fake.fin.wait(20)
                return False
            if number == self.fake.trunca_en_fila:
                return self._responder(body[:-6])
            if len(body) > 60_000:
                self._responder(body, final=False)
                body = b""
        if final == DONEPROC:
            body += _done(DONEINPROC, MAS | CUENTA, number) + b"\x79" + struct.pack("<i", 0)
        return self._responder(body + _done(final, CUENTA if final == DONE else 0, number))


# --- tokens ---


def _bvar(text):
    return bytes([len(text)]) + _u16(text)


def _done(token, status, rows=0):
    return struct.pack("<BHHQ", token, status, 0xC1, rows)


def _error(number, severity, text):
    body = struct.pack("<iBB", number, 1, severity) + struct.pack("<H", len(text)) + _u16(text)
    body += _bvar("FAKE") + _bvar("") + struct.pack("<i", 1)
    return b"\xaa" + struct.pack("<H", len(body)) + body


def _cambio(kind, body):
    return b"\xe3" + struct.pack("<HB", len(body) + 1, kind) + body


def _desvio(host, puerto):
    target = struct.pack("<BHH", 0, puerto, len(host)) + _u16(host)
    return _cambio(20, struct.pack("<H", len(target)) + target + b"\0\0")


def _loginack():
    body = b"\x01\x74\x00\x00\x04" + _bvar("Microsoft SQL Server") + bytes([15, 0, 0x07, 0xD0])
    return b"\xad" + struct.pack("<H", len(body)) + body


def _prelogin(exige_cifrado):
    values = bytes([15, 0, 7, 208, 0, 0]), bytes([3 if exige_cifrado else 2])
    return struct.pack(">BHHBHHB", 0, 11, 6, 1, 17, 1, 0xFF) + b"".join(values)


def _metadatos(names, tipos):
    columns = (
        struct.pack("<IH", 0, 9) + tipo.descripcion + _bvar(name) for name, tipo in zip(names, tipos, strict=True)
    )
    return b"\x81" + struct.pack("<H", len(names)) + b"".join(columns)


def _campo(body, at):
    start, chars = struct.unpack_from("<HH", body, at)
    return body[start : start + chars * 2]


def _sin_cabeceras(body):
    return body[struct.unpack_from("<I", body)[0] :]


def _rpc(body):
    """The statement and the parameters of an sp_executesql call."""
    lector = Lector(_sin_cabeceras(body))
    marker, procedure, _ = lector.saca("<HHH")
    assert (marker, procedure) == (0xFFFF, 10)
    params = []
    while lector.queda():
        name = lector.texto(lector.saca("<B")[0] * 2)
        lector.saca("<B")
        params.append((name, lector.parametro()))
    (_, sql), _declaracion, *rest = params
    return sql, {name.removeprefix("@"): value for name, value in rest}


class Lector:
    """Reads the parameters that python-tds sends, into what SQLite takes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def queda(self):
        return self.at < len(self.data)

    def saca(self, pattern):
        values = struct.unpack_from(pattern, self.data, self.at)
        self.at += struct.calcsize(pattern)
        return values

    def bytes(self, size):
        self.at += size
        return self.data[self.at - size : self.at]

    def texto(self, size):
        return self.bytes(size).decode("utf-16-le")

    def parametro(self):
        return {
            0xE7: self._nvarchar,
            0x26: self._entero,
            0x6A: self._decimal,
            0x28: self._date,
            0x2A: self._datetime2,
        }[self.saca("<B")[0]]()

    def _nvarchar(self):
        (size,) = self.saca("<H5x")
        if size != 0xFFFF:
            return self.texto(self.saca("<H")[0])
        self.saca("<Q")
        text = ""
        while chunk := self.saca("<I")[0]:
            text += self.texto(chunk)
        return text

    def _entero(self):
        self.saca("<B")
        return int.from_bytes(self.bytes(self.saca("<B")[0]), "little", signed=True)

    def _decimal(self):
        _, _, scale = self.saca("<BBB")
        size, positive = self.saca("<BB")
        number = int.from_bytes(self.bytes(size - 1), "little")
        return float(Decimal(number if positive else -number).scaleb(-scale))

    def _date(self):
        return (DIA_CERO + dt.timedelta(int.from_bytes(self.bytes(self.saca("<B")[0]), "little"))).isoformat()

    def _datetime2(self):
        (scale, size) = self.saca("<BB")
        ticks = int.from_bytes(self.bytes(size - 3), "little")
        day = dt.datetime.combine(DIA_CERO + dt.timedelta(int.from_bytes(self.bytes(3), "little")), dt.time())
        return (day + dt.timedelta(microseconds=ticks * 10 ** (6 - scale))).isoformat()
