"""The source of bench/extraction.py: a TNS company of one fiscal year with exactly so many lines that are copied.

Documents of six lines follow one another through the year, as they do where people type them in. For the profile
`movimientos` the same lines also lie in one table of that name, 22 columns wide, so that no join costs the server.
"""

import re
from datetime import date
from typing import Any

from desk.demo import tns_schema
from desk.demo.tns_schema import Rasgos

ANIO = 2025
ARTICULOS = 5000
LINEAS = 6  # of a document
SEGUNDOS = 31_500_000  # of a year, a little less

MAESTROS = """
SET TERM ^ ;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  INSERT INTO SUCURSAL VALUES (1, '00', 'PRINCIPAL BOGOTÁ');
  INSERT INTO BODEGA VALUES (1, '01', 'IMPLANTES NORTE', 1);
  INSERT INTO BODEGA VALUES (2, '02', 'EQUIPO DE PODER', 1);
  INSERT INTO BODEGA VALUES (3, '03', 'PEQUEÑO INSTRUMENTAL', 1);
  WHILE (I < 20) DO BEGIN
    I = I + 1;
    INSERT INTO GRUPMAT VALUES (:I, LPAD(:I, 2, '0') || '.', 'OSTEOSÍNTESIS ' || :I);
    INSERT INTO CIUDANE VALUES (:I, LPAD(:I * 811, 5, '0'), 'SAN JOSÉ ' || :I, 'CUNDINAMARCA');
  END
  I = 0;
  WHILE (I < 300) DO BEGIN
    I = I + 1;
    INSERT INTO TERCEROS (TERID, NIT, NOMBRE, CIUDANEID)
      VALUES (:I, LPAD(:I * 7919, 9, '8'), 'CLÍNICA DE EJEMPLO NÚMERO ' || :I || ' S.A.S.', 1 + MOD(:I, 20));
  END
  I = 0;
  WHILE (I < {articulos}) DO BEGIN
    I = I + 1;
    INSERT INTO MATERIAL (MATID, CODIGO, DESCRIP, UNIDAD, GRUPMATID) VALUES (:I, 'M' || LPAD(:I, 6, '0'),
      'TORNILLO CORTICAL AUTORROSCANTE Ø 3.5 × ' || MOD(:I, 120) || ' MM', 'UND', 1 + MOD(:I, 20));
    INSERT INTO MATERIALSUC (MATID, SUCID, EXISTENC, COSTO, PRECIO1)
      VALUES (:I, 1, MOD(:I, 90), 10.5 * :I, 17.25 * :I);
    INSERT INTO SALMATERIAL VALUES (:I, 1 + MOD(:I, 3), MOD(:I, 90));
  END
END^
SET TERM ; ^
COMMIT;
"""
DOCUMENTOS = """
SET TERM ^ ;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; DECLARE D INTEGER = 0; DECLARE H INTEGER; DECLARE C CHAR(2);
  DECLARE T TIMESTAMP;
BEGIN
  WHILE (I < {filas}) DO BEGIN
    IF (MOD(I, {lineas}) = 0) THEN BEGIN
      D = D + 1;
      H = MOD(D * 7919, 17);
      C = CASE WHEN H < 11 THEN 'FV' WHEN H < 13 THEN 'FC' WHEN H = 13 THEN 'DV' WHEN H = 14 THEN 'DC'
               WHEN H = 15 THEN 'RS' ELSE 'RE' END;
      T = DATEADD(:D * {paso} SECOND TO CAST('{anio}-01-01 00:00:00' AS TIMESTAMP));
      INSERT INTO KARDEX (KARDEXID, CODCOMP, CODPREFIJO, NUMERO, SUCID, FECHA, FECASENTAD, HORA, CLIENTE, MONEDA)
        VALUES (:D, :C, 'A', LPAD(:D, 8, '0'), 1, :T, :T,
          IIF(MOD(:D, 5) = 0, NULL, SUBSTRING(CAST(:T AS VARCHAR(24)) FROM 12 FOR 5)), 1 + MOD(:D, 300),
          IIF(MOD(:D, 3) = 0, NULL, 'COP'));
    END
    I = I + 1;
    INSERT INTO DEKARDEX
        (DEKARDEXID, KARDEXID, MATID, BODID, PRIORIDAD, TIPUND, CANLISTA, CANMAT, PRECIOBASE, REMTOTFAC)
      VALUES (:I, :D, 1 + MOD(:I * 131, {articulos}), 1 + MOD(:I, 3), MOD(:I, {lineas}), 'D', 1,
        1 + MOD(:I * 53, 4000) / 8.0000, 100 + MOD(:I * 977, 900000) / 16.0000, IIF(MOD(:I, 41) = 0, 1, NULL));
  END
END^
SET TERM ; ^
COMMIT;
"""
UNA_TABLA = """
CREATE TABLE MOVIMIENTOS (
  CLAVE_ORIGEN VARCHAR(20) NOT NULL, TIPO_DOCUMENTO CHAR(2), DOCUMENTO VARCHAR(30), LINEA INTEGER, FECHA TIMESTAMP,
  HORA VARCHAR(8), SUCURSAL VARCHAR(60), PAGADOR VARCHAR(120), NIT_PAGADOR VARCHAR(20), CODIGO_CIUDAD VARCHAR(8),
  CIUDAD VARCHAR(60), CODIGO_BODEGA CHAR(6), SISTEMA_BODEGA VARCHAR(60), ARTICULO_CODIGO CHAR(20),
  ARTICULO_NOMBRE VARCHAR(120), ARTICULO_GRUPO VARCHAR(60), UNIDAD CHAR(6), CANTIDAD NUMERIC(15,4),
  PRECIO_UNITARIO NUMERIC(15,4), MONEDA CHAR(3), LOTE VARCHAR(20), STOCK_PREVIO NUMERIC(15,4)
);
COMMIT;
INSERT INTO MOVIMIENTOS
SELECT 'K:' || D.DEKARDEXID, K.CODCOMP, K.CODCOMP || '-' || K.CODPREFIJO || '-' || K.NUMERO, D.PRIORIDAD, K.FECHA,
  K.HORA, SU.NOMSUC, T.NOMBRE, T.NIT, C.CODIGO, C.NOMBRE, B.CODIGO, B.NOMBRE, M.CODIGO, M.DESCRIP, G.DESCRIP, M.UNIDAD,
  D.CANMAT, D.PRECIOBASE, K.MONEDA, 'L-' || MOD(D.DEKARDEXID, 9000), D.CANMAT * 2
FROM KARDEX K
JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID
JOIN MATERIAL M ON M.MATID = D.MATID
JOIN GRUPMAT G ON G.GRUPMATID = M.GRUPMATID
JOIN BODEGA B ON B.BODID = D.BODID
JOIN TERCEROS T ON T.TERID = K.CLIENTE
JOIN CIUDANE C ON C.CIUDANEID = T.CIUDANEID
JOIN SUCURSAL SU ON SU.SUCID = K.SUCID
ORDER BY D.DEKARDEXID;
COMMIT;
CREATE INDEX MOVIMIENTOS_FECHA ON MOVIMIENTOS (FECHA);
COMMIT;
"""
ENTRE = re.compile(r"(\w\.FECHA) >= \? AND \1 < \?")


def nombre(filas: int, dialecto: int, perfil: str) -> str:
    return f"{perfil}{filas}D{dialecto}.GDB".upper()


def crear(server: Any, filas: int, dialecto: int, perfil: str) -> None:
    """The database with that many lines, unless it is there already."""
    archivo = nombre(filas, dialecto, perfil)
    if server.path(archivo).exists():
        return
    sql = tns_schema.empresa(Rasgos(dialecto=dialecto)) + MAESTROS.format(articulos=ARTICULOS)
    documentos = -(-filas // LINEAS)
    provisional = f"NUEVA-{archivo}"
    server.create_database(provisional, sql, dialect=dialecto)
    llenado = DOCUMENTOS.format(filas=filas, lineas=LINEAS, paso=SEGUNDOS // documentos, anio=ANIO, articulos=ARTICULOS)
    server.isql(provisional, llenado + (UNA_TABLA if perfil == "movimientos" else ""), dialect=dialecto)
    server.path(provisional).rename(server.path(archivo))


def ventanas() -> list[tuple[date, date]]:
    """The twelve months, half-open."""
    return [(date(ANIO, mes, 1), date(ANIO + mes // 12, mes % 12 + 1, 1)) for mes in range(1, 13)]


def vista(sql: str) -> str:
    """A view of the statement for a peer that reads tables: all its rows, which are those of the year."""
    todas = ENTRE.sub(r"\1 IS NOT NULL", sql)
    if "?" in todas:
        raise SystemExit("The statement of the profile has changed: say here how a view of it is made.")
    return f"CREATE OR ALTER VIEW BANCO_MOVIMIENTOS AS\n{todas};\nCOMMIT;\n"
