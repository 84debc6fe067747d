"""/api/auth/: logging in for a token, logging out, asking for an account, and the own tokens."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.conf import settings
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apikeys.issuing import emitir_ficha
from apikeys.keys import Clave
from apikeys.models import FichaPersonal
from desk.accounts import entering, limiting, refusals, registering, second_factor
from desk.accounts.serializers import (
    EntrarSerializer,
    FichaNuevaSerializer,
    FichaPedidaSerializer,
    FichaSerializer,
    RecibidaSerializer,
    RegistroSerializer,
)
from lib.errors import Denied
from lib.permissions import es_clave

RECIENTE_SEGUNDOS = 300
RECIBIDA = (
    "Quien administra esta instalación revisará su solicitud. Si el nombre de usuario ya era de otra persona, le "
    "pedirá otro."
)


class EsPersona(BasePermission):
    """Whoever comes with a session or a token; a client's key is no person."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated) and not es_clave(request)


class Abierta(GenericAPIView[Any]):
    """For those who have nothing to show yet: whatever they send as a credential is not looked at."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def pedido(self, request: Request) -> dict[str, Any]:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class EntrarView(Abierta):
    """Entrar con usuario, contraseña y, si lo hay, segundo factor; responde una ficha personal."""

    serializer_class = EntrarSerializer
    errores = (401, 403)

    @extend_schema(request=EntrarSerializer, responses=FichaNuevaSerializer)
    def post(self, request: Request) -> Response:
        return _nueva(*entering.entrar(request._request, **self.pedido(request)))


class RegistroView(Abierta):
    """Pedir un usuario, que un administrador debe admitir."""

    serializer_class = RegistroSerializer
    errores = (503,)

    @extend_schema(request=RegistroSerializer, responses={202: RecibidaSerializer})
    def post(self, request: Request) -> Response:
        registering.registrar(request._request, **self.pedido(request))
        return Response({"estado": "recibida", "mensaje": RECIBIDA}, 202)


class SalirView(APIView):
    """Revocar la ficha con que se pide, o terminar la sesión."""

    permission_classes = [EsPersona]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        ficha = _ficha_de(request)
        if ficha is None:
            logout(request._request)
        else:
            _revocar(ficha)
        return Response(status=204)


class FichaViewSet(ListModelMixin, DestroyModelMixin, GenericViewSet[FichaPersonal]):
    """Las fichas personales de quien pregunta: listar, hacer otra y revocar."""

    queryset = FichaPersonal.objects.all()
    serializer_class = FichaSerializer
    permission_classes = [EsPersona]
    filter_backends = []
    keyset = ("-fecha_creacion", "-id")
    lookup_field = "identificador"
    lookup_url_kwarg = "pk"
    lookup_value_regex = "[0-9A-Za-z]+"

    def get_queryset(self) -> QuerySet[FichaPersonal]:
        return super().get_queryset().filter(usuario=self.request.user.pk)

    @extend_schema(request=FichaPedidaSerializer, responses={201: FichaNuevaSerializer})
    def create(self, request: Request) -> Response:
        """Otra ficha; solo poco después de entrar."""
        pedida = FichaPedidaSerializer(data=request.data)
        pedida.is_valid(raise_exception=True)
        if not _reciente(request):
            raise Denied(*refusals.REAUTENTICAR)
        limiting.contar(request._request, "ficha", usuario=request.user)
        nombre, probado = pedida.validated_data.get("nombre", ""), _con_segundo_factor(request)
        nueva = emitir_ficha(request.user, dias=settings.FICHA_DIAS, nombre=nombre, segundo_factor=probado)
        return _nueva(*nueva, status=201)

    def perform_destroy(self, instance: FichaPersonal) -> None:
        """The row stays, as what it did is known by it."""
        _revocar(instance)


def _nueva(ficha: FichaPersonal, clave: Clave, status: int = 200) -> Response:
    nueva = {"token": clave.texto, "expira": ficha.fecha_caducidad, "usuario": ficha.usuario}
    return Response(FichaNuevaSerializer(nueva).data, status, headers={"Cache-Control": "no-store"})


def _revocar(ficha: FichaPersonal) -> None:
    FichaPersonal.objects.filter(pk=ficha.pk, activa=True).update(activa=False, revocada=timezone.now())


def _ficha_de(request: Request) -> FichaPersonal | None:
    """The token that the request came with, if it did."""
    return getattr(request._request, "ficha", None)


def _reciente(request: Request) -> bool:
    ficha = _ficha_de(request)
    if ficha is None:
        return not is_reauthentication_required(request._request, app="allauth.mfa")
    # A token that a token made is as young, but its person came in when the first of them was asked for.
    desde = min(ficha.fecha_creacion, ficha.usuario.last_login or ficha.fecha_creacion)
    return (timezone.now() - desde).total_seconds() < RECIENTE_SEGUNDOS


def _con_segundo_factor(request: Request) -> bool:
    ficha = _ficha_de(request)
    return second_factor.satisfecho(request._request) if ficha is None else ficha.segundo_factor
