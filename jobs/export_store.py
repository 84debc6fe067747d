"""Where exported files are kept: in compressed pieces in the database, for web and worker may be two machines."""

import hashlib
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from jobs.export_formats import Formato
from jobs.exportables import Lista
from jobs.marcha import Marcha
from jobs.models import Ejecucion, Exportacion, TrozoExportacion

TROZO = 1 << 20
GUARDADAS = 5  # files that one requester has of one list; the oldest goes
GRACIA = timedelta(hours=1)  # a download that began in time ends


@contextmanager
def borrador(run: Ejecucion) -> Iterator[Path]:
    """A directory for the file while it is written; what an attempt that was killed left there is removed."""
    for old in directorio().glob(f"{run.pk.hex}-*"):
        shutil.rmtree(old, ignore_errors=True)
    directory = directorio() / f"{run.pk.hex}-{run.arriendo}"
    directory.mkdir(parents=True, mode=0o700)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def directorio() -> Path:
    return Path(settings.DIRECTORIO_DATOS) / "exportaciones"


def guardar(marcha: Marcha, ruta: Path, lista: Lista, formato: Formato) -> Exportacion:
    """Put the file into the database: all of it with its row, or nothing."""
    run, now = marcha.run, timezone.now()
    with transaction.atomic():
        exportacion = Exportacion.objects.create(
            ejecucion=run,
            nombre=f"{lista.nombre}.{formato.nombre}",
            tipo_contenido=formato.tipo_contenido,
            filas=marcha.conteos["leidas"],
            columnas=list(lista.columnas),
            alcance=None if lista.alcance is None else list(lista.alcance),
            tamano=ruta.stat().st_size,
            creada=now,
            caduca=now + timedelta(hours=settings.EXPORTACION_HORAS),
        )
        exportacion.sha256 = _trocear(marcha, exportacion, ruta)
        exportacion.save(update_fields=["sha256"])
        _retirar_anteriores(run)
        marcha.confirmar(progreso=exportacion.filas)
    return exportacion


def _trocear(marcha: Marcha, exportacion: Exportacion, ruta: Path) -> str:
    digest = hashlib.sha256()
    with ruta.open("rb") as file:
        for numero, datos in enumerate(iter(lambda: file.read(TROZO), b"")):
            marcha.comprobar()
            digest.update(datos)
            TrozoExportacion.objects.create(exportacion=exportacion, numero=numero, datos=zlib.compress(datos, 1))
    return digest.hexdigest()


def _retirar_anteriores(run: Ejecucion) -> None:
    suyas = Exportacion.objects.filter(ejecucion__clave=run.clave).order_by("-creada", "-pk")
    Exportacion.objects.filter(pk__in=list(suyas.values_list("pk", flat=True)[GUARDADAS:])).delete()


def leer(exportacion: Exportacion, desde: int = 0, hasta: int | None = None) -> Iterator[bytes]:
    """The bytes of the file from `desde` up to, but not including, `hasta`; piece by piece."""
    hasta = exportacion.tamano if hasta is None else min(hasta, exportacion.tamano)
    trozos = TrozoExportacion.objects.filter(exportacion=exportacion)
    for numero in range(desde // TROZO, -(-hasta // TROZO)):
        datos = zlib.decompress(trozos.values_list("datos", flat=True).get(numero=numero))
        yield datos[max(desde - numero * TROZO, 0) : hasta - numero * TROZO]


def enlace(exportacion: Exportacion) -> str:
    """The path that opens the file until it expires; computed when it is shown, kept nowhere."""
    return f"/api/exportaciones/{firma(exportacion)}/"


def firma(exportacion: Exportacion) -> str:
    """The name of the file that only we can give it."""
    return _firmante().sign(exportacion.ejecucion_id.hex)


def de_ejecucion(run: Ejecucion) -> Exportacion | None:
    """The file that the run made, while it has not expired."""
    return Exportacion.objects.filter(ejecucion=run, caduca__gt=timezone.now()).first()


def _firmante() -> Signer:
    return Signer(salt="jobs.exports")


def con_firma(texto: str) -> Exportacion | None:
    """The file that a signed address names, while it has not expired."""
    try:
        pk = _firmante().unsign(texto)
    except BadSignature:
        return None
    alive = Exportacion.objects.select_related("ejecucion").filter(caduca__gt=timezone.now())
    return alive.filter(ejecucion_id=pk).first()


def podar() -> int:
    """Remove the files that have expired, and what killed runs of this machine left; how many files."""
    now = timezone.now()
    for old in directorio().glob("*-*"):
        if _vieja(old, (now - timedelta(days=1)).timestamp()):
            shutil.rmtree(old, ignore_errors=True)
    expired = list(Exportacion.objects.filter(caduca__lt=now - GRACIA).values_list("pk", flat=True))
    for pk in expired:  # one at a time, so that no transaction grows with their number
        Exportacion.objects.filter(pk=pk).delete()
    return len(expired)


def _vieja(carpeta: Path, limite: float) -> bool:
    """Whether nothing happened to it since then; a run may remove its own at any moment."""
    try:
        return carpeta.stat().st_mtime < limite
    except FileNotFoundError:
        return False
