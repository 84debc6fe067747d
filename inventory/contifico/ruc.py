"""The Ecuadorian tax number, looked at softly: newer ones need not satisfy the published check digits. Pure."""

from stdnum.ec import ruc as de_stdnum

CIFRAS = 13


def limpiar(texto: str) -> str:
    """Its digits, where spaces and dashes stand between them; any other text as it is."""
    bare = "".join(texto.split()).replace("-", "")
    return bare if bare.isascii() and bare.isdigit() else texto.strip()


def aviso(texto: str) -> str:
    """What is odd about it, in a sentence; nothing where it passes, or is not given."""
    if not texto or de_stdnum.is_valid(texto):
        return ""
    if not (texto.isdigit() and len(texto) == CIFRAS):
        return f"El RUC {texto} no tiene {CIFRAS} dígitos; revíselo."
    return f"El RUC {texto} no pasa la comprobación de sus dígitos; algunos recientes tampoco. Revíselo."
