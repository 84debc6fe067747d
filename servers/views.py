"""The API of servers."""

from collections import Counter

from django.db.models import ProtectedError
from rest_framework.viewsets import ModelViewSet

from lib.errors import Conflict
from servers.models import Servidor
from servers.serializers import ServidorSerializer


class ServidorViewSet(ModelViewSet[Servidor]):
    """Los servidores de bases de datos: listar, ver, crear, actualizar y eliminar."""

    queryset = Servidor.objects.all()
    serializer_class = ServidorSerializer
    filterset_fields = ("nombre", "tipo_servidor", "activo")

    def perform_destroy(self, instance: Servidor) -> None:
        try:
            instance.delete()
        except ProtectedError as error:
            raise _tiene_dependientes(error) from None


def _tiene_dependientes(error: ProtectedError) -> Conflict:
    counts = Counter(str(row._meta.verbose_name_plural) for row in error.protected_objects)
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return Conflict(
        "tiene_dependientes",
        f"No se puede eliminar: de este servidor dependen {listed}.",
        "Mueva o elimine primero lo que depende de él, o déjelo inactivo.",
        dependientes=dict(counts),
    )
