"""Transact-SQL text, looked at without a server: which statements may run, and how their parameters are marked."""

import re
from collections.abc import Iterator

from lib.errors import Fatal

PIEZA = re.compile(
    r"""
    (?P<comentario> --[^\n]* | /\*.*?\*/ )
  | (?P<literal> '(?:[^']|'')*' | "(?:[^"]|"")*" | \[(?:[^\]]|\]\])*\] )
  | (?P<palabra> [^\W\d][\w@$\#]* )
  | (?P<otra> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# No semicolon is needed between two statements, so the words that begin another one are what must not appear.
PROHIBIDAS = frozenset(
    """ADD ALTER BACKUP BEGIN BULK CHECKPOINT COMMIT CREATE DBCC DECLARE DELETE DENY DISABLE DROP ENABLE
    EXEC EXECUTE GRANT IF INSERT INTO KILL MERGE OPENDATASOURCE OPENQUERY OPENROWSET OPENXML PRINT
    RAISERROR READTEXT RECEIVE RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SEND SET SHUTDOWN
    THROW TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT""".split()  # noqa: SIM905
)


def comprobar_consulta(sql: str, *, parametros: int = 2) -> str:
    """The statement without a semicolon at its end; Fatal `sql_invalido` unless it is one SELECT with so many `?`."""
    preparar(sql, parametros)
    return _sin_final(sql)


def preparar(sql: str, parametros: int) -> str:
    """The statement as the driver takes it, with `%s` for each `?`; Fatal as above."""
    text = _sin_final(sql)
    words: list[str] = []
    marked: list[str] = []
    marks = 0
    for kind, piece in _piezas(text):
        if kind == "palabra":
            words.append(piece.upper())
        if kind == "otra" and piece in ";\0":
            raise _invalido("tiene más de una sentencia")
        mark = kind == "otra" and piece == "?"
        marks += mark
        marked.append("%s" if mark else piece.replace("%", "%%"))
    if not words or words[0] not in {"SELECT", "WITH"}:
        raise _invalido("no empieza por SELECT ni WITH")
    if wrong := sorted(PROHIBIDAS.intersection(words)):
        raise _invalido(f"contiene {', '.join(wrong)}")
    if marks != parametros:
        raise _invalido(f"tiene {marks} parámetros «?» y se esperaban {parametros}")
    return "".join(marked)


def _sin_final(sql: str) -> str:
    return sql.strip().rstrip(";").rstrip()


def _piezas(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of the text; comments are left out, for a nested one would hide what a server still reads."""
    for match in PIEZA.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        if kind == "comentario":
            if "/*" in piece[2:]:
                raise _invalido("tiene un comentario dentro de otro")
            yield "espacio", " "
        elif kind == "otra" and piece in "'\"[":
            raise _invalido("tiene una comilla o un corchete sin cerrar")
        else:
            yield kind, piece


def validar_base(nombre: str) -> str:
    """The database name without blanks around it; Fatal `ruta_invalida` unless it is a plain name."""
    limpio = nombre.strip()
    if not re.fullmatch(r"[\w .$#@-]{1,128}", limpio) or limpio in {".", ".."}:
        raise Fatal(
            "ruta_invalida",
            f"El nombre de base de datos {nombre[:80]!r} no se acepta.",
            "En SQL Server la ruta es el nombre de la base: letras, dígitos, espacios y . _ - $ # @, hasta 128.",
        )
    return limpio


def _invalido(motivo: str) -> Fatal:
    return Fatal(
        "sql_invalido",
        f"La consulta no se acepta: {motivo}.",
        "Escriba un solo SELECT de lectura, con un «?» por cada parámetro.",
    )
