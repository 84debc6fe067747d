"""Uses and refusals that were counted and not written are written; old ones are forgotten."""

from apikeys import refusals, usage
from lib import limits


def asentar() -> int:
    """Write what is only counted so far; how many rows."""
    return usage.asentar() + refusals.asentar()


def limpiar() -> dict[str, int]:
    """The same, and forget what is old."""
    limits.podar()
    return {"anotados": asentar(), "olvidados": refusals.podar()}
