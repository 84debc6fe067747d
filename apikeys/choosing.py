"""Finding the key that an operator named on a command line; what was typed may be a whole key and is not repeated."""

from apikeys import keys
from apikeys.models import APIKeyCliente
from lib.errors import Missing

LARGO_PREFIJO = len(keys.CLIENTE) + keys.LARGO_PUBLICO


def clave_llamada(texto: str) -> APIKeyCliente:
    """The key with this id, or that begins with this prefix (`sk_` and its 12 public characters)."""
    fila = None
    if texto.startswith(keys.CLIENTE) and len(texto) >= LARGO_PREFIJO:
        fila = APIKeyCliente.con_identificador(texto[len(keys.CLIENTE) : LARGO_PREFIJO])
    elif texto.isascii() and texto.isdigit() and len(texto) < 19:
        fila = APIKeyCliente.objects.filter(pk=int(texto)).first()
    if fila is None:
        raise Missing("clave_inexistente", "No hay una clave con ese id o prefijo.", "Véalos con listar_api_keys.")
    return fila
