"""How the OpenAPI schema describes keys and tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class ClaveScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apikeys.auth.ClaveAuthentication"
    name = "clave"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Api-Key", "description": "La clave sk_ del cliente."}


class FichaScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apikeys.auth.FichaAuthentication"
    name = "ficha"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "«Token pt_…», la personal."}
