"""Keys as the API takes and shows them: whole in the answer that makes them, by their prefix everywhere else."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from apikeys.accepting import DIAS, HORAS_SOLAPE, LIMITES, MAXIMO_LISTA, SOLAPE_USUAL
from apikeys.badges import situacion
from apikeys.issuing import DIAS as DIAS_USUALES
from apikeys.models import Alcance, APIKeyCliente
from companies.models import EmpresaServidor
from companies.nit import LARGO_ORIGINAL
from lib.strict import SerializadorEstricto

ID_MAXIMO = 2**63 - 1


class PedidoDeClaveSerializer(SerializadorEstricto):
    """What a key is made of: one owner (`nit`, `id_sucursal` or `local`), and what differs from the usual."""

    nit = serializers.CharField(max_length=LARGO_ORIGINAL, required=False, help_text="Como está escrito.")
    id_sucursal = serializers.CharField(max_length=50, required=False)
    local = serializers.CharField(max_length=120, required=False)
    nombre_cliente = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Si falta, el de su empresa más reciente."
    )
    dias_validez = serializers.IntegerField(min_value=DIAS.start, max_value=DIAS.stop - 1, default=DIAS_USUALES)
    alcances = serializers.ListField(
        child=serializers.ChoiceField(choices=Alcance.choices), required=False, allow_empty=False, max_length=10
    )
    limite_por_minuto = serializers.IntegerField(min_value=1, max_value=LIMITES.stop - 1, required=False)
    redes_permitidas = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=MAXIMO_LISTA, help_text="CIDR."
    )
    origenes = serializers.ListField(
        child=serializers.CharField(max_length=255), required=False, max_length=MAXIMO_LISTA
    )
    reemplazar = serializers.BooleanField(default=False, help_text="Las demás claves activas del dueño terminan.")


class IdDeClaveSerializer(SerializadorEstricto):
    api_key_id = serializers.IntegerField(min_value=1, max_value=ID_MAXIMO)


class RenovacionSerializer(IdDeClaveSerializer):
    dias = serializers.IntegerField(min_value=DIAS.start, max_value=DIAS.stop - 1, default=DIAS_USUALES)
    solape_horas = serializers.IntegerField(
        min_value=HORAS_SOLAPE.start, max_value=HORAS_SOLAPE.stop - 1, default=SOLAPE_USUAL
    )

    def validate_solape_horas(self, horas: int) -> timedelta:
        return timedelta(hours=horas)


class ValidacionSerializer(SerializadorEstricto):
    api_key = serializers.CharField()


class MiClaveSerializer(serializers.ModelSerializer[APIKeyCliente]):
    """What a key may know of itself."""

    prefijo = serializers.SerializerMethodField()
    estado = serializers.SerializerMethodField(help_text="vigente, pronto, solape, caducada, sucedida o revocada.")
    alcances = serializers.ListField(child=serializers.CharField())
    redes_permitidas = serializers.ListField(child=serializers.CharField())
    origenes = serializers.SlugRelatedField[Any]("origen", many=True, read_only=True)
    empresas_asociadas = serializers.SerializerMethodField(help_text="Cuántas empresas ve.")

    class Meta:
        model = APIKeyCliente
        fields: tuple[str, ...] = (
            "prefijo", "nombre_cliente", "nit", "nit_original", "nit_base", "id_sucursal", "local", "alcances",
            "estado", "fecha_creacion", "fecha_caducidad", "ultimo_uso", "usos", "limite_por_minuto",
            "redes_permitidas", "origenes", "empresas_asociadas",
        )  # fmt: skip

    def get_prefijo(self, fila: APIKeyCliente) -> str:
        return f"sk_{fila.identificador}"

    def get_estado(self, fila: APIKeyCliente) -> str:
        return situacion(fila)[0]

    def get_empresas_asociadas(self, fila: APIKeyCliente) -> int:
        cuentas: dict[int, int] = self.context.get("empresas", {})
        return cuentas[fila.pk] if fila.pk in cuentas else fila.actualizar_empresas_asociadas()


class ClaveSerializer(MiClaveSerializer):
    """A key as staff sees it."""

    api_key_id = serializers.IntegerField(source="pk")
    creada_por = serializers.CharField(source="creada_por.username", default="", allow_blank=True)
    sucesora = serializers.IntegerField(source="sucesora_id", allow_null=True)

    class Meta(MiClaveSerializer.Meta):
        fields = ("api_key_id", *MiClaveSerializer.Meta.fields, "activa", "revocada", "sucesora", "creada_por")


class ListaDeClavesSerializer(serializers.Serializer[Any]):
    total_api_keys = serializers.IntegerField(help_text="Cuántas cumplen el filtro, en todas las páginas.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    api_keys = ClaveSerializer(many=True)


class RevocadaSerializer(serializers.Serializer[Any]):
    mensaje = serializers.CharField()
    clave = ClaveSerializer()


class ClaveEmitidaSerializer(ClaveSerializer):
    """The one answer that holds the key itself; `emitida` of the context is what was made."""

    api_key = serializers.SerializerMethodField(help_text="La clave entera. No se vuelve a mostrar.")
    accion = serializers.SerializerMethodField(help_text="Creada o Actualizada.")
    mensaje = serializers.SerializerMethodField()

    class Meta(ClaveSerializer.Meta):
        fields = ("api_key", "accion", "mensaje", *ClaveSerializer.Meta.fields)

    def get_api_key(self, fila: APIKeyCliente) -> str:
        return str(self.context["emitida"].clave.texto)

    def get_accion(self, fila: APIKeyCliente) -> str:
        return str(self.context["emitida"].accion)

    def get_mensaje(self, fila: APIKeyCliente) -> str:
        return MENSAJES[self.get_accion(fila)]


MENSAJES = {
    "Creada": "Clave creada. Guárdela ahora: no se vuelve a mostrar.",
    "Actualizada": "Clave nueva en lugar de la anterior. Guárdela ahora: no se vuelve a mostrar.",
}


class EmpresaDeClaveSerializer(serializers.ModelSerializer[EmpresaServidor]):
    empresa_servidor_id = serializers.IntegerField(source="pk")
    preferred_template = serializers.SerializerMethodField(help_text="Vacío mientras nadie la personalice.")
    servidor = serializers.CharField(source="servidor.nombre")

    class Meta:
        model = EmpresaServidor
        fields = ("empresa_servidor_id", "nombre", "nit", "anio_fiscal", "codigo", "preferred_template", "servidor")

    def get_preferred_template(self, empresa: EmpresaServidor) -> str | None:
        return None


class ClaveValidaSerializer(serializers.Serializer[Any]):
    valid = serializers.BooleanField()
    nit = serializers.CharField(allow_blank=True)
    nombre_cliente = serializers.CharField()
    fecha_caducidad = serializers.DateTimeField()
    alcances = serializers.ListField(child=serializers.CharField())
    empresas = EmpresaDeClaveSerializer(many=True)
    total_empresas = serializers.IntegerField()


class EstadisticasSerializer(serializers.Serializer[Any]):
    total_api_keys = serializers.IntegerField()
    por_estado = serializers.DictField(child=serializers.IntegerField())
    usos = serializers.IntegerField(help_text="De todas, desde que existen.")
    usadas_ultimos_30_dias = serializers.IntegerField()
    sin_usar = serializers.IntegerField()
    rechazos_ultima_hora = serializers.IntegerField()
    rechazos_ultimo_dia = serializers.IntegerField()
    rechazos_por_motivo = serializers.DictField(child=serializers.IntegerField(), help_text="Del último día.")
