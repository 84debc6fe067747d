"""Deleting a company: refused, with the counts, while what was copied from it hangs on it."""

from companies.models import EmpresaServidor
from lib.dependants import dependientes
from lib.errors import Conflict


def eliminar(empresa: EmpresaServidor) -> None:
    """Delete a company on which no movements hang; else Conflict `tiene_dependientes` with the counts."""
    if counts := dependientes(empresa):
        listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        raise Conflict(
            "tiene_dependientes",
            f"No se puede eliminar: de esta empresa dependen {listed}.",
            "Déjela inactiva: sus datos se conservan y no se extrae más de ella. Los accesos se quitan aparte.",
            dependientes=counts,
        )
    empresa.delete()
