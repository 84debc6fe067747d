"""Deleting a company: refused, with the counts, while what was copied from it hangs on it."""

from django.db.models import PROTECT, ManyToOneRel

from companies.models import EmpresaServidor
from lib.errors import Conflict


def dependientes(empresa: EmpresaServidor) -> dict[str, int]:
    """How many rows of each kind keep the company from being deleted; counted, for they may be millions."""
    counts = {}
    for relation in empresa._meta.related_objects:
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: empresa})
            counts[str(relation.related_model._meta.verbose_name_plural)] = rows.count()
    return {name: count for name, count in counts.items() if count}


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
