"""What the médico de NIT answers, in API and command alike."""

from typing import Any

from rest_framework import serializers

from companies.models import EmpresaServidor
from companies.near_nits import MOTIVOS
from companies.nit import LARGO_ORIGINAL


class EmpresaVistaSerializer(serializers.ModelSerializer[EmpresaServidor]):
    servidor = serializers.CharField(source="servidor.nombre")
    dv_valido = serializers.BooleanField(allow_null=True, help_text="Falso: el DV que declara la fuente está errado.")

    class Meta:
        model = EmpresaServidor
        fields = ("id", "nombre", "anio_fiscal", "servidor", "nit_original", "nit_base", "dv", "dv_valido", "estado")


class CasiSerializer(serializers.Serializer[Any]):
    nit_base = serializers.CharField(help_text="El que se confirma como `otro`.")
    motivo = serializers.ChoiceField(choices=sorted(MOTIVOS))
    explicacion = serializers.CharField()
    empresas = EmpresaVistaSerializer(many=True)


class ExamenSerializer(serializers.Serializer[Any]):
    """What a key for this NIT sees, and what it misses by a hair."""

    nit = serializers.CharField(source="nit.original")
    nit_base = serializers.CharField(source="nit.base")
    dv = serializers.CharField(source="nit.dv", allow_blank=True)
    dv_valido = serializers.BooleanField(source="nit.dv_valido", allow_null=True)
    dv_esperado = serializers.CharField()
    confirmados = serializers.ListField(child=serializers.CharField())
    veria = EmpresaVistaSerializer(many=True)
    casi = CasiSerializer(many=True)


class NitSerializer(serializers.Serializer[Any]):
    nit = serializers.CharField(max_length=LARGO_ORIGINAL, help_text="Como está escrito.")


class ParDeNitsSerializer(NitSerializer):
    """Who has `nit` also sees, or no longer sees, `otro`."""

    otro = serializers.CharField(max_length=LARGO_ORIGINAL, help_text="Un `nit_base` de `casi` o de `confirmados`.")
