"""`manage.py documentar_modelos`: docs/models.md, written from the models' own texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Field, Model

DESTINO = Path(settings.BASE_DIR) / "docs" / "models.md"
CABEZA = """# Models

Written by `manage.py documentar_modelos` from the models' docstrings and help texts; do not edit by hand.
"""


class Command(BaseCommand):
    help = "Escribe docs/models.md con las tablas y columnas de los modelos."

    def handle(self, *args: Any, **opciones: Any) -> None:
        DESTINO.write_text(documento())
        self.stdout.write(f"Escrito {DESTINO.name}.")


def documento() -> str:
    """The whole page: a section a table, a line a column."""
    models = [model for model in apps.get_models() if Path(settings.BASE_DIR) in _home(model).parents]
    models = [model for model in models if ".venv" not in _home(model).parts]
    return CABEZA + "".join(_seccion(model) for model in models)


def _home(model: type[Model]) -> Path:
    return Path(str(apps.get_app_config(model._meta.app_label).path)) / "models.py"


def _seccion(model: type[Model]) -> str:
    meta = model._meta
    rows = "".join(f"| {' | '.join(_fila(field))} |\n" for field in meta.concrete_fields)
    title = f"\n## {meta.app_label}.{model.__name__} (`{meta.db_table}`)\n\n{(model.__doc__ or '').strip()}\n"
    return f"{title}\n| column | type | null | what it holds |\n|---|---|---|---|\n{rows}"


def _fila(field: "Field[Any, Any]") -> Iterator[str]:
    yield f"`{field.column}`"
    yield type(field).__name__.removesuffix("Field")
    yield "yes" if field.null else ""
    yield f"{field.verbose_name}. {field.help_text}".replace("|", "\\|").removesuffix(". ")
