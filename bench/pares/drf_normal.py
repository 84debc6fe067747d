"""What one writes with the tutorial of Django REST framework: ModelSerializer, numbered pages, hence a COUNT(*).

The key is proven and scoped by our own class; there is no throttle.
"""

import os

from django.db.models import QuerySet
from django.urls import include, path
from rest_framework.permissions import BasePermission
from rest_framework.routers import DefaultRouter
from rest_framework.serializers import IntegerField, ModelSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.models import MovimientoInventario


class ConClave(BasePermission):
    def has_permission(self, request, view) -> bool:
        return request.auth is not None


class MovimientoSerializer(ModelSerializer):
    empresa_servidor_id = IntegerField()

    class Meta:
        model = MovimientoInventario
        fields = os.environ["BANCO_COLUMNAS"].split(",")


class MovimientoViewSet(ReadOnlyModelViewSet):
    serializer_class = MovimientoSerializer
    permission_classes = [ConClave]

    def get_queryset(self) -> QuerySet[MovimientoInventario]:
        return MovimientoInventario.objects.filter(empresa_servidor__in=self.request.auth.empresas).order_by(
            "-fecha", "-clave_origen", "-empresa_servidor_id"
        )


router = DefaultRouter()
router.register("movimientos", MovimientoViewSet, basename="movimiento")
urlpatterns = [path("api/", include(router.urls))]
