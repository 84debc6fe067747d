"""What each Firebird error means here, recognised by its gds code, never by its text."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.errors import Fatal, Rejected, Retriable, TrastiendaError


@dataclass(frozen=True, slots=True)
class Significado:
    """The error of ours that a group of codes stands for."""

    clase: type[TrastiendaError]
    codigo: str
    mensaje: str
    remedio: str
    gds: frozenset[int] = frozenset()
    excepciones: frozenset[str] = frozenset()  # names of Python exceptions that the child reports without codes


def _s(
    clase: type[TrastiendaError], codigo: str, mensaje: str, remedio: str, *gds: int, excepciones: Iterable[str] = ()
) -> Significado:
    return Significado(clase, codigo, mensaje, remedio, frozenset(gds), frozenset(excepciones))


# In this order: the first group that shares a code with the error names it; general codes stand behind special ones.
SIGNIFICADOS = (
    _s(
        Fatal,
        "acceso_denegado",
        "El servidor no aceptó el usuario o la contraseña.",
        "Escriba de nuevo usuario y contraseña; Firebird 2.5 solo mira los 8 primeros caracteres.",
        335544472,
        335545106,
        335545029,
    ),
    _s(
        Fatal,
        "cifrado_incompatible",
        "El servidor y el cliente no se pusieron de acuerdo en el cifrado o el inicio de sesión.",
        "Pruebe el otro controlador en el servidor o revise WireCrypt y AuthServer en su firebird.conf.",
        335545064,
        335545065,
        335545066,
        335545067,
        335545069,
        335545070,
        335545180,
        335545004,
    ),
    _s(
        Fatal,
        "ruta_no_permitida",
        "La configuración del servidor no deja abrir una base de datos en esa ruta.",
        "Revise DatabaseAccess en el firebird.conf del servidor, o use un alias.",
        335544831,
    ),
    _s(
        Fatal,
        "version_no_soportada",
        "La base de datos es de otra versión de Firebird que la del servidor que la abre.",
        "Ábrala con el servidor de su versión (TNS: Firebird 2.5).",
        335544379,
    ),
    _s(
        Fatal,
        "no_es_base_de_datos",
        "El archivo existe, pero no es una base de datos Firebird.",
        "Revise la ruta: debe nombrar el archivo .GDB o .FDB.",
        335544323,
    ),
    _s(
        Fatal,
        "base_danada",
        "El servidor encontró daños en la base de datos.",
        "Pida a quien administra el servidor que la revise con gfix y la restaure de un respaldo.",
        335544335,
        335544650,
        335544333,
        335544346,
    ),
    _s(
        Fatal,
        "archivo_inexistente",
        "El servidor no encuentra o no puede abrir ese archivo de base de datos, o no conoce ese alias.",
        "Revise la ruta tal como la ve el servidor, y que el servicio Firebird pueda leer el archivo.",
        335544734,
        335544344,
    ),
    _s(
        Retriable,
        "base_no_disponible",
        "La base de datos no está disponible ahora: cerrada por mantenimiento, o la ruta es de otro sistema.",
        "Revise la ruta (una de Windows no abre en Linux) y pregunte si la base está en mantenimiento.",
        335544375,
        335544528,
        335545107,
    ),
    _s(
        Retriable,
        "sin_respuesta",
        "El servidor no respondió como un Firebird en el tiempo previsto.",
        "Revise host y puerto (3050), el cortafuegos y la VPN; si son correctos, pruebe el otro controlador.",
        335544421,
        excepciones=("TimeoutError",),
    ),
    _s(
        Retriable,
        "enlace_cortado",
        "La conexión con el servidor se cortó.",
        "Revise la red o la VPN; la tarea puede repetirse sin perder ni duplicar nada.",
        335544726,
        335544727,
        335544741,
        335544856,
        335544324,
        335544794,
        excepciones=(
            "ConnectionResetError",
            "BrokenPipeError",
            "ConnectionAbortedError",
            "OperationalError",
            "InternalError",
        ),
    ),
    _s(
        Retriable,
        "conexion_rechazada",
        "Nadie contesta en ese host y puerto.",
        "Revise host y puerto, que el servicio Firebird esté iniciado, el cortafuegos y la VPN.",
        335544721,
        335544722,
        335544704,
        335544706,
        excepciones=("ConnectionRefusedError", "OSError"),
    ),
    _s(
        Fatal,
        "sin_permiso_en_tabla",
        "El usuario no tiene permiso para leer una de las tablas.",
        "Pida GRANT SELECT sobre esa tabla para el usuario del servidor.",
        335544352,
        335544707,
    ),
    _s(
        Retriable,
        "tabla_bloqueada",
        "Otro programa tiene bloqueada la tabla o la fila.",
        "Repita en unos minutos; si sigue, cierre procesos pesados en el ERP.",
        335544345,
        335544336,
        335544475,
        335544476,
        335544510,
        335544453,
    ),
    _s(
        Fatal,
        "solo_lectura",
        "La sentencia quiso escribir, y las fuentes se abren solo para leer.",
        "Use una consulta SELECT que no llame a procedimientos que escriben.",
        335544361,
    ),
    _s(
        Fatal,
        "transliteracion",
        "Un texto de la base no se puede llevar al juego de caracteres de la conexión.",
        "Elija en el servidor otro juego de caracteres (WIN1252 o UTF8) y repita.",
        335544565,
        335544849,
    ),
    _s(
        Fatal,
        "dato_no_convertible",
        "El servidor no pudo convertir o calcular un valor de la consulta.",
        "Revise los CAST, las divisiones y los parámetros de la consulta.",
        335544334,
        335544321,
        excepciones=("ValueError", "OverflowError"),
    ),
    _s(
        Fatal,
        "sql_invalido",
        "El servidor no entiende la consulta, o una tabla o columna no existe.",
        "Revise la consulta; recuerde que TNS usa Firebird 2.5.",
        335544569,
        335544436,
        335544578,
        335544580,
        335544634,
        335544606,
        335544381,
        335544388,
        335544378,
        335544599,
        excepciones=("InterfaceError",),
    ),
    _s(
        Fatal,
        "libreria_ausente",
        "Falta la biblioteca cliente de Firebird en esta máquina.",
        "Instale libfbclient2 y el extra «firebird», o elija el controlador firebirdsql.",
        excepciones=("libreria", "FileNotFoundError", "ModuleNotFoundError"),
    ),
    _s(
        Rejected,
        "texto_no_representable",
        "La consulta o un parámetro lleva letras que la base de datos no puede tener.",
        "Quite esas letras de la consulta.",
        excepciones=("UnicodeEncodeError", "UnicodeError"),
    ),
    _s(
        Fatal,
        "columna_no_legible",
        "Una columna de la consulta es binaria o de un tipo que no se copia.",
        "Quítela de la consulta o conviértala a texto con CAST.",
        excepciones=("ColumnaNoLegible",),
    ),
    _s(
        Fatal,
        "texto_demasiado_grande",
        "Un texto de la base pasa de 1 MiB.",
        "Recórtelo en la consulta con SUBSTRING(columna FROM 1 FOR 32000).",
        excepciones=("TextoDemasiadoGrande", "MemoryError"),
    ),
)
DESCONOCIDO = _s(
    Fatal,
    "error_de_firebird",
    "El servidor Firebird devolvió un error.",
    "Vea el detalle y pregunte a quien lo administra.",
)
OTRO_CONTROLADOR = frozenset({"libreria_ausente", "cifrado_incompatible", "sin_respuesta"})


def traducir(clase: str, gds: Iterable[int], texto: str, dato: str = "") -> TrastiendaError:
    """The error of ours for what the child reported; `detalle` holds the server's own words, for staff."""
    codigos = tuple(gds)
    quien = _significado(clase, set(codigos))
    extra = {"detalle": texto, "gds": list(codigos)} | ({"columna": dato} if dato else {})
    return quien.clase(quien.codigo, quien.mensaje, quien.remedio, **extra)


def _significado(clase: str, codigos: set[int]) -> Significado:
    if codigos:
        return next((s for s in SIGNIFICADOS if s.gds & codigos), DESCONOCIDO)
    return next((s for s in SIGNIFICADOS if clase in s.excepciones), DESCONOCIDO)
