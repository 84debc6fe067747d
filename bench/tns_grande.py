"""A large TNS installation, made in PSQL by a generator of its own (the tests have another), and the truth about it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

EMPRESAS = (("900400500-1", "ORTOPEDICOS DEL VALLE"), ("811222333", "HERRAJES LA CUMBRE"))
ANIOS = (2024, 2025)
TIPOS = {"FV": "FACTURA_VENTA", "FC": "FACTURA_COMPRA", "DV": "DEVOLUCION_VENTA", "DC": "DEVOLUCION_COMPRA",
         "RS": "REMISION_SALIDA", "RE": "REMISION_ENTRADA"}  # fmt: skip

ESQUEMA = """
CREATE TABLE GRUPMAT (GRUPMATID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(20), DESCRIP VARCHAR(60));
CREATE TABLE MATERIAL (MATID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(30), DESCRIP VARCHAR(100),
  UNIDAD VARCHAR(5), CODBARRA VARCHAR(30), GRUPMATID INTEGER);
CREATE TABLE MATERIALSUC (MATID INTEGER, SUCID INTEGER, COSTO NUMERIC(15,4), PRECIO1 NUMERIC(15,4), INACTIVO CHAR(1));
CREATE TABLE BODEGA (BODID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(10), NOMBRE VARCHAR(60), SUCID INTEGER);
CREATE TABLE SALMATERIAL (MATID INTEGER, BODID INTEGER, EXISTENC NUMERIC(15,4));
CREATE TABLE SUCURSAL (SUCID INTEGER NOT NULL PRIMARY KEY, CODSUC VARCHAR(5), NOMSUC VARCHAR(40));
CREATE TABLE TERCEROS (TERID INTEGER NOT NULL PRIMARY KEY, NIT VARCHAR(20), NOMBRE VARCHAR(100));
CREATE TABLE KARDEX (KARDEXID INTEGER NOT NULL PRIMARY KEY, CODCOMP CHAR(2), CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20),
  FECHA TIMESTAMP, FECASENTAD DATE, FECANULADO DATE, HORA VARCHAR(8), CLIENTE INTEGER, SUCID INTEGER);
CREATE TABLE DEKARDEX (DEKARDEXID INTEGER NOT NULL PRIMARY KEY, KARDEXID INTEGER, MATID INTEGER, BODID INTEGER,
  CANMAT NUMERIC(15,4), CANLISTA NUMERIC(15,4), PRECIOBASE NUMERIC(15,4), PARCVTA NUMERIC(15,2), REMTOTFAC VARCHAR(20));
CREATE TABLE TRASLA (TRASLAID INTEGER NOT NULL PRIMARY KEY, CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20), FECHA TIMESTAMP,
  BODINI INTEGER, BODFIN INTEGER, SUCID INTEGER, FECASENTAD DATE);
CREATE TABLE DETRASLA (DETRASLAID INTEGER NOT NULL PRIMARY KEY, TRASLAID INTEGER, MATID INTEGER, CANTIDAD NUMERIC(15,4),
  TIPUND CHAR(1));
COMMIT;
"""

# Linear congruences give every column its own spread; one document in 29 is void, one in 31 a draft.
LLENADO = """
SET TERM ^ ;
EXECUTE BLOCK AS
DECLARE I INTEGER = 0; DECLARE D INTEGER = 0; DECLARE H INTEGER; DECLARE C CHAR(2);
BEGIN
  INSERT INTO SUCURSAL VALUES (1, '00', 'PRINCIPAL');
  INSERT INTO GRUPMAT VALUES (1, '01.', 'GENERAL');
  WHILE (I < 500) DO BEGIN
    I = I + 1;
    INSERT INTO MATERIAL VALUES (:I, 'M' || LPAD(:I, 5, '0'), 'ARTICULO NUMERO ' || :I, 'UND', NULL, 1);
    INSERT INTO MATERIALSUC VALUES (:I, 1, 10.5 * :I, 17.25 * :I, 'N');
    INSERT INTO SALMATERIAL VALUES (:I, 1 + MOD(:I, 3), MOD(:I * 37, 900) / 4.00);
  END
  INSERT INTO BODEGA VALUES (1, '01', 'IMPLANTES NORTE', 1);
  INSERT INTO BODEGA VALUES (2, '02', 'EQUIPO DE PODER', 1);
  INSERT INTO BODEGA VALUES (3, '03', 'PEQUENO INSTRUMENTAL', 1);
  INSERT INTO TERCEROS VALUES (1, '222222222222', 'CONSUMIDOR FINAL');
  I = 0;
  WHILE (I < {lineas}) DO BEGIN
    IF (MOD(I, 6) = 0) THEN BEGIN
      D = D + 1;
      H = MOD(D * 7919, 17);
      C = CASE WHEN H < 10 THEN 'FV' WHEN H < 12 THEN 'FC' WHEN H = 12 THEN 'DV' WHEN H = 13 THEN 'DC'
               WHEN H = 14 THEN 'RS' WHEN H = 15 THEN 'RE' ELSE 'CT' END;
      INSERT INTO KARDEX VALUES (:D, :C, 'A', LPAD(:D, 8, '0'),
        DATEADD(MOD(:D * 3571, 86400) SECOND TO
          DATEADD(MOD(:D * 48271, {dias}) DAY TO CAST('{anio}-01-01 00:00:00' AS TIMESTAMP))),
        IIF(MOD(:D, 31) = 0, NULL, DATE '{anio}-06-01'), IIF(MOD(:D, 29) = 0, DATE '{anio}-07-01', NULL), NULL, 1, 1);
    END
    I = I + 1;
    INSERT INTO DEKARDEX VALUES (:I, :D, 1 + MOD(:I * 131, 500), 1 + MOD(:I, 3), 1 + MOD(:I * 53, 4000) / 8.0000, 1,
      100 + MOD(:I * 977, 900000) / 16.0000, 0, NULL);
  END
END^
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {traslados}) DO BEGIN
    I = I + 1;
    INSERT INTO TRASLA VALUES (:I, 'T', LPAD(:I, 8, '0'), DATEADD(MOD(:I * 613, {dias}) DAY TO
      CAST('{anio}-01-01 23:59:00' AS TIMESTAMP)), 1 + MOD(:I, 3), 1 + MOD(:I + 1, 3), 1,
      IIF(MOD(:I, 13) = 0, NULL, DATE '{anio}-06-01'));
    INSERT INTO DETRASLA VALUES (:I, :I, 1 + MOD(:I * 17, 500), 1 + MOD(:I, 64) / 16.0000, 'D');
  END
END^
SET TERM ; ^
COMMIT;
CREATE INDEX KARDEX_FECHA ON KARDEX (FECHA);
CREATE INDEX DEKARDEX_KARDEX ON DEKARDEX (KARDEXID);
CREATE INDEX DETRASLA_TRASLA ON DETRASLA (TRASLAID);
COMMIT;
"""

VERDAD = """
SET HEADING OFF;
SELECT K.CODCOMP || '|' || EXTRACT(MONTH FROM K.FECHA) || '|' || COUNT(*) || '|' || SUM(D.CANMAT)
FROM DEKARDEX D JOIN KARDEX K ON K.KARDEXID = D.KARDEXID
WHERE K.CODCOMP IN ('FV','FC','DV','DC','RS','RE') AND K.FECASENTAD IS NOT NULL AND K.FECANULADO IS NULL
GROUP BY K.CODCOMP, EXTRACT(MONTH FROM K.FECHA);
SELECT 'TR|' || EXTRACT(MONTH FROM T.FECHA) || '|' || COUNT(*) || '|' || SUM(D.CANTIDAD)
FROM DETRASLA D JOIN TRASLA T ON T.TRASLAID = D.TRASLAID WHERE T.FECASENTAD IS NOT NULL
GROUP BY EXTRACT(MONTH FROM T.FECHA);
"""

Totales = dict[tuple[str, int, int, str], tuple[int, Decimal]]


def instalar(server: Any, lineas: int) -> Totales:
    """Make the databases and return the truth that the source itself tells."""
    verdad: Totales = {}
    filas = []
    each = lineas // (len(EMPRESAS) * len(ANIOS))
    for code, (nit, nombre) in enumerate(EMPRESAS, 1):
        for anio in ANIOS:
            name = f"E{code}{anio}.GDB"
            llenado = LLENADO.format(lineas=each - each // 50, traslados=each // 50, anio=anio, dias=365)
            server.create_database(name, ESQUEMA + llenado)
            ruta = server.path(name)
            filas.append(f"INSERT INTO EMPRESAS VALUES ('{code}', '{nombre}', '{nit}', {anio}, '{ruta}');")
            verdad |= leer_verdad(server.isql(name, VERDAD), nit, anio)
    server.create_database(
        "ADMIN.GDB",
        "CREATE TABLE EMPRESAS (CODIGO VARCHAR(10), NOMBRE VARCHAR(80), NIT VARCHAR(20), ANOFIS INTEGER, "
        "ARCHIVO VARCHAR(255)); COMMIT; " + " ".join(filas) + " COMMIT;",
    )
    return verdad


def leer_verdad(text: str, nit: str, anio: int) -> Iterator[tuple[tuple[str, int, int, str], tuple[int, Decimal]]]:
    for line in text.splitlines():
        kind, _, rest = line.strip().partition("|")
        if not rest:
            continue
        month, number, quantity = rest.split("|")
        for tipo in ("TRASLADO_SALIDA", "TRASLADO_ENTRADA") if kind == "TR" else (TIPOS[kind],):
            yield (nit.partition("-")[0], anio, int(month), tipo), (int(number), Decimal(quantity))
