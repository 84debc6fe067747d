"""Compares what the back office holds with the truth about the invented installation."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from companies.models import EmpresaServidor, EstadoEmpresa
from desk.demo.tns_truth import Suma, Verdad, VerdadEmpresa
from inventory.models import Articulo, Existencia, MovimientoInventario, MovimientoRechazado

GUARDADAS = {"creada", "actualizada", "sin_cambios"}


def diferencias(verdad: Verdad) -> list[str]:
    """One sentence for each thing that is not as it must be; empty where all is well."""
    found = []
    for (nit_base, anio), esperado in verdad.datos.items():
        empresa = EmpresaServidor.objects.filter(nit_base=nit_base, anio_fiscal=anio).first()
        if empresa is None:
            found.append(f"Falta la empresa con NIT {nit_base} del año {anio}.")
        else:
            found += [f"{empresa}: {what}" for what in _de_empresa(empresa, esperado)]
    total = EmpresaServidor.objects.filter(estado=EstadoEmpresa.ACTIVO).count()
    if total != len(verdad.datos):
        found.append(f"Hay {total} empresas activas y deben ser {len(verdad.datos)}.")
    return found


def diferencias_de_hallazgo(esperado: Counter[str], hallado: Counter[str], servidor: str) -> list[str]:
    """What discovery told about one server against the truth; a company kept from before is as good as a new one."""
    told = Counter(_grupo(accion) for accion in hallado.elements())
    must = Counter(_grupo(accion) for accion in esperado.elements())
    return [
        f"{servidor}: {told[accion]} empresas {accion}s y deben ser {must[accion]}."
        for accion in sorted(told | must)
        if told[accion] != must[accion]
    ]


def _grupo(accion: str) -> str:
    return "guardada" if accion in GUARDADAS else accion


def _de_empresa(empresa: EmpresaServidor, esperado: VerdadEmpresa) -> Iterator[str]:
    held = sumas(empresa)
    for mes, tipo in sorted(held.keys() | esperado.movimientos.keys()):
        have, must = held.get((mes, tipo), Suma()), esperado.movimientos.get((mes, tipo), Suma())
        if have != must:
            yield (
                f"mes {mes}, {tipo}: {have.filas} filas, Σ {have.cantidad}, valor {have.valor};"
                f" deben ser {must.filas}, {must.cantidad}, {must.valor}."
            )
    counts = {
        "movimientos rechazados": (MovimientoRechazado, esperado.rechazadas),
        "artículos": (Articulo, esperado.articulos),
        "existencias": (Existencia, esperado.existencias),
    }
    for name, (model, must_be) in counts.items():
        number = model._default_manager.filter(empresa_servidor=empresa).count()
        if number != must_be:
            yield f"{number} {name} y deben ser {must_be}."


def sumas(empresa: EmpresaServidor) -> dict[tuple[int, str], Suma]:
    """The company's stored movements by (month, kind), added up in Python so that nothing is rounded."""
    sums: dict[tuple[int, str], Suma] = defaultdict(Suma)
    rows = MovimientoInventario.objects.filter(empresa_servidor=empresa)
    for fecha, tipo, cantidad, valor in rows.values_list(
        "fecha", "tipo_documento", "cantidad", "valor_total"
    ).iterator():
        sums[fecha.month, tipo] += Suma(1, cantidad, valor)
    return dict(sums)
