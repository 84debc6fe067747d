"""The stage of the demonstration: a running Firebird with its installation, and our own database ready."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from desk.demo import tns
from desk.demo.firebird_server import PrivateFirebird
from desk.demo.tns import Instalacion
from jobs.models import ACTIVOS, Ejecucion, Estado
from servers.models import Servidor, TipoServidor

Decir = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Escenario:
    server: PrivateFirebird
    instalacion: Instalacion
    nueva: bool  # made just now: whatever was copied before is of another one


@contextmanager
def montar(directorio: Path, *, lineas: int, decir: Decir) -> Iterator[Escenario]:
    """A private Firebird with the installation; made the first time, used again afterwards."""
    with PrivateFirebird(directorio / "firebird") as server:
        decir(f"Firebird privado en 127.0.0.1:{server.port}.")
        yield instalar(server, lineas=lineas, decir=decir)


def instalar(server: PrivateFirebird, *, lineas: int, decir: Decir) -> Escenario:
    """The installation of an earlier start where it is whole and of this version and year, else a new one."""
    stamp = server.root / "instalacion.json"
    today = timezone.localdate()
    asked = {"version": _version(), "anio": today.year, "lineas": lineas}
    told = json.loads(stamp.read_text()) if stamp.exists() else {}
    if {name: told.get(name) for name in asked} == asked:
        decir("La instalación TNS inventada ya está; se usa de nuevo.")
        known = tns.describir(server, hoy=date.fromisoformat(told["hoy"]), lineas=lineas)
        return Escenario(server, known, nueva=False)
    decir("Creando la instalación TNS inventada: dos bases maestras y ocho bases de empresa.")
    stamp.unlink(missing_ok=True)
    made = tns.crear_instalacion(server, hoy=today, lineas=lineas, decir=decir)
    stamp.write_text(json.dumps(asked | {"hoy": today.isoformat()}))
    return Escenario(server, made, nueva=True)


def _version() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(tns.__file__).parent.glob("tns*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def preparar_base() -> None:
    """Migrate, and let go of what an earlier demonstration left running: nobody else uses this directory."""
    call_command("migrate", verbosity=0, interactive=False)
    Ejecucion.objects.filter(estado__in=ACTIVOS).update(
        estado=Estado.CANCELADA, arriendo=None, fin=timezone.now(), mensaje="Cancelada al empezar otra demostración."
    )


def registrar_servidores(server: PrivateFirebird, instalacion: Instalacion) -> list[Servidor]:
    """The two servers of the group; port and password change at every start."""
    servers = []
    for nombre, ruta in instalacion.maestras.items():
        servidor = Servidor.objects.filter(nombre=nombre).first() or Servidor(nombre=nombre)
        servidor.tipo_servidor = TipoServidor.FIREBIRD
        servidor.host, servidor.puerto, servidor.usuario = "127.0.0.1", server.port, server.usuario
        servidor.ruta_maestra, servidor.activo = ruta, True
        servidor.password = server.password
        servidor.save()
        servers.append(servidor)
    return servers
