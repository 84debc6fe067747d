"""The API of servers."""

from django.db.models import ProtectedError
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from lib.dependants import dependientes
from lib.errors import Conflict
from lib.fields import ConCampos
from servers import doctor
from servers.models import Servidor
from servers.permissions import ProbarPermissions, ServidorPermissions
from servers.serializers import DiagnosticoSerializer, ServidorSerializer


class ServidorViewSet(ConCampos, ModelViewSet[Servidor]):
    """Los servidores de bases de datos: listar, ver, crear, actualizar y eliminar."""

    queryset = Servidor.objects.all()
    permission_classes = [ServidorPermissions]
    serializer_class = ServidorSerializer
    filterset_fields = ("nombre", "tipo_servidor", "activo")

    @extend_schema(request=None, responses=DiagnosticoSerializer)
    @action(detail=True, methods=["post"], permission_classes=[ProbarPermissions])
    def probar(self, request: Request, pk: str) -> Response:
        """Prueba la conexión paso a paso; contesta 200 también cuando algo falla, con el remedio."""
        return Response(doctor.probar(self.get_object()).as_dict())

    def perform_destroy(self, instance: Servidor) -> None:
        try:
            instance.delete()
        except ProtectedError:
            raise _tiene_dependientes(instance) from None


def _tiene_dependientes(servidor: Servidor) -> Conflict:
    counts = dependientes(servidor)
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return Conflict(
        "tiene_dependientes",
        f"No se puede eliminar: de este servidor dependen {listed}.",
        "Mueva o elimine primero lo que depende de él, o déjelo inactivo.",
        dependientes=counts,
    )
