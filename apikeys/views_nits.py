"""The API of the médico de NIT: what a key for a NIT would see, and the confirming of near-matches one by one."""

from collections.abc import Callable
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apikeys.admin_permissions import CONFIRMAR, RETIRAR, VER
from apikeys.permissions import PuedeVer
from apikeys.serializers_nits import ExamenSerializer, NitSerializer, ParDeNitsSerializer
from companies import near_nits
from companies.permissions import PuedeDescubrir


class PuedeConfirmar(PuedeDescubrir):
    permisos = (VER, CONFIRMAR)


class PuedeRetirar(PuedeDescubrir):
    permisos = (VER, RETIRAR)


class MedicoDeNitView(APIView):
    """Qué empresas vería una clave de este NIT, cuáles no por poco, y por qué."""

    permission_classes = [PuedeVer]

    @extend_schema(parameters=[NitSerializer], responses=ExamenSerializer)
    def get(self, request: Request) -> Response:
        asked = NitSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(ExamenSerializer(near_nits.examinar(asked.validated_data["nit"])).data)


class ParDeNitsView(APIView):
    """What is done with a pair; the answer is what the key would see afterwards."""

    hacer: ClassVar[Callable[..., bool]]

    @extend_schema(request=ParDeNitsSerializer, responses=ExamenSerializer)
    def post(self, request: Request) -> Response:
        asked = ParDeNitsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        nit, otro = asked.validated_data["nit"], asked.validated_data["otro"]
        type(self).hacer(nit, otro, por=request.user)
        return Response(ExamenSerializer(near_nits.examinar(nit)).data)


class ConfirmarNitView(ParDeNitsView):
    """Confirma que un casi-NIT es del mismo cliente: quien tiene `nit` ve también `otro`. Repetirlo no cambia nada."""

    permission_classes = [PuedeConfirmar]
    hacer = staticmethod(near_nits.confirmar)


class RetirarNitView(ParDeNitsView):
    """Retira lo confirmado: quien tiene `nit` deja de ver `otro`, al instante. Repetirlo no cambia nada."""

    permission_classes = [PuedeRetirar]
    hacer = staticmethod(near_nits.retirar)
