"""django-ninja as its documentation shows it: a ModelSchema, a page by key of 100 rows, the key proven in `auth`.

There is no throttle.
"""

import os
from typing import Any

from django.urls import path
from django.utils import timezone
from ninja import ModelSchema, NinjaAPI, Schema
from ninja.security import APIKeyHeader

from apikeys import keys
from apikeys.models import APIKeyCliente
from inventory.models import MovimientoInventario

COLUMNAS = [name for name in os.environ["BANCO_COLUMNAS"].split(",") if name != "empresa_servidor_id"]


class Movimiento(ModelSchema):
    empresa_servidor_id: int

    class Meta:
        model = MovimientoInventario
        fields = COLUMNAS


class Pagina(Schema):
    next: int | None
    results: list[Movimiento]


class Clave(APIKeyHeader):
    param_name = "Api-Key"

    def authenticate(self, request: Any, key: str | None) -> APIKeyCliente | None:
        clave = keys.leer(key or "", keys.CLIENTE)
        fila = clave and APIKeyCliente.objects.filter(identificador=clave.identificador).first()
        bien = fila and keys.coincide(clave, fila.huella, fila.pimienta)
        return fila if bien and fila.activa and fila.fecha_caducidad > timezone.now() else None


api = NinjaAPI(auth=Clave())


@api.get("/movimientos/", response=Pagina)
def movimientos(request: Any) -> dict[str, Any]:
    filas = list(
        MovimientoInventario.objects.filter(empresa_servidor__in=list(request.auth.empresas_asociadas)).order_by(
            "-fecha", "-clave_origen", "-empresa_servidor_id"
        )[:100]
    )
    return {"next": filas[-1].pk, "results": filas}


urlpatterns = [path("api/", api.urls)]
