"""What a person did, where the admin's own history shows it; what a command did, in the log only."""

import logging
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

logger = logging.getLogger(__name__)


def anotar(fila: Model, accion: int, mensaje: str, *, por: Any = None) -> None:
    """Leave an entry (ADDITION, CHANGE, DELETION) of what `por` did to the row; before a deletion, for its id."""
    logger.info("%s %s: %s, by user %s", fila._meta.model_name, fila.pk, mensaje, getattr(por, "pk", None))
    if por is not None and por.pk:
        LogEntry.objects.create(
            user_id=por.pk,
            content_type=ContentType.objects.get_for_model(fila),
            object_id=str(fila.pk),
            object_repr=str(fila)[:200],
            action_flag=accion,
            change_message=mensaje,
        )
