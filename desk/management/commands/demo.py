"""The demonstration: an invented TNS installation, discovered, extracted, checked and served on loopback."""

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo import play, serving, stage
from desk.demo.checking import diferencias
from desk.demo.environment import MARCA, a_solas, lanzar
from desk.demo.stage import Escenario
from desk.demo.tns import LINEAS
from lib.errors import TrastiendaError

REMEDIO = "Empiece de cero con --reiniciar; si sigue igual, es un error nuestro."


class Command(BaseCommand):
    help = "Demostración completa, sin nada que configurar: Firebird privado, datos inventados, administración y API."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Termina después del trabajo, sin servir páginas.")
        parser.add_argument("--puerto", type=int, default=8000, help="Puerto de las páginas en 127.0.0.1.")
        parser.add_argument("--directorio", type=Path, help="Dónde se guarda; por defecto var/demo.")
        parser.add_argument("--lineas", type=int, default=LINEAS, help="Líneas por empresa y año.")
        parser.add_argument("--reiniciar", action="store_true", help="Olvida la demostración anterior.")
        parser.add_argument("--clave-nueva", action="store_true", help="Da otra contraseña al usuario admin.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        directorio = opciones["directorio"]
        try:
            if directorio is None or os.environ.get(MARCA) != str(directorio):
                lanzar(sys.argv[2:])
            with a_solas(directorio):
                self._correr(directorio, opciones)
        except TrastiendaError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Detenida.") from None

    def _correr(self, directorio: Path, opciones: dict[str, Any]) -> None:
        start = time.monotonic()
        if not opciones["once"]:
            serving.exigir_puerto_libre(opciones["puerto"])
        with stage.montar(directorio, lineas=opciones["lineas"], decir=self._decir) as escenario:
            self._trabajar(escenario)
            self._decir(f"Todo cuadra con los datos inventados. Trabajo hecho en {time.monotonic() - start:.0f} s.")
            self._presentar_administrador(clave_nueva=opciones["clave_nueva"])
            if not opciones["once"]:
                self._decir("Arrancando páginas, worker, beat y vigilar…")
                serving.servir(escenario.server, puerto=opciones["puerto"], decir=self._decir)
                self._decir("Todo detenido.")

    def _trabajar(self, escenario: Escenario) -> None:
        stage.preparar_base()
        verdad = escenario.instalacion.verdad
        servidores = stage.registrar_servidores(escenario.server, escenario.instalacion)
        errors = play.descubrir(servidores, verdad, self.stdout)
        start = time.monotonic()
        rows = play.extraer(forzar=escenario.nueva, stdout=self.stdout)
        self._decir(f"En total, con arranques: {play.ritmo(rows, time.monotonic() - start)}.")
        errors += diferencias(verdad)
        if errors:
            raise CommandError("\n".join(["Algo no cuadra:", *errors, REMEDIO]))

    def _presentar_administrador(self, *, clave_nueva: bool) -> None:
        usuario, clave = play.crear_administrador(clave_nueva=clave_nueva)
        if clave:
            self._decir(f"Usuario: {usuario}   Contraseña: {clave}   (no se muestra otra vez)")
        else:
            self._decir(f"El usuario {usuario} ya existe; --clave-nueva le da otra contraseña.")

    def _decir(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
