"""How much an address may ask for within a minute without a credential; keys meet their limit in apikeys/auth.py."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from lib.client_address import direccion, vecindad
from lib.limits import Cuenta, contar

MINUTO = 60


class PorDireccion(BaseThrottle):
    """VALIDACIONES_POR_MINUTO of an address, for what anybody may ask."""

    cuenta = Cuenta(0, MINUTO)

    def allow_request(self, request: Request, view: Any) -> bool:
        self.cuenta = contar(f"publico:{vecindad(direccion(request))}", MINUTO)
        return bool(self.cuenta.cuenta <= settings.VALIDACIONES_POR_MINUTO)

    def wait(self) -> float:
        return self.cuenta.restan
