"""Reading windows of the source into a load: every row becomes a movement or a rejection, and all are counted."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from companies.models import EmpresaServidor
from inventory import conversion, profiles, summary
from inventory.conversion import Conversor
from inventory.ledger import Resumen, Sumador
from inventory.months import Mes, mes_de
from inventory.profiles import Perfil
from inventory.rejections import Rechazos
from inventory.summary import Cuenta
from inventory.warehouses import Clasificador
from jobs.running import Marcha
from lib.bulk import Lote
from lib.errors import Fatal, Rejected
from servers.source import Filas, Instantanea

CAMPOS = (*conversion.CAMPOS, "empresa_servidor_id", "ejecucion_id", "fecha_extraccion")
CLAVE = ("empresa_servidor_id", "clave_origen")
SEGUNDOS_ENTRE_AVISOS = 2.0


@dataclass(frozen=True, slots=True)
class Contexto:
    """What does not change while a company is read."""

    empresa: EmpresaServidor
    perfil: Perfil
    clasificador: Clasificador
    origen: str
    receta: str
    marcha: Marcha

    @property
    def fijos(self) -> dict[str, Any]:
        """How rows are converted for this company and this database."""
        return {
            "clasificador": self.clasificador,
            "remision_no_mueve": self.empresa.remision_facturada_no_mueve,
            "solo_15_cifras": connection.vendor == "sqlite",
        }


@dataclass(slots=True)
class Lectura:
    """One window as it was read."""

    mes: Mes
    resumen: Resumen
    encontradas: int
    fuente: Cuenta | None
    cuentas: Counter[str] = field(default_factory=Counter)


def origen_de(empresa: EmpresaServidor) -> str:
    """Where a company's rows come from; windows read from elsewhere do not count as extracted."""
    return f"{empresa.servidor_id}:{empresa.ruta_base}"


def leer(foto: Instantanea, contexto: Contexto, mes: Mes, lote: Lote, rechazos: Rechazos) -> list[Lectura]:
    """Read the window and, in the same snapshot, those from which its rows have moved, and from which theirs have."""
    pending, done = [mes], dict[Mes, Lectura]()
    while pending:
        for month in pending:
            done[month] = _Ventana(foto, contexto, month, lote, rechazos).leer()
        pending = _mudadas_desde(lote, contexto.empresa, done)
    return list(done.values())


def ambito(empresa: EmpresaServidor, meses: Iterator[Mes] | dict[Mes, Lectura] | list[Mes]) -> Q:
    """The stored movements of those windows."""
    windows = Q()
    for month in meses:
        windows |= Q(fecha__gte=month.desde, fecha__lt=month.hasta)
    return Q(empresa_servidor=empresa) & windows


def _mudadas_desde(lote: Lote, empresa: EmpresaServidor, done: dict[Mes, Lectura]) -> list[Mes]:
    """The windows where rows of this load are stored now: their date has changed at the source."""
    with transaction.atomic():
        days = lote.fuera_de(ambito(empresa, done), clave=CLAVE, campo="fecha")
    return sorted({mes_de(day) for day in days})


class _Ventana:
    """One window being read."""

    def __init__(self, foto: Instantanea, contexto: Contexto, mes: Mes, lote: Lote, rechazos: Rechazos) -> None:
        self._foto = foto
        self._contexto = contexto
        self._mes = mes
        self._lote = lote
        self._rechazos = rechazos
        self._sumador = Sumador(CAMPOS)
        self._filas = 0
        self._cantidad = Decimal(0)
        self._cuentas: Counter[str] = Counter()
        self._ordinales: Counter[bytes] = Counter()
        self._aviso = time.monotonic()

    def leer(self) -> Lectura:
        fuente = summary.contar_mes(self._foto, self._contexto.perfil, self._mes)
        for sql in self._contexto.perfil.movimientos:
            filas = self._foto.filas(sql, [self._mes.desde, self._mes.hasta])
            self._lote.agregar(self._convertidas(filas))
        self._comparar(fuente)
        return Lectura(self._mes, self._sumador.resumen(), self._filas, fuente, self._cuentas)

    def _convertidas(self, filas: Filas) -> Iterator[tuple[Any, ...]]:
        self._exigir_columnas(filas)
        conversor = Conversor(filas.columnas, mes=self._mes, ordinales=self._ordinales, **self._contexto.fijos)
        fixed = (self._contexto.empresa.pk, self._contexto.marcha.run.pk, self._foto.momento)
        for fila in filas:
            self._filas += 1
            self._cantidad += conversor.cantidad_cruda(fila)
            self._vivir()
            try:
                movimiento = (*conversor.convertir(fila), *fixed)
            except Rejected as error:
                self._rechazos.agregar(self._mes, conversor.clave_si_hay(fila), error, conversor.crudo(fila))
            else:
                self._sumador.sumar(movimiento)
                yield movimiento
        self._cuentas += conversor.cuentas

    def _exigir_columnas(self, filas: Filas) -> None:
        if missing := [name for name in profiles.OBLIGATORIAS if name not in filas.columnas]:
            raise profiles.columnas_ausentes(missing)

    def _vivir(self) -> None:
        """Notice a cancellation, and now and then show how far the reading is."""
        self._contexto.marcha.comprobar()
        if time.monotonic() - self._aviso > SEGUNDOS_ENTRE_AVISOS:
            self._aviso = time.monotonic()
            self._contexto.marcha.avanzar(mensaje=f"{self._mes}: {self._filas} filas leídas")

    def _comparar(self, fuente: Cuenta | None) -> None:
        """Fatal where the rows that came are not those that the source counts in the same snapshot."""
        if fuente is None:
            return
        if fuente.filas != self._filas or not summary.misma_suma(fuente.cantidad, self._cantidad):
            raise Fatal(
                "lectura_no_cuadra",
                f"En {self._mes} la fuente cuenta {fuente.filas} filas con cantidad {fuente.cantidad} y llegaron"
                f" {self._filas} con {self._cantidad}.",
                "Nada de esa ventana quedó escrito. Repita la extracción; si vuelve a pasar, revise en la base"
                " artículos, bodegas o terceros repetidos, o la consulta propia.",
            )
