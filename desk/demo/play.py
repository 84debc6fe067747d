"""What the demonstration does: discover both servers, extract every company, tell what happened."""

from collections import Counter
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.core.management.base import OutputWrapper
from django.db.models import Count
from django.utils.crypto import get_random_string

from companies import discovery
from companies.models import EmpresaServidor, EstadoEmpresa
from desk.demo.checking import diferencias_de_hallazgo
from desk.demo.tns_truth import Verdad
from inventory import extraction
from inventory.models import MovimientoRechazado
from jobs.foreground import correr
from jobs.models import Ejecucion, Estado
from lib.errors import Fatal
from servers.models import Servidor

BIEN = {Estado.COMPLETADA, Estado.COMPLETADA_CON_ERRORES}


def descubrir(servidores: list[Servidor], verdad: Verdad, stdout: OutputWrapper) -> list[str]:
    """Discover each server; what it told about its companies that is not so."""
    found = []
    for servidor in servidores:
        run, _ = discovery.solicitar(servidor, encolar=False)
        correr(run, discovery.cumplir, stdout=stdout)
        _exigir_bien(run)
        empresas = (run.resultado or {})["empresas"]
        for line in _contar_empresas(empresas):
            stdout.write(line)
        told = Counter(empresa["accion"] for empresa in empresas)
        found += diferencias_de_hallazgo(verdad.acciones(servidor.nombre), told, servidor.nombre)
    return found


def _contar_empresas(empresas: list[dict[str, str]]) -> Iterator[str]:
    for empresa in empresas:
        if empresa.get("motivo"):
            yield f"  {empresa['accion']}: {empresa['empresa']} ({empresa['nit']}): {empresa['motivo']}"


def extraer(*, forzar: bool, stdout: OutputWrapper) -> int:
    """Extract the fiscal year of every active company; the movements read."""
    total = 0
    for empresa in EmpresaServidor.objects.filter(estado=EstadoEmpresa.ACTIVO).order_by("servidor", "codigo"):
        run, _ = extraction.solicitar(empresa, forzar=forzar, encolar=False)
        correr(run, extraction.cumplir, stdout=stdout)
        _exigir_bien(run)
        stdout.write(f"  {empresa}: {_cuenta(run)}{_rechazos(empresa)}")
        total += run.conteos["leidas"]
    return total


def _exigir_bien(run: Ejecucion) -> None:
    if run.estado == Estado.CANCELADA:  # Ctrl-C means all of it
        raise KeyboardInterrupt
    if run.estado not in BIEN:
        error = run.error or {}
        raise Fatal(
            "demo_incompleta",
            f"{run} terminó como {run.get_estado_display()}. {error.get('mensaje', '')}".rstrip(),
            error.get("remedio", ""),
        )


def _cuenta(run: Ejecucion) -> str:
    read = run.conteos["leidas"]
    if not read and (run.resultado or {}).get("estado") == "ya_extraido":
        return "ya extraída, nada que leer"
    seconds = (run.fin - run.inicio).total_seconds() if run.fin and run.inicio else 0.0
    return ritmo(read, seconds)


def ritmo(filas: int, segundos: float) -> str:
    """Rows, seconds and rows per second as they are written in Spanish."""
    speed = f" ({_numero(filas / segundos)} filas/s)" if filas and segundos else ""
    seconds = f"{segundos:.1f}".replace(".", ",")
    return f"{_numero(filas)} filas en {seconds} s{speed}"


def _numero(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


def _rechazos(empresa: EmpresaServidor) -> str:
    reasons = (
        MovimientoRechazado.objects.filter(empresa_servidor=empresa)
        .values_list("motivo", "detalle")
        .annotate(veces=Count("pk"))
        .order_by("motivo", "detalle")
    )
    told = "; ".join(f"{veces} × {motivo}: {detalle}" for motivo, detalle, veces in reasons)
    return f"; rechazadas: {told}" if told else ""


def crear_administrador(*, clave_nueva: bool) -> tuple[str, str]:
    """The user `admin` and its password; an empty one where the user is there already and keeps its own."""
    users = get_user_model()._default_manager
    user = users.filter(username="admin").first()
    if user is not None and not clave_nueva:
        return "admin", ""
    password = get_random_string(14)
    if user is None:
        users.create_superuser("admin", "admin@example.com", password)
    else:
        user.set_password(password)
        user.save()
    return "admin", password
