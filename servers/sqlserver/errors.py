"""What SQL Server's error numbers mean here; its texts are shown to staff, never matched on."""

from dataclasses import dataclass

from lib.errors import Fatal, Retriable, TrastiendaError

SEVERIDAD_DEL_SERVIDOR = 17  # from here on it is the server's resources or the server itself, not the statement


@dataclass(frozen=True, slots=True)
class Caso:
    numeros: frozenset[int]
    clase: type[TrastiendaError]
    codigo: str
    mensaje: str
    remedio: str


CASOS = (
    Caso(
        frozenset({4060, 911, 4063}),
        Fatal,
        "base_inexistente",
        "La base de datos no existe en ese servidor, o el usuario no puede abrirla.",
        "Revise el nombre de la base y que el usuario tenga acceso a ella.",
    ),
    Caso(
        frozenset({18456, 18452, 18470}),
        Fatal,
        "acceso_denegado",
        "El servidor no acepta ese usuario y contraseña.",
        "Revise usuario y contraseña, y que el servidor admita la autenticación de SQL Server (modo mixto).",
    ),
    Caso(
        frozenset({18486, 18487, 18488}),
        Fatal,
        "acceso_bloqueado",
        "La cuenta está bloqueada o su contraseña venció.",
        "Pida al administrador del servidor que la desbloquee o cambie la contraseña.",
    ),
    Caso(
        frozenset({229, 230, 262, 297, 300, 916}),
        Fatal,
        "sin_permiso_en_tabla",
        "El usuario no tiene permiso para leer lo que se pidió.",
        "Pida al administrador de la base el permiso SELECT sobre esa tabla.",
    ),
    Caso(
        frozenset({1222}),
        Retriable,
        "tabla_bloqueada",
        "Otro proceso tiene bloqueada la tabla.",
        "Vuelva a intentarlo; si se repite, revise qué proceso la bloquea en el servidor.",
    ),
    Caso(
        frozenset({1205, 3960, 3961}),
        Retriable,
        "lectura_interrumpida",
        "El servidor cortó la lectura por un conflicto con otro proceso.",
        "Vuelva a intentarlo.",
    ),
    Caso(
        frozenset({922, 927, 942, 952, 983, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920}),
        Retriable,
        "base_no_disponible",
        "La base de datos no está disponible en este momento.",
        "Espere a que el servidor termine de abrirla o de restaurarla y vuelva a intentarlo.",
    ),
)


def es_conocido(numero: int) -> bool:
    return any(numero in caso.numeros for caso in CASOS)


def de_numero(numero: int, severidad: int, texto: str) -> TrastiendaError:
    """The error behind a number, the server's own words beside it as `detalle`."""
    detalle = f"{numero}: {texto}"[:500]
    for caso in CASOS:
        if numero in caso.numeros:
            return caso.clase(caso.codigo, caso.mensaje, caso.remedio, detalle=detalle)
    if severidad >= SEVERIDAD_DEL_SERVIDOR:
        return Retriable(
            "base_no_disponible",
            "El servidor tuvo un problema propio y no contestó.",
            "Revise el registro de errores del servidor y vuelva a intentarlo.",
            detalle=detalle,
        )
    return Fatal(
        "sql_invalido",
        "El servidor rechazó la consulta.",
        "Revise la consulta, y que las tablas y columnas que nombra existan en esa base.",
        detalle=detalle,
    )
