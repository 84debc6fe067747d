"""Companies as the API shows and takes them."""

from typing import Any

from django.db import IntegrityError, transaction
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from companies.models import EmpresaServidor
from companies.nit import LARGO_ORIGINAL, analizar
from companies.reading import exigir_ruta
from companies.visibility import visibles
from lib.errors import Conflict, Rejected

CONFIGURACION = ("perfil_consulta", "consulta_sql")
CONFIGURAR = "companies.configurar_consulta"


class EmpresaServidorSerializer(serializers.ModelSerializer[EmpresaServidor]):
    """`nit` is taken as written and answered as its digits, beside the parts that were read from it."""

    nit = serializers.CharField(max_length=LARGO_ORIGINAL, help_text="Como está escrito, con guion antes del DV.")

    class Meta:
        model = EmpresaServidor
        fields = (
            "id", "servidor", "codigo", "nombre", "nit", "nit_original", "nit_base", "dv", "dv_valido", "anio_fiscal",
            "ruta_base", "estado", "perfil_consulta", "consulta_sql", "remision_facturada_no_mueve", "descubierta",
            "ausente_desde", "ultima_extraccion", "fecha_registro",
        )  # fmt: skip
        read_only_fields = (
            "nit_original", "nit_base", "dv", "dv_valido", "descubierta", "ausente_desde", "ultima_extraccion",
            "fecha_registro",
        )  # fmt: skip

    def validate_ruta_base(self, value: str) -> str:
        try:
            return exigir_ruta(value)
        except Rejected as error:
            raise serializers.ValidationError(error.mensaje, error.codigo) from None

    def validate_servidor(self, value: Any) -> Any:
        if self.instance is not None and value != self.instance.servidor:
            raise serializers.ValidationError("El servidor no se cambia aquí; use «mover».", "use_mover")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self._changes(attrs, CONFIGURACION) and not self.context["request"].user.has_perm(CONFIGURAR):
            raise PermissionDenied
        written = attrs.pop("nit", None)
        # digits that were answered before come back with an update; read again they would mean another base
        if written is not None and (self.instance is None or written not in _nits(self.instance)):
            attrs |= _partes(written)
        return attrs

    def _changes(self, attrs: dict[str, Any], names: tuple[str, ...]) -> bool:
        present = self.instance or EmpresaServidor()
        return any(name in attrs and attrs[name] != getattr(present, name) for name in names)

    def save(self, **kwargs: Any) -> EmpresaServidor:
        try:
            with transaction.atomic():
                return super().save(**kwargs)
        except IntegrityError:
            raise self._duplicada() from None

    def _duplicada(self) -> Conflict:
        key = {name: self._value(name) for name in ("nit_base", "anio_fiscal")}
        other = visibles(EmpresaServidor.objects.filter(**key), self.context["request"]).first()
        where = f" en el servidor {other.servidor}" if other else ""
        return Conflict(
            "empresa_duplicada",
            f"Ya hay una empresa con ese NIT y ese año{where}.",
            "Use la que hay, o muévala a este servidor.",
        )

    def _value(self, name: str) -> Any:
        return self.validated_data.get(name, getattr(self.instance, name, None))

    def to_representation(self, instance: EmpresaServidor) -> dict[str, Any]:
        data = super().to_representation(instance)
        if not self.context["request"].user.has_perm(CONFIGURAR):
            del data["consulta_sql"]
        return data


def _nits(empresa: EmpresaServidor) -> tuple[str, str]:
    return empresa.nit, empresa.nit_original


def _partes(written: str) -> dict[str, Any]:
    try:
        nit = analizar(written)
    except Rejected as error:
        raise serializers.ValidationError({"nit": [error.mensaje]}) from None
    return {
        "nit": nit.nit,
        "nit_original": nit.original,
        "nit_base": nit.base,
        "dv": nit.dv,
        "dv_valido": nit.dv_valido,
    }
