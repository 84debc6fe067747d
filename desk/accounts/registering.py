"""Asking for an account, and admitting who asked.

Whoever asks leaves an inactive user, of no staff and in no group, that waits for an administrator: that is, inactive
and never logged in. The answer is the same for a name that is taken, so nobody learns who has an account here.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from desk.accounts import limiting
from lib.errors import Retriable

MAXIMO_POR_ADMITIR = 200
POR_ADMITIR = Q(is_active=False, last_login__isnull=True)


def registrar(request: HttpRequest, *, username: str, password: str, **datos: str) -> None:
    """Leave the request; a password that is none says so, a name that is taken does not."""
    limiting.contar(request, "signup")
    nuevo = User(username=username, is_active=False, **datos)
    _validar(nuevo, password)
    if por_admitir().count() >= MAXIMO_POR_ADMITIR:
        raise Retriable("registro_lleno", "Hay demasiadas solicitudes sin atender.", "Avise a quien administra.")
    # By the name as it is kept: `full_clean` has put letters of other widths into their one form.
    nuevo.password = make_password(password)  # also where the name is taken: the same work
    if not get_user_model().objects.filter(username__iexact=nuevo.username).exists():
        _guardar(nuevo)


def por_admitir() -> QuerySet[User]:
    return User.objects.filter(POR_ADMITIR)


def admitir(usuario: User, rol: Group) -> bool:
    """Let in who waits, as staff with this role; False where nobody waits any more."""
    with transaction.atomic():
        admitidos = por_admitir().filter(pk=usuario.pk).update(is_active=True, is_staff=True)
        if admitidos:
            usuario.groups.set([rol])
    return bool(admitidos)


def _validar(nuevo: User, password: str) -> None:
    try:
        nuevo.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
        validate_password(password, nuevo)
    except ValidationError as error:
        raise error if hasattr(error, "error_dict") else ValidationError({"password": error.messages}) from error


def _guardar(nuevo: Any) -> None:
    try:
        with transaction.atomic():
            nuevo.save()
    except IntegrityError:
        return  # somebody else's, a moment ago
