"""What a key may be made of: its one owner, scopes that fit it, its days, limit, networks and web origins."""

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from apikeys.models import Alcance
from companies.nit import analizar
from lib.errors import Rejected
from lib.origins import normalizar

DIAS = range(1, 3651)
HORAS_SOLAPE = range(721)
SOLAPE_USUAL = 24
SOLAPE_MAXIMO = timedelta(hours=HORAS_SOLAPE.stop - 1)
LIMITES = range(1, 1_000_001)
MAXIMO_LISTA = 50

# Kind of owner → the scopes that its keys may have; the first is what they have when nobody says.
ALCANCES: dict[str, tuple[str, ...]] = {
    "nit": (Alcance.LECTURA, Alcance.PREDICCION, Alcance.SINCRONIZAR, Alcance.DATOS_PERSONALES),
    "id_sucursal": (Alcance.VENTAS,),
    "local": (Alcance.CAJAS,),
}


def exigir_dueno(*, nit: str, id_sucursal: str, local: str) -> tuple[str, dict[str, str]]:
    """The kind of owner and its columns; Rejected `dueno_unico` unless exactly one of the three is given."""
    dados = {"nit": nit.strip(), "id_sucursal": id_sucursal.strip(), "local": local.strip()}
    tipos = [tipo for tipo, valor in dados.items() if valor]
    if len(tipos) != 1:
        raise Rejected(
            "dueno_unico", "Una clave es de un solo dueño.", "Indique un NIT, una sucursal o un local, y solo uno."
        )
    tipo = tipos[0]
    if tipo != "nit":
        return tipo, {tipo: _sin_controles(dados[tipo], tipo)}
    partes = analizar(nit)
    return tipo, {"nit": partes.nit, "nit_original": partes.original, "nit_base": partes.base}


def exigir_alcances(tipo: str, alcances: Iterable[str] | None) -> list[str]:
    """The scopes in the order of their list, each once; Rejected `alcance_invalido` where one is not for this owner."""
    caben = ALCANCES[tipo]
    if alcances is None:
        return [str(caben[0])]
    pedidos = list(alcances)
    if not pedidos or any(alcance not in caben for alcance in pedidos):
        raise _malo("alcance_invalido", "alcances", f"Elija entre estos: {', '.join(caben)}.")
    return [str(alcance) for alcance in caben if alcance in pedidos]


def exigir_dias(dias: int, campo: str = "dias_validez") -> int:
    if dias not in DIAS:
        raise _malo("dias_invalidos", campo, f"Escriba un entero entre {DIAS.start} y {DIAS.stop - 1}.")
    return dias


def exigir_solape(solape: timedelta) -> timedelta:
    if not timedelta(0) <= solape <= SOLAPE_MAXIMO:
        raise _malo("solape_invalido", "solape_horas", f"Escriba un entero entre 0 y {HORAS_SOLAPE.stop - 1}.")
    return solape


def exigir_limite(limite: int) -> int:
    if limite not in LIMITES:
        raise _malo("limite_invalido", "limite_por_minuto", f"Escriba un entero entre 1 y {LIMITES.stop - 1}.")
    return limite


def exigir_redes(redes: Sequence[str]) -> list[str]:
    """The networks in CIDR form, an address as its own network; Rejected `red_invalida`."""
    return _lista(
        redes, _red, "red_invalida", "redes_permitidas", "Use la forma CIDR, como 10.0.0.0/8 o 2001:db8::/32."
    )


def exigir_origenes(origenes: Sequence[str]) -> list[str]:
    """The origins as browsers write them; Rejected `origen_invalido`."""
    return _lista(
        origenes, _origen, "origen_invalido", "origenes", "Use la forma https://host[:puerto], sin ruta ni comodines."
    )


def exigir_nombre(nombre: str) -> str:
    return _sin_controles(nombre.strip(), "nombre_cliente")


def _lista(textos: Sequence[str], leer: Callable[[str], str], codigo: str, campo: str, remedio: str) -> list[str]:
    if len(textos) > MAXIMO_LISTA:
        raise _malo(codigo, campo, f"Son demasiados: a lo sumo {MAXIMO_LISTA}.")
    try:
        return list(dict.fromkeys(leer(texto.strip()) for texto in textos))
    except ValueError:
        raise _malo(codigo, campo, remedio) from None


def _red(texto: str) -> str:
    red = ipaddress.ip_network(texto, strict=False)
    if isinstance(red, ipaddress.IPv6Network) and red.network_address.ipv4_mapped and red.prefixlen >= 96:
        return str(ipaddress.ip_network((int(red.network_address) & 0xFFFFFFFF, red.prefixlen - 96)))
    return str(red)


def _origen(texto: str) -> str:
    try:
        return normalizar(texto)
    except Rejected as error:
        raise ValueError(texto) from error


def _sin_controles(texto: str, campo: str) -> str:
    if not texto.isprintable():
        raise _malo("texto_invalido", campo, "Tiene caracteres que no se pueden mostrar.")
    return texto


def _malo(codigo: str, campo: str, mensaje: str) -> Rejected:
    return Rejected(codigo, f"«{campo}» no vale. {mensaje}", "Corrija ese dato.", campos={campo: [mensaje]})
