"""The tables of a TNS installation, as far as the back office reads them.

Real installations differ in columns and types, so the demonstration's do too: see `Rasgos`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rasgos:
    """How one company's database differs from the next."""

    dialecto: int = 3
    juego: str = "NONE"  # default character set of the database
    texto_terceros: str = ""  # character set of the names of third parties where it is not the default
    decimales: int = 4  # of quantities
    sucursal: bool = True
    remtotfac: bool = True
    inactivo: bool = True


def admin(*, anio: str) -> str:
    """The master database; `anio` is the type of ANOFIS, a number in one installation, text in another."""
    return f"""
SET AUTODDL OFF;
CREATE TABLE EMPRESAS (
  CODIGO CHAR(10) NOT NULL PRIMARY KEY, NOMBRE VARCHAR(100), NIT VARCHAR(30), ANOFIS {anio},
  REPRES VARCHAR(80), ARCHIVO VARCHAR(255)
);
CREATE TABLE USUARIOS (USUID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(20), NOMBRE VARCHAR(60));
COMMIT;
"""


def empresa(rasgos: Rasgos) -> str:
    """The database of one company and fiscal year."""
    momento = "DATE" if rasgos.dialecto == 1 else "TIMESTAMP"  # in dialect 1 a DATE has a time
    cantidad = f"NUMERIC(15,{rasgos.decimales})"
    nombre = f" CHARACTER SET {rasgos.texto_terceros}" if rasgos.texto_terceros else ""
    return "".join(
        (
            "SET AUTODDL OFF;\n",  # one commit for all tables: four times as fast
            _articulos(cantidad, inactivo=rasgos.inactivo),
            _lugares(nombre, sucursal=rasgos.sucursal),
            _kardex(momento, cantidad, remtotfac=rasgos.remtotfac),
            _traslados(momento, cantidad),
            "COMMIT;\n",
        )
    )


def _articulos(cantidad: str, *, inactivo: bool) -> str:
    return f"""
CREATE TABLE GRUPMAT (GRUPMATID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(20), DESCRIP VARCHAR(60));
CREATE TABLE TIPOIVA (TIPOIVAID INTEGER NOT NULL PRIMARY KEY, PORCIVA NUMERIC(9,2));
CREATE TABLE MATERIAL (
  MATID INTEGER NOT NULL PRIMARY KEY, CODIGO CHAR(20), CODBARRA VARCHAR(20), DESCRIP VARCHAR(120), UNIDAD CHAR(6),
  PESO NUMERIC(15,4), GRUPMATID INTEGER, TIPOIVAID INTEGER
);
CREATE TABLE MATERIALSUC (
  MATID INTEGER NOT NULL, SUCID INTEGER NOT NULL, EXISTENC {cantidad}, COSTO NUMERIC(15,4), PRECIO1 NUMERIC(15,4),
  PRECIO2 NUMERIC(15,4), PRECIO3 NUMERIC(15,4), PRECIO4 NUMERIC(15,4), PRECIO5 NUMERIC(15,4)
  {", INACTIVO CHAR(1)" if inactivo else ""}, PRIMARY KEY (MATID, SUCID)
);
CREATE TABLE SALMATERIAL (MATID INTEGER NOT NULL, BODID INTEGER NOT NULL, EXISTENC {cantidad},
  PRIMARY KEY (MATID, BODID));
"""


def _lugares(nombre: str, *, sucursal: bool) -> str:
    branches = "CREATE TABLE SUCURSAL (SUCID INTEGER NOT NULL PRIMARY KEY, CODSUC VARCHAR(4), NOMSUC VARCHAR(60));"
    return f"""
{branches if sucursal else ""}
CREATE TABLE BODEGA (BODID INTEGER NOT NULL PRIMARY KEY, CODIGO CHAR(6), NOMBRE VARCHAR(60), SUCID INTEGER);
CREATE TABLE CIUDANE (CIUDANEID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(8), NOMBRE VARCHAR(60),
  DEPARTAMENTO VARCHAR(60));
CREATE TABLE TERCEROS (
  TERID INTEGER NOT NULL PRIMARY KEY, NIT VARCHAR(20), NITTRI VARCHAR(20), DV CHAR(1), NOMBRE VARCHAR(120){nombre},
  CIUDANEID INTEGER, CLIENTE CHAR(1), PROVEED CHAR(1), VENDED CHAR(1)
);
"""


def _kardex(momento: str, cantidad: str, *, remtotfac: bool) -> str:
    return f"""
CREATE TABLE KARDEX (
  KARDEXID INTEGER NOT NULL PRIMARY KEY, CODCOMP CHAR(2), CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20), SUCID INTEGER,
  FECHA {momento}, FECASENTAD {momento}, FECANULADO {momento}, HORA VARCHAR(8), PERIODO CHAR(2), CLIENTE INTEGER,
  VENDEDOR INTEGER, FORMAPAGO CHAR(2), MONEDA CHAR(3), OBSERV VARCHAR(1000)
);
CREATE INDEX KARDEX_FECHA ON KARDEX (FECHA);
CREATE TABLE DEKARDEX (
  DEKARDEXID INTEGER NOT NULL PRIMARY KEY, KARDEXID INTEGER NOT NULL, MATID INTEGER, BODID INTEGER, PRIORIDAD INTEGER,
  TIPUND CHAR(1), PORCIVA NUMERIC(9,2), CANLISTA {cantidad}, CANMAT {cantidad}, PRECIOBASE NUMERIC(15,4),
  PARCVTA NUMERIC(15,2){f", REMTOTFAC {cantidad}" if remtotfac else ""}
);
CREATE INDEX DEKARDEX_KARDEX ON DEKARDEX (KARDEXID);
"""


def _traslados(momento: str, cantidad: str) -> str:
    return f"""
CREATE TABLE TRASLA (
  TRASLAID INTEGER NOT NULL PRIMARY KEY, CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20), FECHA {momento},
  OBSERV VARCHAR(1000), PERIODO CHAR(2), BODINI INTEGER, BODFIN INTEGER, SUCID INTEGER, FECASENTAD {momento}
);
CREATE INDEX TRASLA_FECHA ON TRASLA (FECHA);
CREATE TABLE DETRASLA (DETRASLAID INTEGER NOT NULL PRIMARY KEY, TRASLAID INTEGER NOT NULL, MATID INTEGER,
  CANTIDAD {cantidad}, TIPUND CHAR(1));
CREATE INDEX DETRASLA_TRASLA ON DETRASLA (TRASLAID);
"""
