"""What the client needs of an account."""

from inventory.contifico.client import Credenciales
from inventory.contifico.models import Cuenta
from lib.errors import Fatal


def credenciales(cuenta: Cuenta) -> Credenciales:
    """The account's access in clear; Fatal `sin_api_key`, or `clave_de_cifrado` where no present key opens it."""
    if not cuenta.api_key_cifrada:
        raise Fatal("sin_api_key", f"La cuenta «{cuenta}» no tiene API Key.", "Escríbala en la página de la cuenta.")
    return Credenciales(
        api_key=cuenta.api_key,
        url_base=cuenta.url_base,
        api_token=cuenta.api_token,
        enviar_token=cuenta.enviar_token_en_cabecera,
        peticiones_por_segundo=float(cuenta.peticiones_por_segundo),
    )
