"""What a run over a company has done so far: its windows with their figures, in the run's checkpoint."""

from collections import Counter
from datetime import date
from typing import Any

from inventory.months import Mes
from inventory.reading import Lectura
from jobs.running import Marcha
from lib.bulk import Conteos


class Avance:
    """The windows that were copied, by first day, and the counts of the catalogue once it was copied too."""

    def __init__(self, marcha: Marcha) -> None:
        self.marcha = marcha
        self.ventanas: dict[str, dict[str, Any]] = dict(marcha.punto_de_control.get("ventanas", {}))
        self.catalogo: dict[str, int] | None = marcha.punto_de_control.get("catalogo")

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
        self.ventanas |= {str(lectura.mes.desde): cifras(lectura) for lectura in lecturas}
        self.marcha.sumar(**contar(lecturas, conteos))
        self._guardar(f"{lecturas[0].mes}: {lecturas[0].encontradas} filas copiadas")

    def confirmar_catalogo(self, conteos: dict[str, int]) -> None:
        """Within the transaction that wrote articles and stock."""
        self.catalogo = conteos
        self._guardar("Artículos y existencias copiados")

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
    }


def contar(lecturas: list[Lectura], conteos: Conteos) -> dict[str, int]:
    """The counts of one write for the run's row."""
    changes: Counter[str] = sum((lectura.cuentas for lectura in lecturas), Counter())
    return {
        "leidas": sum(lectura.encontradas for lectura in lecturas),
        "rechazadas": sum(lectura.encontradas - lectura.resumen.filas for lectura in lecturas),
        "creadas": conteos.creadas,
        "actualizadas": conteos.actualizadas,
        "sin_cambios": conteos.sin_cambios,
        "borradas": conteos.borradas,
        **changes,
    }
