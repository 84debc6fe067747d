"""What a run over a company has done so far: its windows with their figures, in the run's checkpoint and its log."""

import time
from collections import Counter
from datetime import date
from typing import Any

from inventory.months import Mes
from inventory.window import Lectura
from jobs.models import LineaEjecucion
from jobs.running import Marcha
from lib.merging import Conteos
from lib.spanish import en_miles, mes_corto

CIFRAS = {
    "encontradas": "leídas",
    "creadas": "creadas",
    "actualizadas": "actualizadas",
    "borradas": "borradas",
    "sin_cambios": "sin cambios",
    "rechazadas": "rechazadas",
}


class Avance:
    """The windows that were copied, by first day, and the counts of the catalogue once it was copied too."""

    def __init__(self, marcha: Marcha) -> None:
        self.marcha = marcha
        self.ventanas: dict[str, dict[str, Any]] = dict(marcha.punto_de_control.get("ventanas", {}))
        self.catalogo: dict[str, int] | None = marcha.punto_de_control.get("catalogo")
        self._desde = time.monotonic()

    @property
    def hechos(self) -> set[Mes]:
        return {Mes(date.fromisoformat(desde)) for desde in self.ventanas}

    def suma(self, cifra: str) -> int:
        return sum(window[cifra] for window in self.ventanas.values())

    def detalle(self, meses: list[Mes]) -> list[dict[str, Any]]:
        """Each month that was asked for or copied, in order, with what was done to it."""
        figures = self.ventanas
        return [
            {"mes": str(mes), "accion": "leida", **figures[str(mes.desde)]}
            if str(mes.desde) in figures
            else {"mes": str(mes), "accion": "ya_extraida"}
            for mes in sorted({*meses, *self.hechos})
        ]

    def confirmar(self, lecturas: list[Lectura], conteos: Conteos) -> None:
        """Within the transaction that wrote the windows: figures, counts and checkpoint."""
        primera, *otras = lecturas
        self.ventanas[str(primera.mes.desde)] = cifras(primera) | escritas(conteos) | {"segundos": self._tardo()}
        for lectura in otras:
            self.ventanas[str(lectura.mes.desde)] = cifras(lectura) | {"junto_con": str(primera.mes)}
        self.marcha.sumar(**contar(lecturas, conteos))
        for lectura in lecturas:
            self._anotar(lectura.mes)
        self._guardar(f"{mes_corto(primera.mes.desde)}: {en_miles(primera.encontradas)} filas copiadas")

    def confirmar_catalogo(self, conteos: dict[str, int]) -> None:
        """Within the transaction that wrote articles and stock."""
        self.catalogo = conteos
        counts = ", ".join(f"{en_miles(number)} {name}" for name, number in conteos.items() if number)
        self.marcha.anotar(f"Catálogo: {counts.replace('articulos', 'artículos') or 'vacío'}.")
        self._guardar("Artículos y existencias copiados")

    def _tardo(self) -> float:
        """Seconds since the last window was confirmed, or since the run began."""
        before, self._desde = self._desde, time.monotonic()
        return round(self._desde - before, 1)

    def _anotar(self, mes: Mes) -> None:
        """One line of the run's log for a window; within the transaction, so that it tells what is stored."""
        figures = self.ventanas[str(mes.desde)]
        done = ", ".join(f"{en_miles(figures[name])} {words}" for name, words in CIFRAS.items() if figures.get(name))
        if "junto_con" in figures:
            done += f"; leído junto con {figures['junto_con']}, de donde o a donde pasaron documentos"
        level = LineaEjecucion.Nivel.AVISO if figures["rechazadas"] else LineaEjecucion.Nivel.INFO
        self.marcha.anotar(f"{mes}: {done or 'sin movimientos'}.", level)

    def _guardar(self, mensaje: str) -> None:
        control = {"ventanas": self.ventanas, "catalogo": self.catalogo}
        self.marcha.confirmar(punto_de_control=control, progreso=len(self.ventanas), mensaje=mensaje)


def cifras(lectura: Lectura) -> dict[str, Any]:
    """What is told of one window."""
    return {
        "filas": lectura.resumen.filas,
        "encontradas": lectura.encontradas,
        "rechazadas": lectura.encontradas - lectura.resumen.filas,
        "redondeadas": lectura.cuentas["redondeadas"],
        "cantidad": str(lectura.resumen.suma_cantidad),
        "valor": str(lectura.resumen.suma_valor),
        "lectura": lectura.forma,
    }


def escritas(conteos: Conteos) -> dict[str, int]:
    """What one write changed; it may have been of several windows, and is told of the first."""
    return {
        "creadas": conteos.creadas,
        "actualizadas": conteos.actualizadas,
        "sin_cambios": conteos.sin_cambios,
        "borradas": conteos.borradas,
    }


def contar(lecturas: list[Lectura], conteos: Conteos) -> dict[str, int]:
    """The counts of one write for the run's row."""
    changes: Counter[str] = sum((lectura.cuentas for lectura in lecturas), Counter())
    return {
        "leidas": sum(lectura.encontradas for lectura in lecturas),
        "rechazadas": sum(lectura.encontradas - lectura.resumen.filas for lectura in lecturas),
        **escritas(conteos),
        **changes,
    }
