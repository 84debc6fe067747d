"""The hours of the day in which a server may be read at length, by its own clock; across midnight too."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMBAS = "Escriba las dos horas, o deje ambas vacías."
IGUALES = "Escriba horas distintas; para leer a cualquier hora, deje ambas vacías."


@dataclass(frozen=True, slots=True)
class Horario:
    """From `desde` until just before `hasta`, which may lie on the next day; without them, always."""

    desde: time | None
    hasta: time | None
    zona: str

    def __str__(self) -> str:
        if self.desde is None or self.hasta is None:
            return ""
        return f"de {self.desde:%H:%M} a {self.hasta:%H:%M}"

    def abierto(self, ahora: datetime) -> bool:
        """Whether the server may be read at that instant."""
        if self.desde is None or self.hasta is None:
            return True
        local = ahora.astimezone(ZoneInfo(self.zona)).time()
        if self.desde < self.hasta:
            return self.desde <= local < self.hasta
        return local >= self.desde or local < self.hasta

    def abre(self, ahora: datetime) -> datetime:
        """The next instant after that one at which the hours begin; an hour that a clock skips comes right after it."""
        if self.desde is None:
            return ahora
        zone = ZoneInfo(self.zona)
        today = ahora.astimezone(zone).date()
        openings = (datetime.combine(today + timedelta(days=n), self.desde, zone).astimezone(UTC) for n in range(3))
        return next(opening for opening in openings if opening > ahora)


def comprobar_horas(desde: time | None, hasta: time | None) -> dict[str, str]:
    """What is wrong with a pair of hours, by field."""
    if (desde is None) != (hasta is None):
        return {"lectura_desde" if desde is None else "lectura_hasta": AMBAS}
    return {"lectura_hasta": IGUALES} if desde is not None and desde == hasta else {}
