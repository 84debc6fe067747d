"""Making, renewing and revoking keys and tokens. The credential itself is only ever in what these functions return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apikeys import keys
from apikeys.accepting import (
    exigir_alcances,
    exigir_dias,
    exigir_dueno,
    exigir_limite,
    exigir_nombre,
    exigir_origenes,
    exigir_redes,
    exigir_solape,
)
from apikeys.granting import exigir_otorgable
from apikeys.models import APIKeyCliente, Credencial, FichaPersonal, OrigenPermitido
from lib.audit import anotar
from lib.errors import Conflict, Missing

DIAS = 365
CREADA, ACTUALIZADA = "Creada", "Actualizada"
CANDADO = 0x617069  # of PostgreSQL's advisory locks, with the owner's hash


@dataclass(frozen=True, slots=True)
class Emitida:
    """A key that was just made: its row, the key for its owner's eyes, and whether it took the place of others."""

    fila: APIKeyCliente
    clave: keys.Clave = field(repr=False)
    accion: str


def emitir(
    *,
    nit: str = "",
    id_sucursal: str = "",
    local: str = "",
    nombre_cliente: str = "",
    dias_validez: int = DIAS,
    alcances: Iterable[str] | None = None,
    limite_por_minuto: int | None = None,
    redes_permitidas: Sequence[str] = (),
    origenes: Sequence[str] = (),
    reemplazar: bool = False,
    por: Any = None,
) -> Emitida:
    """A new key for one NIT, branch or till local; with `reemplazar` the owner's other active keys end with it.

    Missing `nit_sin_empresas` where no company has the NIT; Rejected where owner, scopes, days, limit, networks or
    origins are not possible.
    """
    tipo, dueno = exigir_dueno(nit=nit, id_sucursal=id_sucursal, local=local)
    fila = APIKeyCliente(
        **dueno,
        alcances=exigir_alcances(tipo, alcances),
        redes_permitidas=exigir_redes(redes_permitidas),
        creada_por=por,
    )
    exigir_otorgable(fila.alcances, por)
    if limite_por_minuto is not None:
        fila.limite_por_minuto = exigir_limite(limite_por_minuto)
    propio = _nombre(fila, tipo)
    fila.nombre_cliente = exigir_nombre(nombre_cliente) or propio
    permitidos, dias = exigir_origenes(origenes), exigir_dias(dias_validez)
    with transaction.atomic():
        _cerrar_paso(fila)
        terminadas = _terminar(APIKeyCliente.objects.filter(**_columnas(fila)), por) if reemplazar else 0
        clave = _guardar(fila, keys.nueva(keys.CLIENTE), dias)
        _permitir(fila, permitidos)
        anotar(fila, ADDITION, "Generó la clave.", por=por)
    return Emitida(fila, clave, ACTUALIZADA if terminadas else CREADA)


def revocar(fila: APIKeyCliente, *, por: Any) -> None:
    """End a key now; Conflict `ya_revocada` where someone did before."""
    if not _terminar(APIKeyCliente.objects.filter(pk=fila.pk), por):
        raise Conflict("ya_revocada", "La clave ya estaba revocada.", "No hay nada más que hacer.")
    fila.refresh_from_db()


def renovar(fila: APIKeyCliente, *, dias_validez: int = DIAS, solape: timedelta = timedelta(0), por: Any) -> Emitida:
    """A successor with the same owner, rights and limits; the old key works on for `solape`, never beyond its own end.

    Conflict `ya_renovada` or `ya_revocada`; Rejected where days or overlap are not possible.
    """
    dias, hasta = exigir_dias(dias_validez), timezone.now() + exigir_solape(solape)
    with transaction.atomic():
        _cerrar_paso(fila)
        fila.refresh_from_db(from_queryset=APIKeyCliente.objects.select_for_update())  # as it is, not as it was shown
        exigir_otorgable(fila.alcances, por)
        nueva = APIKeyCliente(creada_por=por, **{name: getattr(fila, name) for name in HEREDADAS})
        clave = _guardar(nueva, keys.nueva(keys.CLIENTE), dias)
        _permitir(nueva, list(fila.origenes.values_list("origen", flat=True)))
        _ceder(fila, nueva, min(fila.fecha_caducidad, hasta))
        anotar(nueva, ADDITION, f"Generó la clave, que sucede a sk_{fila.identificador}…", por=por)
        anotar(fila, CHANGE, f"Renovó la clave: la sucede sk_{nueva.identificador}…", por=por)
    fila.refresh_from_db()
    return Emitida(nueva, clave, ACTUALIZADA)


HEREDADAS = (
    "nombre_cliente", "nit", "nit_original", "nit_base", "id_sucursal", "local", "alcances", "limite_por_minuto",
    "redes_permitidas",
)  # fmt: skip


def emitir_ficha(
    usuario: Any, *, dias: int, nombre: str = "", segundo_factor: bool = False
) -> tuple[FichaPersonal, keys.Clave]:
    """A new token of this person."""
    fila = FichaPersonal(usuario=usuario, nombre=nombre, segundo_factor=segundo_factor)
    return fila, _guardar(fila, keys.nueva(keys.PERSONA), dias)


def _guardar(fila: Credencial, clave: keys.Clave, dias: int) -> keys.Clave:
    fila.identificador = clave.identificador
    fila.huella, fila.pimienta = keys.huella(clave)
    fila.fecha_caducidad = timezone.now() + timedelta(days=dias)
    fila.save()
    return clave


def _nombre(fila: APIKeyCliente, tipo: str) -> str:
    """The name of the newest company that the key sees, or of the branch or local."""
    if tipo != "nit":
        return f"Sucursal {fila.id_sucursal}" if tipo == "id_sucursal" else f"Local {fila.local}"
    empresa = fila.empresas_asociadas.order_by("-anio_fiscal", "-pk").first()
    if empresa is None:
        raise Missing(
            "nit_sin_empresas",
            "Ninguna empresa tiene ese NIT.",
            "Descubra primero sus empresas; si el NIT lleva dígito de verificación, escríbalo con guion.",
        )
    return empresa.nombre


def _cerrar_paso(fila: APIKeyCliente) -> None:
    """Let nobody else make keys for this owner until the commit; SQLite's one writer needs no more than that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [CANDADO, repr(_columnas(fila))])


def _columnas(fila: APIKeyCliente) -> dict[str, str]:
    return {"nit_base": fila.nit_base, "id_sucursal": fila.id_sucursal, "local": fila.local}


def _terminar(filas: QuerySet[APIKeyCliente], por: Any) -> int:
    """End those that are active; how many this call ended."""
    with transaction.atomic():
        activas = list(filas.filter(activa=True))
        terminadas = [fila for fila in activas if _apagar(fila)]
        for fila in terminadas:
            anotar(fila, CHANGE, "Revocó la clave.", por=por)
    return len(terminadas)


def _apagar(fila: APIKeyCliente) -> bool:
    """Compare-and-set: of two who revoke the same key at once only one does."""
    vivas = APIKeyCliente.objects.filter(pk=fila.pk, activa=True)
    return bool(vivas.update(activa=False, revocada=timezone.now()))


def _ceder(fila: APIKeyCliente, nueva: APIKeyCliente, hasta: datetime) -> None:
    """Compare-and-set: of two who renew the same key at once only one does."""
    if not APIKeyCliente.objects.filter(pk=fila.pk, activa=True, sucesora=None).update(
        sucesora=nueva, fecha_caducidad=hasta
    ):
        raise _no_renovable(APIKeyCliente.objects.get(pk=fila.pk))


def _no_renovable(fila: APIKeyCliente) -> Conflict:
    if fila.activa:
        return Conflict("ya_renovada", "Esa clave ya se renovó.", f"Renueve la que la sucedió: {fila.sucesora}.")
    return Conflict("ya_revocada", "Esa clave está revocada.", "Genere una nueva.")


def _permitir(fila: APIKeyCliente, origenes: list[str]) -> None:
    OrigenPermitido.objects.bulk_create(OrigenPermitido(clave=fila, origen=origen) for origen in origenes)
