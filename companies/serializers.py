"""Companies as the API shows and takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from companies.accepting import exigir_consulta, exigir_ruta
from companies.models import EmpresaServidor
from companies.nit import LARGO_ORIGINAL, analizar
from companies.visibility import ve_todas
from lib.errors import Conflict, Rejected
from lib.saving import SerializadorDeCambios

CONFIGURACION = ("perfil_consulta", "consulta_sql")
CONFIGURAR = "companies.configurar_consulta"
PARA_CLAVES = (
    "id", "codigo", "nombre", "nit", "nit_original", "nit_base", "dv", "dv_valido", "anio_fiscal", "estado",
    "ultima_extraccion",
)  # fmt: skip
IDENTIDAD = ("codigo", "nit", "anio_fiscal", "ruta_base")  # who it is and which database is read for it


class EmpresaServidorSerializer(SerializadorDeCambios, serializers.ModelSerializer[EmpresaServidor]):
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

    def validate_servidor(self, value: Any) -> Any:
        if self.instance is not None and value != self.instance.servidor:
            raise serializers.ValidationError("El servidor no se cambia aquí; use «mover».", "use_mover")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self._changes(attrs, CONFIGURACION) and not self.context["request"].user.has_perm(CONFIGURAR):
            raise PermissionDenied
        self._accept(attrs)
        # digits that were answered before come back with an update; read again they would mean another base
        if self.instance is not None and attrs.get("nit") in _nits(self.instance):
            del attrs["nit"]
        # whoever could lead the own company to another's database would read that one
        if self._changes(attrs, IDENTIDAD) and not ve_todas(self.context["request"]):
            raise PermissionDenied
        return attrs | (_partes(attrs.pop("nit")) if "nit" in attrs else {})

    def _accept(self, attrs: dict[str, Any]) -> None:
        servidor = attrs.get("servidor") or self._present.servidor
        values = {name: attrs.get(name, getattr(self._present, name)) for name in ("ruta_base", *CONFIGURACION)}
        with naming("ruta_base"):
            attrs["ruta_base"] = exigir_ruta(values["ruta_base"], servidor)
        with naming("consulta_sql"):
            exigir_consulta(values["perfil_consulta"], values["consulta_sql"], servidor)

    @property
    def _present(self) -> EmpresaServidor:
        return self.instance or EmpresaServidor()

    def _changes(self, attrs: dict[str, Any], names: tuple[str, ...]) -> bool:
        return any(name in attrs and attrs[name] != getattr(self._present, name) for name in names)

    def save(self, **kwargs: Any) -> EmpresaServidor:
        try:
            with transaction.atomic():
                return super().save(**kwargs)
        except IntegrityError:
            raise self._duplicada() from None

    def _duplicada(self) -> Conflict:
        key = {name: self._value(name) for name in ("nit_base", "anio_fiscal")}
        other = EmpresaServidor.objects.filter(**key).first()  # asked by who sees all companies
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
            data.pop("consulta_sql", None)
        return data


def _nits(empresa: EmpresaServidor) -> tuple[str, str]:
    return empresa.nit, empresa.nit_original


def _partes(written: str) -> dict[str, Any]:
    with naming("nit"):
        return analizar(written).campos()


@contextmanager
def naming(campo: str) -> Iterator[None]:
    """A rejection of this field's value, as the API tells bad input."""
    try:
        yield
    except Rejected as error:
        raise serializers.ValidationError({campo: [error.mensaje]}) from None
