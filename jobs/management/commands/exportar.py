"""Take a whole list away as a file, with the rights of a user, without a worker."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from rest_framework.exceptions import PermissionDenied as NoPermission
from rest_framework.exceptions import ValidationError

from jobs import export_store, exports
from jobs.export_formats import FORMATOS
from jobs.exportables import Lista, abrir, nombres
from jobs.foreground import JobCommand, Pedido
from jobs.models import Ejecucion, Exportacion
from jobs.requesters import Solicitante
from lib.api import por_campo
from lib.errors import Rejected


class Command(JobCommand):
    help = "Exporta una lista entera, con los derechos de un usuario."
    cumplir = exports.cumplir
    run: Ejecucion | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("lista", choices=nombres(), help="Qué lista.", metavar="LISTA")
        parser.add_argument("--usuario", required=True, help="Con los derechos de quién.")
        parser.add_argument("--formato", choices=FORMATOS, default="csv")
        parser.add_argument("--filtro", action="append", default=[], metavar="NOMBRE=VALOR", help="Puede repetirse.")
        parser.add_argument("--archivo", type=Path, help="Dónde dejarlo, además de guardarlo.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        super().handle(*args, **opciones)
        hecha = self.run and export_store.de_ejecucion(self.run)
        if hecha and opciones["archivo"]:
            _dejar(hecha, opciones["archivo"])

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        quien = _usuario(opciones["usuario"])
        pedido = exports.Pedido(opciones["lista"], opciones["formato"], _filtros(opciones["filtro"]))
        lista = _abrir(pedido, quien)
        exports.comprobar_tamano(lista, pedido.tipo)
        yield partial(self._pedir, pedido, quien, lista.nombre)

    def _pedir(self, pedido: exports.Pedido, quien: Solicitante, sobre: str) -> tuple[Ejecucion, bool]:
        self.run, new = exports.pedir(pedido, quien, sobre=sobre, encolar=False)
        return self.run, new


def _usuario(nombre: str) -> Solicitante:
    usuario = get_user_model()._default_manager.filter(username=nombre, is_active=True).first()
    if usuario is None:
        raise Rejected("usuario_desconocido", f"No hay un usuario activo «{nombre}».", "Vea Personas › Usuarios.")
    return Solicitante(usuario)


def _filtros(textos: list[str]) -> dict[str, list[str]]:
    filtros: dict[str, list[str]] = {}
    for texto in textos:
        nombre, _, valor = texto.partition("=")
        filtros.setdefault(nombre, []).append(valor)
    return filtros


def _abrir(pedido: exports.Pedido, quien: Solicitante) -> Lista:
    """The list, or the reason why this user cannot have it so, as a sentence."""
    try:
        return abrir(pedido.lista, pedido.consulta, quien)
    except (PermissionDenied, NoPermission) as error:
        raise Rejected("sin_permiso", "Ese usuario no puede ver la lista.", "Use otro usuario.") from error
    except ValidationError as error:
        raise Rejected("datos_invalidos", "La lista no se puede pedir así.", _motivos(error.detail)) from error


def _motivos(detalle: Any) -> str:
    """What is wrong with each filter, on a line."""
    return " ".join(f"{nombre}: {' '.join(map(str, textos))}" for nombre, textos in por_campo(detalle).items())


def _dejar(hecha: Exportacion, archivo: Path) -> None:
    try:
        with archivo.open("wb") as file:
            file.writelines(export_store.leer(hecha))
    except OSError as error:
        raise CommandError(
            f"No se pudo escribir {archivo} ({error.strerror}). La exportación está hecha: descárguela en Trabajo › "
            "Ejecuciones, o repita con otro --archivo."
        ) from error
