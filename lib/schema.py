"""The OpenAPI description says what the API does: who may ask, with what, and every status that an operation answers.

A view, or an action of one, says in `errores` which statuses it has beyond those that follow from its kind:

    class ExtraerDatosView(APIView):
        errores = (404, 409)
"""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny

from lib.fields import PARAMETRO, ConColumnas

SIGNIFICAN = {
    400: "Hay datos que no valen; `campos` los nombra.",
    401: "Falta la credencial, o no vale.",
    403: "No tiene permiso para hacer esto.",
    404: "No existe o no está a su alcance.",
    406: "Solo se responde en JSON.",
    409: "Contradice lo que hay ahora.",
    413: "El cuerpo es demasiado grande.",
    415: "El cuerpo debe ser JSON.",
    429: "Hizo demasiadas peticiones.",
    502: "La configuración o las credenciales de la fuente no sirven.",
    503: "La misma petición puede servir más tarde.",
}
ESPERE = {"schema": {"type": "integer", "minimum": 0}, "description": "Segundos que hay que esperar."}
ETAG = {"schema": {"type": "string"}, "description": "Envíelo en If-None-Match la próxima vez."}
CAMBIAN = {"PUT", "PATCH", "DELETE"}
CON_CUERPO = (400, 413, 415)


class DetalleDeErrorSerializer(serializers.Serializer[Any]):
    codigo = serializers.CharField(help_text="Estable; para programas.")
    mensaje = serializers.CharField(help_text="Para personas.")
    remedio = serializers.CharField(allow_blank=True, help_text="Qué hacer ahora.")
    campos = serializers.DictField(help_text="Lo que no vale, por campo.")


class ErrorSerializer(serializers.Serializer[Any]):
    """El cuerpo de todo error; algunos traen más datos, como `task_id` o `dependientes`."""

    error = DetalleDeErrorSerializer()


class Esquema(AutoSchema):
    """drf-spectacular's, with our errors, headers and credentials."""

    def get_override_parameters(self) -> list[Any]:
        return [self._campos()] if self._toma_campos() else []

    def _toma_campos(self) -> bool:
        return self.method == "GET" and PARAMETRO in getattr(self.view, "parametros", ())

    def _campos(self) -> OpenApiParameter:
        view: Any = self.view
        names = [name for name, field in view.get_serializer_class()().fields.items() if not field.write_only]
        return OpenApiParameter(
            PARAMETRO,
            {"type": "array", "items": {"type": "string", "enum": names}},
            description="Columnas que se quieren, separadas por comas; sin él, todas las que se pueden ver.",
            explode=False,
        )

    def get_auth(self) -> list[dict[str, Any]]:
        auth: list[dict[str, Any]] = super().get_auth()
        return auth if self._admite_claves() else [scheme for scheme in auth if "clave" not in scheme]

    def _admite_claves(self) -> bool:
        """Whether a client's key can open the operation: by a scope, or by a permission that knows keys."""
        if self.method in getattr(self.view, "alcances", {}):
            return True
        return any(getattr(permission, "admite_claves", False) for permission in self.view.get_permissions())

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in sorted(self._errores() | {int(code) for code in bodies if int(code) >= 400}):
            if "content" not in (told := bodies.get(str(status), {})):
                bodies[str(status)] = self._get_response_for_code(ErrorSerializer, str(status)) | {
                    name: value for name, value in told.items() if value
                }
        self._add_conditional(bodies)
        for code, body in bodies.items():
            body["description"] = body.get("description") or SIGNIFICAN.get(int(code), "")
        return bodies

    def _add_conditional(self, bodies: dict[str, Any]) -> None:
        """What is read as JSON has an ETag, and 304 for whoever has it already."""
        if self.method == "GET" and "application/json" in bodies.get("200", {}).get("content", {}):
            bodies["200"].setdefault("headers", {})["ETag"] = ETAG
            bodies["304"] = {"description": "Es lo mismo que dice If-None-Match."}

    def _errores(self) -> set[int]:
        """The statuses of errors that follow from the kind of operation, and those that the view names."""
        found = {429, *getattr(self.view, "errores", ())}
        if self.view.content_negotiation_class is DefaultContentNegotiation:
            found.add(406)
        if self.view.get_authenticators():
            found.add(401)
        if AllowAny not in self.view.permission_classes:
            found.add(403)
        if self._get_request_body():  # type: ignore[no-untyped-call]
            found.update(CON_CUERPO)
        if "{" in self.path:
            found.add(404)
        if self._get_parameters_of("query"):
            found.add(400)
        return found | ({409} if self.method in CAMBIAN or self._is_create_operation() else set())

    def _get_parameters_of(self, place: str) -> list[dict[str, Any]]:
        return [parameter for parameter in self._get_parameters() if parameter["in"] == place]

    def _get_response_for_code(
        self, serializer: Any, status_code: Any, media_types: Any = None, direction: Any = "response"
    ) -> dict[str, Any]:
        if int(status_code) >= 400:  # errors are JSON, whatever the view itself answers
            media_types = media_types or ["application/json"]
        body: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        if int(status_code) == 429:
            body.setdefault("headers", {})["Retry-After"] = ESPERE
        return body

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_filter_parameters()  # type: ignore[no-untyped-call]
        for parameter in parameters:
            if parameter["schema"].get("type") == "boolean":
                parameter["schema"].pop("enum", None)  # the library writes them as texts
        return parameters

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        schema.pop("description", None)  # the docstring, which is for us
        if direction == "response" and self._elige(serializer):
            schema.pop("required", None)
        return schema

    def _elige(self, serializer: Any) -> bool:
        """Whether the caller chooses the columns of these rows, so that none is promised."""
        modelo = getattr(getattr(serializer, "Meta", None), "model", None)
        queryset = getattr(self.view, "queryset", None)
        return isinstance(self.view, ConColumnas) and queryset is not None and modelo is queryset.model
