"""A small TNS database that a test writes documents into, line by line."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from desk.demo.firebird_server import PrivateFirebird
from desk.demo.tns_schema import Rasgos, empresa

NOMBRES = count(1)  # of databases that a test names itself

MAESTROS = """
INSERT INTO GRUPMAT VALUES (1, '01.', 'Implantes');
INSERT INTO GRUPMAT VALUES (2, '00.', 'Servicios');
INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, UNIDAD, GRUPMATID) VALUES (1, 'A1', 'Tornillo', 'UND', 1);
INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, UNIDAD, GRUPMATID) VALUES (2, 'A2', 'Placa', 'UND', 1);
INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, GRUPMATID) VALUES (3, '01.', 'Implantes', 1);
INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, GRUPMATID) VALUES (4, 'S1', 'Flete', 2);
INSERT INTO MATERIALSUC (MATID, SUCID, COSTO, PRECIO1, INACTIVO) VALUES (1, 1, 5, 9.5, 'N');
INSERT INTO MATERIALSUC (MATID, SUCID, COSTO, PRECIO1, INACTIVO) VALUES (1, 2, 6, 8.5, 'S');
INSERT INTO MATERIALSUC (MATID, SUCID, COSTO, PRECIO1, INACTIVO) VALUES (2, 1, 7, 10, 'S');
INSERT INTO BODEGA (BODID, CODIGO, NOMBRE) VALUES (1, '01', 'IMPLANTES');
INSERT INTO BODEGA (BODID, CODIGO, NOMBRE) VALUES (2, '02', 'EQ PODER');
INSERT INTO SALMATERIAL VALUES (1, 1, 4);
INSERT INTO SALMATERIAL VALUES (1, 2, 2.5);
INSERT INTO SALMATERIAL VALUES (3, 1, 9);
COMMIT;
"""

# What names may hold: NUL, control characters, the bytes that cp1252 lacks, blanks around, nothing at all; an article
# of a group that is not there, a payer of a city that is not there.
RAROS = (
    "INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP) VALUES (-5, 'R1', 'a' || ASCII_CHAR(0) || 'b')",
    "INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, GRUPMATID) VALUES (11, 'R2', ASCII_CHAR(129) || '€\x07', 9)",
    "INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, UNIDAD, GRUPMATID) VALUES (12, '  R3', '  Ñandú  ', '', 2)",
    "INSERT INTO MATERIAL (MATID) VALUES (2147483647)",
    "INSERT INTO BODEGA (BODID) VALUES (40)",
    "INSERT INTO CIUDANE VALUES (1, '05001', 'Medellín', NULL)",
    "INSERT INTO TERCEROS (TERID, NIT, NOMBRE, CIUDANEID) VALUES (1, '900', 'Clínica' || ASCII_CHAR(9) || 'Uno', 1)",
    "INSERT INTO TERCEROS (TERID, CIUDANEID) VALUES (2, 77)",
    "INSERT INTO SUCURSAL VALUES (1, '00', 'Principal')",
)
ARTICULOS = (1, 2, 3, 4, -5, 11, 12, 2147483647, None, 999)  # the last is none


@dataclass
class FuenteTns:
    """The database at `ruta`; ids count from 1, a document's lines are (MATID, CANMAT, PRECIOBASE)."""

    server: PrivateFirebird
    ruta: Path
    dialecto: int = 3
    _ids: count = field(default_factory=lambda: count(1))
    _lineas: count = field(default_factory=lambda: count(1))

    def sql(self, *statements: str) -> None:
        self.server.isql(self.ruta, ";\n".join([*statements, "COMMIT"]) + ";\n", dialect=self.dialecto)

    def documento(self, fecha: str, *lineas: tuple[object, ...], tipo: str = "FV", **campos: object) -> int:
        """A posted document of that day with its lines (one of article 1 unless given); its KARDEXID."""
        number = next(self._ids)
        values = {"CODPREFIJO": "00", "NUMERO": f"{number:06d}", "FECASENTAD": fecha, "HORA": "10:00:00"} | campos
        values = {"KARDEXID": number, "CODCOMP": tipo, "FECHA": fecha} | values
        rows = [_insertar("KARDEX", values)]
        for matid, cantidad, precio in lineas or [(1, 1, 10)]:
            ids = {"DEKARDEXID": next(self._lineas), "KARDEXID": number, "BODID": 1}
            rows.append(_insertar("DEKARDEX", ids | {"MATID": matid, "CANMAT": cantidad, "PRECIOBASE": precio}))
        self.sql(*rows)
        return number

    def traslado(self, fecha: str, *lineas: tuple[object, ...], **campos: object) -> int:
        """A posted transfer from warehouse 1 to 2; lines are (MATID, CANTIDAD)."""
        number = next(self._ids)
        values = {"TRASLAID": number, "CODPREFIJO": "00", "NUMERO": f"{number:06d}", "FECHA": fecha, "BODINI": 1}
        rows = [_insertar("TRASLA", values | {"BODFIN": 2, "FECASENTAD": fecha} | campos)]
        for matid, cantidad in lineas:
            ids = {"DETRASLAID": next(self._lineas), "TRASLAID": number}
            rows.append(_insertar("DETRASLA", ids | {"MATID": matid, "CANTIDAD": cantidad}))
        self.sql(*rows)
        return number


def crear(server: PrivateFirebird, nombre: str, *, dialecto: int = 3, **rasgos: object) -> FuenteTns:
    """A database with a few articles and two warehouses, and no document."""
    schema = empresa(Rasgos(dialecto=dialecto, **rasgos)) + MAESTROS
    return FuenteTns(server, server.create_database(nombre, schema, dialect=dialecto), dialecto)


def con_nombres_raros(server: PrivateFirebird, nombre: str, *cambios: str, dialecto: int = 3) -> FuenteTns:
    """80 lines of documents and transfers that name whatever a line can name; then `cambios`."""
    base = crear(server, nombre, dialecto=dialecto)
    base.sql(*RAROS)
    for cliente, bodega in ((1, 2), (2, 40), (None, None), (55, 41)):
        number = base.documento("2024-01-10", *[(m, 1, 10) for m in ARTICULOS], CLIENTE=cliente, SUCID=cliente)
        base.traslado("2024-01-11", *[(m, 2) for m in ARTICULOS], BODFIN=bodega, SUCID=cliente)
        base.sql(f"UPDATE DEKARDEX SET BODID = {bodega or 'NULL'} WHERE KARDEXID = {number}")
    base.sql(*cambios)
    return base


def sin_llave(tabla: str, columnas: str, *filas: tuple[object, ...]) -> list[str]:
    """Statements that make the table anew, without a primary key."""
    rows = [f"INSERT INTO {tabla} VALUES ({', '.join(map(_literal, fila))})" for fila in filas]
    return [f"DROP TABLE {tabla}", f"CREATE TABLE {tabla} ({columnas})", "COMMIT", *rows]


def _insertar(tabla: str, values: dict[str, object]) -> str:
    return f"INSERT INTO {tabla} ({', '.join(values)}) VALUES ({', '.join(map(_literal, values.values()))})"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value)
