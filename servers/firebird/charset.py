"""Which character set to connect with, decided from the ones that the database's columns declare."""

from collections.abc import Iterable

PRIMERO = "ISO8859_1"  # reads every byte of a NONE column, and the catalogue

USADOS = """
SELECT DISTINCT C.RDB$CHARACTER_SET_NAME
FROM RDB$RELATION_FIELDS RF
JOIN RDB$FIELDS F ON F.RDB$FIELD_NAME = RF.RDB$FIELD_SOURCE
JOIN RDB$CHARACTER_SETS C ON C.RDB$CHARACTER_SET_ID = F.RDB$CHARACTER_SET_ID
WHERE COALESCE(RF.RDB$SYSTEM_FLAG, 0) = 0
"""

LATINOS = frozenset({"NONE", "OCTETS", "ASCII", "ISO8859_1"})


def decidir(usados: Iterable[str | None]) -> str:
    """WIN1252 where a column declares it, UTF8 where one declares anything beyond Latin-1, else ISO8859_1.

    An ISO8859_1 connection cannot carry the euro sign of a WIN1252 column; a UTF8 connection carries everything but
    finds nothing by a parameter with accents in NONE columns, so it is the last choice.
    """
    nombres = {nombre.strip() for nombre in usados if nombre}
    if "WIN1252" in nombres:
        return "WIN1252"
    return "UTF8" if nombres - LATINOS else PRIMERO
