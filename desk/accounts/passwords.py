"""What a new password ends."""

from typing import Any

from django.utils import timezone

from apikeys.models import FichaPersonal


def revocar_fichas(usuario: Any) -> int:
    """Revoke every token of this person; how many there were."""
    vivas = FichaPersonal.objects.filter(usuario=usuario, activa=True)
    return vivas.update(activa=False, revocada=timezone.now())


class RevocarFichas:
    """Stands among the password validators because Django tells those of every change, whoever makes it.

    Sessions end by themselves with the password that they were opened with; tokens end here.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Any password will do."""

    def get_help_text(self) -> str:
        return ""

    def password_changed(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk:
            revocar_fichas(user)
