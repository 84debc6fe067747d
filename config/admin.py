"""The admin's menu."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the side menu, by room."""
    return []
