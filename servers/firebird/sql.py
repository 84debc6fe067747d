"""SQL that Firebird 2.5 understands: the tests of today run on 3.0, so what 2.5 does not know is refused by reading.

`comprobar_25` looks at one statement; `comprobar_consulta` also asks that it is one SELECT with the expected `?`.
"""

import re
from collections.abc import Iterator

from lib.errors import Rejected

BYTES_MAXIMOS = 64_000  # 2.5 takes less than 64 KB
LISTA_MAXIMA = 1499  # values of one IN (…)
PRECISION_MAXIMA = 18
NOMBRE_MAXIMO = 31

FICHA = re.compile(
    r"""(?P<nada>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<texto>'(?:[^']|'')*')
      | (?P<nombre>"(?:[^"]|"")*")
      | (?P<palabra>[^\W\d][\w$]*)
      | (?P<numero>\d[\w.]*)
      | (?P<signo>.)""",
    re.VERBOSE | re.DOTALL,
)

# Words that mean nothing in 2.5, wherever they stand.
PALABRAS = re.compile(
    r"""
    TRUE | FALSE | BOOLEAN | LATERAL | LOCALTIMESTAMP | LOCALTIME | CURRENT_DATE | DECFLOAT | INT128 | VARBINARY |
    STDDEV_POP | STDDEV_SAMP | VAR_POP | VAR_SAMP | CORR | COVAR_POP | COVAR_SAMP | ANY_VALUE | LISTAGG | UNLIST |
    GENERATE_SERIES | ROW_NUMBER | DENSE_RANK | NTILE | PERCENT_RANK | CUME_DIST | FIRST_VALUE | LAST_VALUE |
    NTH_VALUE | FIRST_DAY | LAST_DAY | CRYPT_HASH | ENCRYPT | DECRYPT | RSA_ENCRYPT | RSA_DECRYPT | BASE64_ENCODE |
    BASE64_DECODE | HEX_ENCODE | HEX_DECODE | MAKE_DBKEY | BLOB_APPEND | COMPARE_DECFLOAT | NORMALIZE_DECFLOAT |
    QUANTIZE | TOTALORDER | GREATEST | LEAST | RDB\$ERROR | RDB\$GET_TRANSACTION_CN | RDB\$ROLE_IN_USE |
    RDB\$SYSTEM_PRIVILEGE | RDB\$CONFIG | RDB\$DB_CREATORS | RDB\$TIME_ZONES | RDB\$PUBLICATIONS |
    RDB\$PUBLICATION_TABLES | RDB\$KEYWORDS | RDB\$IDENTITY_TYPE | RDB\$PACKAGES | RDB\$PACKAGE_NAME |
    MON\$CLIENT_VERSION | MON\$COMPILED_STATEMENTS | MON\$WIRE_CRYPT_PLUGIN | MON\$WIRE_COMPRESSED |
    MON\$WIRE_ENCRYPTED
    """,
    re.VERBOSE,
)
# Sequences of words and signs, as the statement reads once comments and texts are out.
FRASES = {
    "OFFSET": r"\bOFFSET [\d?:]",
    "FETCH FIRST": r"\bFETCH (FIRST|NEXT)\b",
    "funciones de ventana (OVER)": r"\) OVER\b",
    "FILTER": r"\) FILTER \(",
    "IS UNKNOWN": r"\bIS (NOT )?UNKNOWN\b",
    "zonas horarias": r"\bTIME ZONE\b|\bAT LOCAL\b|\bTIMEZONE_(HOUR|MINUTE|NAME)\b",
    "literales DATE, TIME o TIMESTAMP (dialecto 1)": r"\b(DATE|TIME|TIMESTAMP) ''",
    "SUBSTRING … SIMILAR": r"\bSUBSTRING \([^()]* SIMILAR\b",
    "EXTRACT (QUARTER)": r"\bEXTRACT \( QUARTER\b",
    "tablas SEC$": r"\bSEC\$",
    "textos q'…'": r"\bQ ''",
    "SKIP LOCKED": r"\bSKIP LOCKED\b",
    "OPTIMIZE FOR": r"\bOPTIMIZE FOR\b",
    "un parámetro sin tipo como columna": r"\bSELECT \?",
}
PRECISION = re.compile(r"\b(?:NUMERIC|DECIMAL) \( (\d+)")


def comprobar_25(sql: str) -> None:
    """Rejected `sql_no_soportado` where Firebird 2.5 would not take the statement `sql`, in dialect 1 or 3."""
    if len(sql.encode()) > BYTES_MAXIMOS:
        raise _rechazo(f"pasa de {BYTES_MAXIMOS} bytes")
    fichas = list(_fichas(sql))
    for ficha in fichas:
        if PALABRAS.fullmatch(ficha):
            raise _rechazo(f"usa {ficha}")
        if len(ficha) > NOMBRE_MAXIMO and ficha[0].isalpha():
            raise _rechazo(f"usa un nombre de más de {NOMBRE_MAXIMO} letras")
    texto = " ".join(fichas)
    for nombre, patron in FRASES.items():
        if re.search(patron, texto):
            raise _rechazo(f"usa {nombre}")
    if any(int(cifras) > PRECISION_MAXIMA for cifras in PRECISION.findall(texto)):
        raise _rechazo(f"usa NUMERIC de más de {PRECISION_MAXIMA} cifras")
    if _lista_mas_larga(fichas) > LISTA_MAXIMA:
        raise _rechazo(f"tiene una lista IN de más de {LISTA_MAXIMA} valores")


def comprobar_consulta(sql: str, *, parametros: int = 2) -> str:
    """`sql` as it may be sent: exactly one SELECT or WITH that 2.5 knows, with that many `?`; else Rejected."""
    limpia = sql.strip().removesuffix(";").rstrip()
    fichas = list(_fichas(limpia))
    if not fichas or fichas[0] not in {"SELECT", "WITH"}:
        raise _rechazo("no empieza por SELECT o WITH")
    if ";" in fichas:
        raise _rechazo("tiene más de una sentencia")
    if "'" in fichas or '"' in fichas or "/ *" in " ".join(fichas):
        raise _rechazo("deja abiertos una comilla o un comentario")
    if re.search(r"\bFOR UPDATE\b|\bWITH LOCK\b", " ".join(fichas)):
        raise _rechazo("bloquea filas")
    if fichas.count("?") != parametros:
        raise _rechazo(f"debe llevar {parametros} signos «?» y lleva {fichas.count('?')}")
    comprobar_25(limpia)
    return limpia


def _fichas(sql: str) -> Iterator[str]:
    """Words in upper case and signs; every text is '' and every quoted name \"\", comments are gone."""
    for encontrada in FICHA.finditer(sql):
        clase, ficha = encontrada.lastgroup, encontrada.group()
        if clase == "texto":
            yield "''"
        elif clase == "nombre":
            yield '""'
        elif clase != "nada":
            yield ficha.upper()


def _lista_mas_larga(fichas: list[str]) -> int:
    """The number of values of the longest IN (…)."""
    mayor = 0
    for n, ficha in enumerate(fichas[:-1]):
        if ficha == "IN" and fichas[n + 1] == "(":
            mayor = max(mayor, _valores(fichas, n + 2))
    return mayor


def _valores(fichas: list[str], desde: int) -> int:
    hondo, valores = 1, 1
    for ficha in fichas[desde:]:
        hondo += (ficha == "(") - (ficha == ")")
        if not hondo:
            break
        valores += ficha == "," and hondo == 1
    return valores


def _rechazo(motivo: str) -> Rejected:
    return Rejected(
        "sql_no_soportado",
        f"La consulta no se puede usar: {motivo}.",
        "Escríbala para Firebird 2.5: un SELECT con FIRST/SKIP, CAST y sus dos «?» de fechas (desde, hasta).",
    )
