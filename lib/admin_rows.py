"""The row that an address of the admin names."""

from typing import Any

from django.http import Http404, HttpRequest


def exigir_fila(admin: Any, request: HttpRequest, object_id: str) -> Any:
    """The row as this admin shows it to this person; Http404 where there is none, or `object_id` can be no id."""
    row = admin.get_object(request, object_id)
    if row is None:
        raise Http404
    return row
