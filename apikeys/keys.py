"""What a credential looks like, and the digest that is kept of it. Pure, but for the peppers of the settings.

    sk_ Xy3…(12) …(32)… ChKsUm(6)       a client's key
    pt_ …                               a person's token

After the prefix come the public id, by which the row is found, the secret (190 random bits) and a checksum, all in
base 62. The checksum (CRC-32, as in GitHub's tokens) lets a scanner of leaked secrets tell a key from a look-alike, and
us a typo from an attempt, without asking the database.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

from django.conf import settings

CLIENTE = "sk_"
PERSONA = "pt_"
ALFABETO = string.digits + string.ascii_uppercase + string.ascii_lowercase
LARGO_PUBLICO = 12
LARGO_SECRETO = 32
LARGO_SUMA = 6
LARGO = 3 + LARGO_PUBLICO + LARGO_SECRETO + LARGO_SUMA
EN_TEXTO = re.compile(rf"(?:{CLIENTE}|{PERSONA})[0-9A-Za-z]{{{LARGO - 3}}}")


@dataclass(frozen=True, slots=True)
class Clave:
    """A credential as its owner has it; it never prints itself."""

    texto: str = field(repr=False)

    @property
    def identificador(self) -> str:
        return self.texto[3 : 3 + LARGO_PUBLICO]

    def __str__(self) -> str:
        return f"{self.texto[:3]}{self.identificador}…"


def nueva(prefijo: str) -> Clave:
    cuerpo = prefijo + "".join(secrets.choice(ALFABETO) for _ in range(LARGO_PUBLICO + LARGO_SECRETO))
    return Clave(cuerpo + _suma(cuerpo))


def leer(texto: str, prefijo: str) -> Clave | None:
    """The credential that the text is, if it has this prefix, the right length and a true checksum."""
    if len(texto) != LARGO or not texto.startswith(prefijo) or not texto.isascii():
        return None
    return Clave(texto) if texto[-LARGO_SUMA:] == _suma(texto[:-LARGO_SUMA]) else None


def _suma(cuerpo: str) -> str:
    numero, cifras = zlib.crc32(cuerpo.encode()), ""
    for _ in range(LARGO_SUMA):
        numero, resto = divmod(numero, len(ALFABETO))
        cifras = ALFABETO[resto] + cifras
    return cifras


def marca(pimienta: str) -> str:
    """The name of a pepper, which a row keeps to say which of them made its digest; it tells nothing of the pepper."""
    return hashlib.sha256(b"marca:" + pimienta.encode()).hexdigest()[:16]


def huella(clave: Clave, de: str = "") -> tuple[str, str]:
    """HMAC-SHA-256 of the key, in hexadecimal, and the mark of the pepper that made it.

    Under the pepper with the mark `de`; under the first of the setting PIMIENTAS where there is none such.
    """
    pimienta = next((p for p in settings.PIMIENTAS if marca(p) == de), settings.PIMIENTAS[0])
    return hmac.new(pimienta.encode(), clave.texto.encode(), hashlib.sha256).hexdigest(), marca(pimienta)


def coincide(clave: Clave, guardada: str, de: str) -> bool:
    """Whether the kept digest is this key's; takes the same time whatever it is."""
    return hmac.compare_digest(huella(clave, de)[0], guardada)
