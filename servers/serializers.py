"""Servers as the API shows and takes them; the password goes in and never comes out."""

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from lib.doctor import Resultado
from lib.saving import SerializadorDeCambios
from servers.models import DESTINO, Controlador, Servidor
from servers.turn import cambiado


class ServidorSerializer(SerializadorDeCambios, serializers.ModelSerializer[Servidor]):
    password = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=128,
        help_text="Solo se escribe. Vacía al actualizar: no cambia. Obligatoria si cambia host, puerto o tipo.",
    )

    class Meta:
        model = Servidor
        fields = (
            "id", "nombre", "host", "usuario", "password", "tipo_servidor", "puerto", "ruta_maestra",
            "zona_horaria", "controlador", "juego_caracteres", "conexiones_a_la_vez", "filas_por_segundo",
            "lectura_desde", "lectura_hasta", "instantanea_minutos", "activo", "fecha_creacion",
        )  # fmt: skip
        read_only_fields = ("fecha_creacion",)

    def update(self, instance: Servidor, validated_data: dict[str, Any]) -> Servidor:
        saved: Servidor = super().update(instance, validated_data)
        cambiado(saved)
        return saved

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        password = attrs.pop("password", "")
        if password:
            attrs["password"] = password
        elif self._exige_password(attrs):
            raise serializers.ValidationError({"password": ["La contraseña es obligatoria."]})
        return attrs | self._limpios(attrs)

    def _exige_password(self, attrs: dict[str, Any]) -> bool:
        """A new server needs it, and so does one that will be asked for elsewhere: the stored one must not travel."""
        before = self.instance
        if not isinstance(before, Servidor):
            return attrs.get("controlador") != Controlador.EMBEBIDO
        moved = any(name in attrs and attrs[name] != getattr(before, name) for name in DESTINO)
        return moved and bool(before.password_cifrada)

    def _limpios(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Host and path as the model's own check leaves them."""
        candidate = copy(self.instance) if isinstance(self.instance, Servidor) else Servidor()
        for name, value in attrs.items():
            setattr(candidate, name, value)
        try:
            candidate.clean()
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from None
        return {name: getattr(candidate, name) for name in ("host", "ruta_maestra") if name in attrs}

    def to_representation(self, instance: Servidor) -> dict[str, Any]:
        data = super().to_representation(instance)
        return data | {"puerto": instance.puerto_efectivo} if "puerto" in data else data


class PasoSerializer(serializers.Serializer[Any]):
    paso = serializers.CharField()
    titulo = serializers.CharField()
    resultado = serializers.ChoiceField(choices=[resultado.value for resultado in Resultado])
    ms = serializers.IntegerField(allow_null=True)
    mensaje = serializers.CharField()
    remedio = serializers.CharField()
    error = serializers.CharField(help_text="Código estable de lo que falló.")
    detalle = serializers.CharField(help_text="Palabras del propio servidor.")


class DiagnosticoSerializer(serializers.Serializer[Any]):
    """Lo que encontró «Probar conexión»; los datos que no se llegaron a conocer faltan."""

    correcto = serializers.BooleanField()
    resumen = serializers.CharField()
    pasos = PasoSerializer(many=True)
    servidor = serializers.CharField()
    version = serializers.CharField(required=False)
    controlador = serializers.CharField(required=False)
    dialecto = serializers.IntegerField(required=False, allow_null=True)
    juego_caracteres = serializers.CharField(required=False)
    empresas = serializers.IntegerField(required=False)
