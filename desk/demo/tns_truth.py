"""What the back office must find in the installation, added up from the invented documents, never from a database."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from desk.demo.tns_data import CLASE_DESCONOCIDA, CLASES_COPIADAS, Base

TIPOS = {
    "FV": "FACTURA_VENTA",
    "FC": "FACTURA_COMPRA",
    "DV": "DEVOLUCION_VENTA",
    "DC": "DEVOLUCION_COMPRA",
    "RS": "REMISION_SALIDA",
    "RE": "REMISION_ENTRADA",
}
DIEZMILESIMA = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Suma:
    filas: int = 0
    cantidad: Decimal = Decimal(0)
    valor: Decimal = Decimal(0)

    def __add__(self, other: "Suma") -> "Suma":
        return Suma(self.filas + other.filas, self.cantidad + other.cantidad, self.valor + other.valor)


@dataclass(frozen=True, slots=True)
class VerdadEmpresa:
    """The movements of one company's fiscal year by (month, kind), and what else is copied or refused."""

    nit_base: str
    anio: int
    movimientos: dict[tuple[int, str], Suma]
    rechazadas: int
    redondeadas: int
    articulos: int
    existencias: int

    @property
    def total(self) -> Suma:
        return sum(self.movimientos.values(), Suma())


@dataclass(slots=True)
class Verdad:
    """Per (server, CODIGO): what becomes of the company; per (base NIT, year): what its database holds."""

    empresas: dict[tuple[str, str], str] = field(default_factory=dict)
    datos: dict[tuple[str, int], VerdadEmpresa] = field(default_factory=dict)

    def acciones(self, servidor: str) -> Counter[str]:
        return Counter(accion for (name, _), accion in self.empresas.items() if name == servidor)


def contar(nit_base: str, base: Base) -> VerdadEmpresa:
    sums: dict[tuple[int, str], Suma] = defaultdict(Suma)
    rejected = rounded = 0
    for mes, tipo, cantidad, precio in _lineas(base):
        if cantidad is None or tipo is None:
            rejected += 1
            continue
        exact = cantidad.quantize(DIEZMILESIMA, ROUND_HALF_UP)
        rounded += exact != cantidad
        valor = (exact * precio).quantize(DIEZMILESIMA, ROUND_HALF_UP)
        sums[mes, tipo] += Suma(1, exact, valor)
    articles = [p for p in base.guion.productos if p.es_articulo]
    stock = sum(any(p.matid == matid for p in articles) for matid, _ in base.existencias)
    return VerdadEmpresa(nit_base, base.anio, dict(sums), rejected, rounded, len(articles), stock)


def _lineas(base: Base) -> Iterator[tuple[int, str | None, Decimal | None, Decimal]]:
    """(month, kind, quantity, price) of every line that counts: of this year, posted, not void; no kind if unknown."""
    for documento in base.documentos:
        alive = documento.asentado is not None and documento.anulado is None
        if alive and documento.clase in CLASES_COPIADAS | {CLASE_DESCONOCIDA} and documento.fecha.year == base.anio:
            for n in documento.lineas:
                yield documento.fecha.month, TIPOS.get(documento.clase), n.cantidad, n.precio
    for traslado in base.traslados:
        if traslado.asentado is not None:
            for n in traslado.lineas:
                yield traslado.fecha.month, "TRASLADO_SALIDA", n.cantidad, Decimal(0)
                yield traslado.fecha.month, "TRASLADO_ENTRADA", n.cantidad, Decimal(0)
