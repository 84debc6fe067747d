"""One window being read: the source's rows become movements in a load, or rejections, and all are counted.

By blocks of columns where the source gives them (inventory/blocks.py), else row by row. Nothing here touches a database
of ours beyond the load, so a window may be read in a thread of its own.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from companies.models import EmpresaServidor
from inventory import conversion, profiles, summary
from inventory.conversion import Conversor
from inventory.ledger import Resumen, Sumador
from inventory.months import Mes
from inventory.piecewise import Saber, Sentencias
from inventory.profiles import Perfil
from inventory.rejections import Rechazos
from inventory.summary import Cuenta
from inventory.warehouses import Clasificador
from jobs.running import Marcha
from lib.bulk import Lote
from lib.errors import Fatal, Rejected
from lib.money import desde_entero
from lib.spanish import en_miles
from servers.source import Filas, Instantanea

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Bloque

CAMPOS = (*conversion.CAMPOS, "empresa_servidor_id", "ejecucion_id", "fecha_extraccion")
SEGUNDOS_ENTRE_AVISOS = 2.0
SIN_CLAVE = "la consulta no da CLAVE_ORIGEN"
SIN_BLOQUES = "la fuente no da esta consulta por bloques"


class Testigo(Protocol):
    """Whom a reading tells how far it is, and who ends it by an exception; a run's `Marcha` is one."""

    def comprobar(self) -> None: ...

    def avanzar(self, *, mensaje: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Contexto:
    """What does not change while a company is read."""

    empresa: EmpresaServidor
    perfil: Perfil
    clasificador: Clasificador
    origen: str
    receta: str
    marcha: Marcha
    solo_15_cifras: bool  # of a number, where the database keeps no more
    saber: Saber = field(default_factory=Saber)

    @property
    def fijos(self) -> dict[str, Any]:
        """How rows are converted for this company and this database."""
        return {
            "clasificador": self.clasificador,
            "remision_no_mueve": self.empresa.remision_facturada_no_mueve,
            "solo_15_cifras": self.solo_15_cifras,
        }


@dataclass(slots=True)
class Lectura:
    """One window as it was read."""

    mes: Mes
    resumen: Resumen
    encontradas: int
    fuente: Cuenta | None
    cuentas: Counter[str] = field(default_factory=Counter)
    forma: str = ""


class Ventana:
    """One window being read."""

    def __init__(
        self, foto: Instantanea, contexto: Contexto, mes: Mes, lote: Lote, rechazos: Rechazos, testigo: Testigo
    ) -> None:
        self._foto = foto
        self._contexto = contexto
        self._mes = mes
        self._lote = lote
        self._rechazos = rechazos
        self._testigo = testigo
        self._sumador = Sumador(CAMPOS)
        self._filas = 0
        self._cantidad = Decimal(0)
        self._cuentas: Counter[str] = Counter()
        self._ordinales: Counter[bytes] = Counter()
        self._una_a_una = 0
        self._motivos: dict[str, None] = {}
        self._aviso = time.monotonic()

    def leer(self) -> Lectura:
        fuente = summary.contar_mes(self._foto, self._contexto.perfil, self._mes)
        lineas, saber = fuente.filas if fuente else 0, self._contexto.saber
        sentencias = Sentencias(self._foto, self._contexto.perfil, self._mes, lineas, saber)
        for sql in self._contexto.perfil.movimientos:
            self._leer(sentencias.filas(sql))
        self._comparar(fuente)
        forma = ", ".join(filter(None, (self._forma(), sentencias.forma)))
        return Lectura(self._mes, self._sumador.resumen(), self._filas, fuente, self._cuentas, forma)

    def _leer(self, filas: Filas) -> None:
        if missing := [name for name in profiles.OBLIGATORIAS if name not in filas.columnas]:
            raise profiles.columnas_ausentes(missing)
        conversor = Conversor(filas.columnas, mes=self._mes, ordinales=self._ordinales, **self._contexto.fijos)
        bloques = filas.bloques() if "CLAVE_ORIGEN" in filas.columnas else None
        if bloques is not None:
            self._por_bloques(bloques, conversor)
        else:
            self._motivos[SIN_BLOQUES if "CLAVE_ORIGEN" in filas.columnas else SIN_CLAVE] = None
            self._lote.agregar(self._convertidas(filas, conversor))
        self._cuentas += conversor.cuentas

    def _por_bloques(self, bloques: "Iterator[Bloque]", conversor: Conversor) -> None:
        """Plain rows by columns, the odd ones of each block row by row."""
        from inventory import block_sums
        from inventory.blocks import ConversorDeBloques, constantes

        de_bloques = ConversorDeBloques(mes=self._mes, **self._contexto.fijos)
        fijas = dict(zip(CAMPOS[-3:], self._fijas(), strict=True))
        for bloque in bloques:
            self._vivir()
            hecho = de_bloques.convertir(bloque)
            if hecho.filas:
                self._lote.agregar_bloque({**hecho.columnas, **constantes(fijas, hecho.filas)}, hecho.filas)
                figuras = block_sums.figuras(hecho.columnas, hecho.filas)
                self._sumador.sumar_bloque(figuras)
                self._cantidad += desde_entero(figuras.cantidad)
                self._filas += hecho.filas
            self._cuentas.update(hecho.cuentas)
            self._lote.agregar(self._convertidas(map(bloque.fila, hecho.raras), conversor))

    def _convertidas(self, filas: Iterable[tuple[Any, ...]], conversor: Conversor) -> Iterator[tuple[Any, ...]]:
        fixed = self._fijas()
        for fila in filas:
            self._filas += 1
            self._una_a_una += 1
            self._cantidad += conversor.cantidad_cruda(fila)
            self._vivir()
            try:
                movimiento = (*conversor.convertir(fila), *fixed)
            except Rejected as error:
                self._rechazos.agregar(self._mes, conversor.clave_si_hay(fila), error, conversor.crudo(fila))
            else:
                self._sumador.sumar(movimiento)
                yield movimiento

    def _fijas(self) -> tuple[Any, ...]:
        """What all rows of a reading have in common: the last of CAMPOS."""
        return self._contexto.empresa.pk, self._contexto.marcha.run.pk, self._foto.momento

    def _vivir(self) -> None:
        """Notice a cancellation, and now and then tell how far the reading is."""
        self._testigo.comprobar()
        if time.monotonic() - self._aviso > SEGUNDOS_ENTRE_AVISOS:
            self._aviso = time.monotonic()
            self._testigo.avanzar(mensaje=f"{self._mes}: {en_miles(self._filas)} filas leídas")

    def _forma(self) -> str:
        """How the rows were read, for people."""
        if not self._filas:
            return ""
        if self._una_a_una == self._filas:
            return f"fila por fila: {', '.join(self._motivos)}" if self._motivos else "fila por fila"
        if not self._una_a_una:
            return "por bloques"
        return f"por bloques y {en_miles(self._una_a_una)} {'fila suelta' if self._una_a_una == 1 else 'filas sueltas'}"

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
