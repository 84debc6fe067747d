"""The documents of one invented company and fiscal year, drawn from a seed: pure data, no database."""

import calendar
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from desk.demo.tns_catalogue import CLIENTES, PROVEEDORES, Producto
from desk.demo.tns_schema import Rasgos

CLASES = {"FV": 52, "FC": 14, "RS": 12, "RE": 5, "DV": 5, "DC": 3, "CT": 4, "PV": 4, "NI": 1}  # how often, of a hundred
CLASE_DESCONOCIDA = "ZX"
CLASES_COPIADAS = frozenset(("FV", "FC", "DV", "DC", "RS", "RE"))
LINEAS_POR_DOCUMENTO = 4.5
ULTIMO_MINUTO = time(23, 59, 30)


@dataclass(frozen=True, slots=True)
class Guion:
    """What a company is like: its articles, warehouses and how its year goes (12 weights)."""

    productos: tuple[Producto, ...]
    bodegas: tuple[tuple[int, str, str], ...]
    ritmo: tuple[int, ...]
    rasgos: Rasgos
    prefijos: tuple[str, ...] = ("00", "SUR")
    con_rechazos: bool = False  # a line without quantity and a document of an unknown kind, both on 1 January


@dataclass(frozen=True, slots=True)
class Linea:
    id: int
    matid: int
    bodid: int
    cantidad: Decimal | None
    precio: Decimal
    remtotfac: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Documento:
    """A header of KARDEX with its lines; draft without `asentado`, void with `anulado`."""

    id: int
    clase: str
    prefijo: str
    numero: str
    fecha: datetime
    asentado: datetime | None
    anulado: datetime | None
    tercero: int
    lineas: tuple[Linea, ...]


@dataclass(frozen=True, slots=True)
class Traslado:
    """A transfer between two warehouses; draft without `asentado`."""

    id: int
    numero: str
    fecha: datetime
    asentado: datetime | None
    origen: int
    destino: int
    lineas: tuple[Linea, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """All that one company's database holds."""

    guion: Guion
    anio: int
    documentos: list[Documento] = field(default_factory=list)
    traslados: list[Traslado] = field(default_factory=list)
    existencias: dict[tuple[int, int], Decimal] = field(default_factory=dict)


def generar(guion: Guion, anio: int, hasta: date, *, lineas: int, semilla: str) -> Base:
    """The year `anio` up to `hasta`, of about `lineas` lines a full year; the same seed gives the same rows."""
    return _Generador(guion, anio, hasta, lineas, random.Random(semilla)).base()  # noqa: S311


class _Generador:
    def __init__(self, guion: Guion, anio: int, hasta: date, lineas: int, azar: random.Random) -> None:
        self.guion, self.anio, self.hasta, self.azar = guion, anio, hasta, azar
        self.documentos_al_anio = max(12, lineas / LINEAS_POR_DOCUMENTO)
        self.articulos = [p for p in guion.productos if p.es_articulo]
        self.pesos = [1 / (1 + i % 13) for i in range(len(self.articulos))]
        self.siguiente = {"documento": 1, "linea": 1, "traslado": 1, "linea_traslado": 1}

    def base(self) -> Base:
        base = Base(self.guion, self.anio)
        base.documentos.extend(self._arrastrados())
        for month in range(1, self._ultimo_mes() + 1):
            for fecha in self._momentos(month):
                base.documentos.append(self._documento(fecha, self.azar.choices([*CLASES], [*CLASES.values()])[0]))
            base.documentos.append(self._documento(self._cierre(month), "FV", firme=True))
            base.traslados.extend(self._traslados(month))
        if self.guion.con_rechazos:
            base.documentos.extend(self._con_rechazos())
        base.existencias.update(_existencias(base))
        return base

    def _ultimo_mes(self) -> int:
        return self.hasta.month if self.hasta.year == self.anio else 12

    def _fin(self, month: int) -> date:
        last = date(self.anio, month, calendar.monthrange(self.anio, month)[1])
        return min(last, self.hasta)

    def _cierre(self, month: int) -> datetime:
        """The last minute of the month: a range that ends at midnight of its last day loses it."""
        return datetime.combine(self._fin(month), ULTIMO_MINUTO)

    def _momentos(self, month: int) -> Iterator[datetime]:
        ritmo = self.guion.ritmo
        full = calendar.monthrange(self.anio, month)[1]
        days = self._fin(month).day
        growth = 1 if self.anio == self.hasta.year else 0.88
        number = round(self.documentos_al_anio * growth * ritmo[month - 1] / sum(ritmo) * days / full)
        moments = [(self.azar.randint(1, days), self.azar.randint(7 * 60, 18 * 60)) for _ in range(number)]
        for day, minute in sorted(moments):
            yield datetime(self.anio, month, day) + timedelta(minutes=minute)  # noqa: DTZ001

    def _documento(self, fecha: datetime, clase: str, *, firme: bool = False) -> Documento:
        number = self._numerar("documento")
        fate = 0.5 if firme else self.azar.random()
        posted = None if fate < 0.03 else fecha + timedelta(days=self.azar.choice((0, 0, 0, 1)))
        return Documento(
            id=number,
            clase=clase,
            prefijo=self.azar.choice(self.guion.prefijos),
            numero=f"{number:08d}" if number % 3 else str(number),
            fecha=fecha,
            asentado=posted,
            anulado=fecha + timedelta(days=2) if fate > 0.97 else None,
            tercero=self._tercero(clase),
            lineas=tuple(self._linea(clase) for _ in range(self.azar.choice((1, 2, 3, 4, 5, 6, 7, 8)))),
        )

    def _con_rechazos(self) -> Iterator[Documento]:
        new_year = datetime(self.anio, 1, 1, 8, 5)  # noqa: DTZ001
        whole = self._documento(new_year, "FV", firme=True)
        yield replace(whole, lineas=(*whole.lineas, replace(self._linea("FV"), cantidad=None, remtotfac=None)))
        yield replace(self._documento(new_year, CLASE_DESCONOCIDA, firme=True), lineas=(self._linea("RS"),))

    def _tercero(self, clase: str) -> int:
        if clase in {"FC", "DC", "RE"}:
            return len(CLIENTES) + self.azar.randint(1, len(PROVEEDORES))
        return self.azar.randint(1, len(CLIENTES))

    def _linea(self, clase: str) -> Linea:
        product = self.azar.choices(self.articulos, self.pesos)[0]
        quantity = self._cantidad(product, clase)
        invoiced = clase == "FV" and self.guion.rasgos.remtotfac and self.azar.random() < 0.08
        return Linea(
            id=self._numerar("linea"),
            matid=product.matid,
            bodid=self.azar.choice(self.guion.bodegas)[0],
            cantidad=quantity,
            precio=(product.precio * self.azar.randint(92, 108) / 100).quantize(Decimal("0.01")),
            remtotfac=quantity if invoiced else None,
        )

    def _cantidad(self, product: Producto, clase: str) -> Decimal:
        whole = Decimal(self.azar.choice((1, 1, 1, 2, 2, 3, 4, 6, 10, 24)))
        if clase == "FC":
            whole *= 5  # bought in boxes, sold one by one
        if product.fraccionable and self.azar.random() < 0.3:
            step = Decimal(1).scaleb(-self.guion.rasgos.decimales)
            whole += Decimal(self.azar.randint(1, 10**self.guion.rasgos.decimales - 1)) * step
        return whole

    def _traslados(self, month: int) -> Iterator[Traslado]:
        for _ in range(max(1, round(self.documentos_al_anio / 300))):
            origin, target = self.azar.sample(self.guion.bodegas, 2)
            number = self._numerar("traslado")
            fecha = datetime(self.anio, month, self.azar.randint(1, self._fin(month).day), 16, 45)  # noqa: DTZ001
            yield Traslado(
                id=number,
                numero=f"{number:06d}",
                fecha=fecha,
                asentado=None if number % 9 == 0 else fecha,
                origen=origin[0],
                destino=target[0],
                lineas=tuple(self._linea_de_traslado(origin[0]) for _ in range(self.azar.randint(1, 4))),
            )

    def _linea_de_traslado(self, bodid: int) -> Linea:
        product = self.azar.choices(self.articulos, self.pesos)[0]
        return Linea(self._numerar("linea_traslado"), product.matid, bodid, self._cantidad(product, "RS"), Decimal(0))

    def _arrastrados(self) -> Iterator[Documento]:
        """Documents of the year before, carried into this year's file: they belong to the other one."""
        for day in (30, 31):
            yield self._documento(datetime(self.anio - 1, 12, day, 11, 20), "FV", firme=True)  # noqa: DTZ001

    def _numerar(self, what: str) -> int:
        number = self.siguiente[what]
        self.siguiente[what] += 1
        return number


def _existencias(base: Base) -> dict[tuple[int, int], Decimal]:
    """Stock per article and warehouse: an opening that never lets it go below zero, and what moved since."""
    moved: dict[tuple[int, int], Decimal] = {}
    for matid, bodid, quantity in _flujos(base):
        moved[matid, bodid] = moved.get((matid, bodid), Decimal(0)) + quantity
    return {key: total + max(Decimal(0), -total) + key[0] % 7 for key, total in sorted(moved.items())}


def _flujos(base: Base) -> Iterator[tuple[int, int, Decimal]]:
    for documento in base.documentos:
        sign = {"FC": 1, "RE": 1, "DV": 1, "FV": -1, "RS": -1, "DC": -1}.get(documento.clase, 0)
        if documento.asentado and not documento.anulado and sign:
            yield from ((n.matid, n.bodid, sign * n.cantidad) for n in documento.lineas if n.cantidad)
    for traslado in base.traslados:
        for n in traslado.lineas if traslado.asentado else ():
            assert n.cantidad is not None
            yield from ((n.matid, traslado.origen, -n.cantidad), (n.matid, traslado.destino, n.cantidad))
