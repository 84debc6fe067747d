"""What an answer of Contífico says: records, in one of its forms, or an error, in one of its many."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lib.errors import Fatal, Rejected, Retriable, TrastiendaError
from lib.http import Respuesta, es_pasajera
from lib.json_records import Lector, Rechazado

MENSAJES = ("mensaje", "message", "detail", "error")  # where an error says what it is, first come first taken
CODIGOS = ("cod_error", "code")
LISTAS = ("results", "data")  # where an envelope has its records
LARGO = 300
ETIQUETA = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
DE_TAMANO = re.compile(r"NoneType.{0,20}object has no attribute", re.DOTALL)
FUERA_DE_RANGO = re.compile(r"fuera del? rango|p[aá]gina inv[aá]lida|invalid page", re.IGNORECASE)
ID_INCORRECTO = re.compile(r"\bid\b.{0,20}incorrect", re.IGNORECASE)
NO_ESTA = re.compile(r"no encontrad|no exist|not found|does not exist|id.{0,20}incorrect", re.IGNORECASE)
DE_LA_CLAVE = re.compile(r"credencial|credential|token|api.?key|autentic|authenti|clave", re.IGNORECASE)

Tachar = Callable[[str], str]


@dataclass(slots=True)
class Listado:
    """The records of a page, which may be drawn once; `total` and `hay_mas` where an envelope says them."""

    filas: Iterator[Any]
    total: int | None = None
    hay_mas: bool | None = None


def pasajera(respuesta: Respuesta) -> bool:
    """Whether the same may be answered better later: overload, a passing fault, half an answer, a page of HTML."""
    if respuesta.bien:
        body = respuesta.cuerpo.strip()
        return not body.startswith((b"[", b"{", b"\xef\xbb\xbf")) or not body.endswith((b"]", b"}"))
    return es_pasajera(respuesta) or (respuesta.estado == 500 and not es_de_tamano(respuesta))


def es_de_tamano(respuesta: Respuesta) -> bool:
    """The 500 that Contífico answers where one of the records asked for is broken, mostly on large pages."""
    return respuesta.estado == 500 and bool(DE_TAMANO.search(respuesta.texto))


def es_fuera_de_rango(respuesta: Respuesta) -> bool:
    """Whether it says that there is no such page."""
    return respuesta.estado in (400, 404) and bool(FUERA_DE_RANGO.search(mensaje(respuesta)))


def es_id_incorrecto(respuesta: Respuesta) -> bool:
    """Whether it took the address of a list for that of one record."""
    return respuesta.estado == 400 and bool(ID_INCORRECTO.search(mensaje(respuesta)))


def no_esta(respuesta: Respuesta) -> bool:
    """Whether it says that there is no such record."""
    return respuesta.estado == 404 or (respuesta.estado == 400 and bool(NO_ESTA.search(mensaje(respuesta))))


def listado(respuesta: Respuesta, tachar: Tachar) -> Listado:
    """The records of a list; Fatal `respuesta_inesperada` where it is something else."""
    lector = Lector(respuesta.cuerpo)
    if not lector.ve("{"):
        return Listado(_hasta_el_final(lector))
    found: dict[str, Any] = {}
    for name in lector.miembros():
        found[name] = list(lector.elementos()) if name in LISTAS and lector.ve("[") else lector.valor()
    lector.fin()
    records = next((found[name] for name in LISTAS if isinstance(found.get(name), list)), None)
    if records is None:
        raise _inesperada(respuesta, tachar)
    return Listado(iter(records), _entero(found.get("count")), bool(found["next"]) if "next" in found else None)


def uno(respuesta: Respuesta, clave: str, tachar: Tachar) -> dict[str, Any] | None:
    """The record with that id, which may come as a list of one; None where the list is empty."""
    lector = Lector(respuesta.cuerpo)
    values = list(lector.elementos()) if lector.ve("[") else [lector.valor()]
    lector.fin()
    if not values:
        return None
    if isinstance(values[0], Rechazado):
        raise Rejected(values[0].codigo, values[0].mensaje, crudo=values[0].crudo)
    if len(values) != 1 or not isinstance(values[0], dict) or values[0].get("id", clave) != clave:
        raise _inesperada(respuesta, tachar)
    return values[0]


def error_de(respuesta: Respuesta, titulo: str, tachar: Tachar) -> TrastiendaError:
    """The error that an answer is to whoever asked for `titulo`."""
    words = tachar(mensaje(respuesta))
    said = f"HTTP {respuesta.estado}" + (f": {words}" if words else "")
    if respuesta.estado == 401 or (respuesta.estado == 403 and DE_LA_CLAVE.search(words)):
        return Fatal("credenciales_rechazadas", "Contífico no acepta la clave.", REVISE_CLAVE, detalle=said)
    if respuesta.estado in (403, 404, 405, 406):
        return Rejected("recurso_no_disponible", f"{titulo}: Contífico no lo ofrece ({said}).", ACTIVELO)
    if 400 <= respuesta.estado < 500:
        return Rejected("peticion_rechazada", f"{titulo}: Contífico rechaza la petición ({said}).")
    if respuesta.estado >= 500:
        return Retriable("fallo_de_contifico", f"{titulo}: Contífico falló ({said}).", "Repita más tarde.")
    return _inesperada(respuesta, tachar)


def mensaje(respuesta: Respuesta) -> str:
    """What an error says, wherever it says it; the text of a page where it is no JSON."""
    try:
        lector = Lector(respuesta.cuerpo)
        body = lector.valor()
    except Retriable:
        return _sin_etiquetas(respuesta.texto)
    while isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return str(body)[:LARGO] if isinstance(body, str) else ""
    words = next((str(body[name]) for name in MENSAJES if body.get(name)), "")
    code = next((str(body[name]) for name in CODIGOS if body.get(name)), "")
    return f"{words} ({code})"[:LARGO] if words and code else (words or code)[:LARGO]


def _hasta_el_final(lector: Lector) -> Iterator[Any]:
    yield from lector.elementos()
    lector.fin()


def _sin_etiquetas(texto: str) -> str:
    return " ".join(ETIQUETA.sub(" ", texto[: 20 * LARGO]).split())[:LARGO]


def _entero(valor: Any) -> int | None:
    """A count, also where it came as text."""
    text = str(valor)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _inesperada(respuesta: Respuesta, tachar: Tachar) -> Fatal:
    return Fatal(
        "respuesta_inesperada",
        "Contífico contestó algo que no es lo que se pidió.",
        "Revise la dirección de la API.",
        detalle=f"HTTP {respuesta.estado}: {tachar(mensaje(respuesta))}",
    )


REVISE_CLAVE = "Revise la API Key; la entrega el soporte de Contífico para cada empresa."
ACTIVELO = "Si su plan lo incluye, pida a Contífico que lo active; si no, quítelo de los recursos de la cuenta."
