"""The second factor: whether a session has one, and that no code counts twice.

allauth remembers a used code in the cache for one period; with a tolerance of one period on either side a code lives
for three. So the number of the period of the last code is kept beside the secret, and only later ones count.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from desk.accounts.passwords import revocar_fichas

TOTP = Authenticator.Type.TOTP


def tiene(usuario: Any) -> bool:
    return bool(get_adapter().is_mfa_enabled(usuario, [TOTP]))


def obligatorio(usuario: Any) -> bool:
    """Whether this person may do nothing without one."""
    return bool(settings.SEGUNDO_FACTOR_OBLIGATORIO and (usuario.is_staff or usuario.is_superuser))


def satisfecho(request: HttpRequest) -> bool:
    """Whether this very session proved a second factor that its person still has."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records) and tiene(request.user)


def secreto_pendiente(*, nuevo: bool) -> str:
    """The secret that waits, encrypted, in the session until its first code proves it; a `nuevo` one instead."""
    session = context.request.session
    guardado = session.get(totp.SECRET_SESSION_KEY)
    if guardado and not nuevo:
        return str(get_adapter().decrypt(guardado))
    secreto = str(totp.generate_totp_secret())
    session[totp.SECRET_SESSION_KEY] = get_adapter().encrypt(secreto)
    return secreto


def gastar(autenticador: Authenticator, codigo: str) -> bool:
    """Use up the code; False where it, or a later one, was used before."""
    with transaction.atomic():
        fila = Authenticator.objects.select_for_update().get(pk=autenticador.pk)
        periodo = _periodo(fila, codigo)
        if periodo is None or periodo <= fila.data.get("periodo", 0):
            return False
        fila.data["periodo"] = periodo
        fila.save(update_fields=["data"])
    return True


def _periodo(fila: Authenticator, codigo: str) -> int | None:
    """The newest period whose code this is."""
    secreto = get_adapter().decrypt(fila.data["secret"])
    limpio = totp.normalize_user_code(codigo)
    periodos = [n for n in totp.yield_hotp_counters_from_time() if _codigo(secreto, n) == limpio]
    return max(periodos, default=None)


def _codigo(secreto: str, periodo: int) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secreto, periodo)))


def al_activar(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """A session that sets up its second factor has proven it, gets a new key, and the code is spent."""
    if authenticator.type == TOTP:
        gastar(authenticator, request.POST.get("code", ""))
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        request.session.cycle_key()


def al_usar(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """At login Django gives the session a new key itself; a session that is already in gets it here."""
    if reauthenticated:
        request.session.cycle_key()


def al_quitar(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Tokens that were made with a second factor end with it, as its sessions do."""
    if authenticator.type == TOTP:
        revocar_fichas(user)


def quitar(usuario: Any) -> bool:
    """Take the second factor from someone who lost it; sessions and tokens end. Whether there was one."""
    borrados, _ = Authenticator.objects.filter(user=usuario).delete()
    terminar_sesiones(usuario)
    revocar_fichas(usuario)
    return bool(borrados)


def terminar_sesiones(usuario: Any) -> None:
    vivas = Session.objects.filter(expire_date__gt=timezone.now())
    suyas = [s.pk for s in vivas.iterator() if s.get_decoded().get("_auth_user_id") == str(usuario.pk)]
    Session.objects.filter(pk__in=suyas).delete()
