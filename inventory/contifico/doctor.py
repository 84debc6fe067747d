"""«Probar conexión»: from the host's name to each resource of an account, step by step. It only reads."""

import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from inventory.contifico import answers
from inventory.contifico.accounts import credenciales
from inventory.contifico.client import Cliente
from inventory.contifico.models import Cuenta
from inventory.contifico.resources import POR_NOMBRE, Paginas, Recurso
from lib.doctor import Diagnostico, Hallazgo, Paso, Resultado, examinar
from lib.errors import TrastiendaError
from lib.http import Limites, Respuesta
from lib.network import resolver

PUERTOS = {"http": 80, "https": 443}
UNA_VEZ = Limites(silencio=30, total=30, intentos=1)  # whoever waits wants to know, not to have it repeated
SEGUNDOS_DE_RECURSOS = 45
BODEGAS = POR_NOMBRE["warehouses"]  # a short list that both versions have
BODEGAS_V2 = replace(BODEGAS, version=2, paginas=Paginas.SOBRE)
DISPONIBLE, NO_DISPONIBLE, SIN_PROBAR = "disponible", "recurso_no_disponible", "sin_probar"
ROTULOS = {NO_DISPONIBLE: "No disponibles", SIN_PROBAR: "Sin probar, por falta de tiempo"}
SIN_CIFRAR = "La clave y los datos viajan a la vista de quien esté en la red: use https."
APAGUELOS = "Si su plan los incluye, pida a Contífico que los active; si no, apáguelos en la cuenta."


def probar(cuenta: Cuenta) -> Diagnostico:
    """Try the account as a sync would use it; what fails is in the answer, nothing is raised."""
    with ExitStack() as abierto:
        examen = _Examen(cuenta, abierto)
        pasos = [
            Paso("direccion", "Dirección", examen.direccion),
            Paso("conexion", "Conexión", examen.conexion),
            Paso("clave", "API Key", examen.clave),
            Paso("version_1", "Versión 1", examen.version_1),
            Paso("version_2", "Versión 2", examen.version_2),
            Paso("recursos", "Recursos", examen.recursos),
        ]
        return examinar(pasos, examen.datos)


class _Examen:
    """The steps, and what each leaves for the next."""

    def __init__(self, cuenta: Cuenta, abierto: ExitStack) -> None:
        self.datos: dict[str, Any] = {"cuenta": cuenta.nombre}
        self._cuenta = cuenta
        self._abierto = abierto
        self._cliente: Cliente
        self._respuesta: Respuesta

    def direccion(self) -> Hallazgo:
        parts = urlsplit(self._cuenta.url_base)
        host, port = parts.hostname or "", parts.port or PUERTOS.get(parts.scheme, 443)
        ip = resolver(host, port, permitidas=settings.RED_PERMITIDA, privadas=False)
        return Hallazgo(f"{host} es {ip}." if host != ip else f"La dirección {host} está permitida.")

    def conexion(self) -> Hallazgo:
        """Any answer will do: what it says is for the next steps."""
        made = Cliente(credenciales(self._cuenta), permitidas=settings.RED_PERMITIDA, limites=UNA_VEZ)
        self._cliente = self._abierto.enter_context(made)
        self._respuesta = self._cliente.pedir(BODEGAS, BODEGAS.ruta)
        if urlsplit(self._cuenta.url_base).scheme == "https":
            return Hallazgo("Contífico contesta; la conexión va cifrada.")
        return Hallazgo("Contesta, pero la conexión no va cifrada.", SIN_CIFRAR, Resultado.AVISO)

    def clave(self) -> Hallazgo:
        if not self._respuesta.bien:
            error = self._error()
            if error.codigo == "credenciales_rechazadas":
                raise error
        return Hallazgo("Contífico la acepta.")

    def version_1(self) -> Hallazgo:
        if not self._respuesta.bien:
            raise self._error()
        rows = list(answers.listado(self._respuesta, self._cliente.http.tachar).filas)
        return Hallazgo(f"Listó {len(rows)} bodegas.")

    def version_2(self) -> Hallazgo:
        try:
            listed = self._cliente.lista(BODEGAS_V2, {"page": "1", "page_size": "1"})
        except TrastiendaError as error:
            return Hallazgo(f"No sirve: {error.mensaje}", "Sin ella no se leen los asientos.", Resultado.AVISO)
        return Hallazgo(f"Dice tener {listed.total} bodegas." if listed.total is not None else "Contesta.")

    def recursos(self) -> Hallazgo:
        found = self.datos["recursos"] = self._tantear()
        titles: dict[str, list[str]] = {}
        for recurso in self._cuenta.recursos:
            titles.setdefault(found[recurso.nombre], []).append(recurso.titulo)
        ready = f"Disponibles: {len(titles.pop(DISPONIBLE, []))} de {len(found)}."
        if not titles:
            return Hallazgo(ready)
        others = " ".join(f"{_rotulo(said)}: {', '.join(named)}." for said, named in sorted(titles.items()))
        return Hallazgo(f"{ready} {others}", APAGUELOS if NO_DISPONIBLE in titles else "", Resultado.AVISO)

    def _tantear(self) -> dict[str, str]:
        """Of each resource `disponible`, the code of what is wrong, or `sin_probar` for want of time."""
        today = timezone.now().astimezone(ZoneInfo(self._cuenta.zona_horaria)).date()
        until = time.monotonic() + SEGUNDOS_DE_RECURSOS
        return {
            recurso.nombre: self._uno(recurso, today) if time.monotonic() < until else SIN_PROBAR
            for recurso in self._cuenta.recursos
        }

    def _uno(self, recurso: Recurso, hoy: date) -> str:
        """As little of it as can be asked for."""
        try:
            next(self._cliente.paginas(recurso, desde=hoy, hasta=hoy, tamano=1), None)
        except TrastiendaError as error:
            return error.codigo
        return DISPONIBLE

    def _error(self) -> TrastiendaError:
        return answers.error_de(self._respuesta, BODEGAS.titulo, self._cliente.http.tachar)


def _rotulo(dicho: str) -> str:
    return ROTULOS.get(dicho, f"Fallaron ({dicho})")
