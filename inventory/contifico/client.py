"""Calls to Contífico: pages of a list, one record, stock. Raises errors of lib.errors only, and knows no models.

with Cliente(Credenciales("la-clave"), permitidas=settings.RED_PERMITIDA) as contifico:
    for pagina in contifico.paginas(POR_NOMBRE["products"], desde=date(2026, 11, 1)):
        ...write pagina.registros, then note pagina.punto
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import TracebackType
from typing import Any
from urllib.parse import quote

from inventory.contifico import answers
from inventory.contifico.answers import Listado
from inventory.contifico.paging import FueraDeRango, Grande, Pagina, Recorrido
from inventory.contifico.resources import POR_NOMBRE, Paginas, Recurso
from lib.errors import Rejected, Retriable
from lib.http import ClienteHTTP, Limites, Respuesta
from lib.retrying import nada

URL_BASE = "https://api.contifico.com/sistema/api"
VERSION = re.compile(r"/v[12]/*$")  # v1 and v2 are siblings, and either may end the address that an operator wrote
REGISTROS_POR_PAGINA = 200
LARGO_ID = 300
# A page takes up to 11 s, a list that comes whole up to 90; a run that waits can be cancelled, so it may wait long.
PACIENCIA = Limites(silencio=90, total=240, cuerpo=128 << 20, intentos=5, pausa_maxima=300)


@dataclass(frozen=True, slots=True)
class Credenciales:
    """One company's access; the key is shown nowhere."""

    api_key: str = field(repr=False)
    url_base: str = URL_BASE
    api_token: str = field(default="", repr=False)
    enviar_token: bool = False  # as header X-Api-Token: undocumented, and nothing that is read needs it
    peticiones_por_segundo: float = 2


class Cliente:
    """One account's Contífico. `comprobar` is called while anything is waited for, and ends it by raising."""

    def __init__(
        self,
        credenciales: Credenciales,
        *,
        permitidas: Sequence[str] = (),
        limites: Limites = PACIENCIA,
        comprobar: Callable[[], None] = nada,
        dormir: Callable[[float], None] = time.sleep,
    ) -> None:
        key, token = credenciales.api_key.strip(), credenciales.api_token.strip()
        headers = {"Authorization": key, "Accept": "application/json"}
        if credenciales.enviar_token and token:
            headers["X-Api-Token"] = token
        self.http = ClienteHTTP(
            VERSION.sub("", credenciales.url_base.strip().rstrip("/")),
            cabeceras=headers,
            secretos=(key, token),
            permitidas=permitidas,
            limites=replace(limites, por_segundo=credenciales.peticiones_por_segundo),
            comprobar=comprobar,
            dormir=dormir,
        )
        self._maximos: dict[str, int] = {}  # largest pages that lists were found to bear
        self._alternas: set[str] = set()  # lists that are asked for at their other address

    def __enter__(self) -> "Cliente":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.cerrar()

    @property
    def peticiones(self) -> int:
        """How many requests went out so far."""
        return self.http.peticiones

    def paginas(
        self,
        recurso: Recurso,
        *,
        desde: date | None = None,
        hasta: date | None = None,
        tamano: int = REGISTROS_POR_PAGINA,
        punto: Mapping[str, Any] | None = None,
        verificar: bool = False,
    ) -> Iterator[Pagina]:
        """The records of a resource, from `punto` of a page on; `verificar` reads each list twice to miss nothing.

        Days are asked for where the resource has a filter, and not trusted: other records may come as well. Besides the
        errors of `Recorrido.paginas`, Rejected `recurso_no_disponible` where this company has no such resource.
        """
        punto = punto or {}
        start = punto.get("consulta", 0) % len(recurso.consultas)  # an account's queries may be fewer than they were
        for number, consulta in list(enumerate(recurso.consultas))[start:]:
            lista = _Lista(self, recurso, {**consulta, **_dias(recurso, desde, hasta)})
            recorrido = Recorrido(
                lista,
                recurso.claves,
                tamano=self._maximo(recurso, tamano),
                lote=tamano,
                punto=punto if number == start else None,
                de_una_vez=recurso.paginas == Paginas.ENTERA,
                verificar=verificar and recurso.paginas != Paginas.ENTERA,
            )
            for pagina in recorrido.paginas():
                self._maximos[recurso.ruta] = recorrido.maximo
                yield replace(pagina, punto={"consulta": number, **pagina.punto})

    def uno(self, recurso: Recurso, clave: str) -> dict[str, Any] | None:
        """The record with that id as it is now, or None where it is gone."""
        ruta = (recurso.ruta_uno or recurso.ruta).rstrip("/")
        respuesta = self.pedir(recurso, f"{ruta}/{_en_ruta(clave)}")
        if answers.no_esta(respuesta):
            return None
        if not respuesta.bien:
            raise answers.error_de(respuesta, recurso.titulo, self.http.tachar)
        return answers.uno(respuesta, clave, self.http.tachar)

    def existencias(self, producto_id: str) -> list[dict[str, Any]] | None:
        """A product's stock by warehouse, or None where there is no such product.

        Warehouses without a point of sale are not listed: they are unknown, not zero.
        """
        recurso = POR_NOMBRE["products"]
        respuesta = self.pedir(recurso, f"{recurso.ruta}{_en_ruta(producto_id)}/stock/")
        if answers.no_esta(respuesta):
            return None
        if not respuesta.bien:
            raise answers.error_de(respuesta, "Existencias", self.http.tachar)
        return [row for row in answers.listado(respuesta, self.http.tachar).filas if isinstance(row, dict)]

    def pedir(self, recurso: Recurso, ruta: str, parametros: Mapping[str, str] | None = None) -> Respuesta:
        """The answer of Contífico, whatever it says, once it is not one that passes."""
        return self.http.pedir("GET", f"v{recurso.version}/{ruta}", parametros, pasajera=answers.pasajera)

    def lista(self, recurso: Recurso, parametros: Mapping[str, str]) -> Listado:
        """One page of a resource's list, at whichever of its addresses has it."""
        ruta = recurso.alterna if recurso.ruta in self._alternas else recurso.ruta
        respuesta = self.pedir(recurso, ruta, parametros)
        if recurso.alterna and ruta != recurso.alterna and answers.es_id_incorrecto(respuesta):
            self._alternas.add(recurso.ruta)
            return self.lista(recurso, parametros)
        if respuesta.bien:
            return answers.listado(respuesta, self.http.tachar)
        if answers.es_de_tamano(respuesta):
            raise Grande
        if answers.es_fuera_de_rango(respuesta):
            raise FueraDeRango
        raise answers.error_de(respuesta, recurso.titulo, self.http.tachar)

    def _maximo(self, recurso: Recurso, tamano: int) -> int:
        known = self._maximos.get(recurso.ruta, tamano)
        return max(1, min(tamano, recurso.tope or tamano, known))


class _Lista:
    """One query of a resource, as `Recorrido` reads it."""

    def __init__(self, cliente: Cliente, recurso: Recurso, parametros: Mapping[str, str]) -> None:
        self._cliente = cliente
        self._recurso = recurso
        self._parametros = parametros

    def pagina(self, numero: int, tamano: int) -> Listado:
        try:
            return self._cliente.lista(self._recurso, {**self._parametros, **self._de_pagina(numero, tamano)})
        except Rejected as error:
            if numero > 1 and error.codigo == "recurso_no_disponible":  # page 1 was there
                raise Retriable("fallo_de_contifico", error.mensaje, "Repita más tarde.") from error
            raise

    def _de_pagina(self, numero: int, tamano: int) -> dict[str, str]:
        """The two ways of asking for a page, for nobody knows which one a v1 list heeds; v2 has one."""
        if self._recurso.paginas == Paginas.ENTERA and numero == 1:
            return {}
        v2 = {"page": str(numero), "page_size": str(tamano)}
        return v2 if self._recurso.version == 2 else {"result_page": str(numero), "result_size": str(tamano)} | v2


def _dias(recurso: Recurso, desde: date | None, hasta: date | None) -> dict[str, str]:
    filtro = recurso.filtro
    if filtro is None:
        return {}
    asked = ((filtro.desde, desde), (filtro.hasta, hasta))
    return {name: day.strftime(filtro.formato) for name, day in asked if day}


def _en_ruta(clave: str) -> str:
    """An id as one piece of an address, whatever is in it."""
    if (
        not clave.strip(". ")
        or len(clave) > LARGO_ID
        or any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in clave)
    ):
        raise Rejected("id_invalido", f"No puede ser un id de Contífico: {ascii(clave)[:60]}.")
    return quote(clave, safe="")
