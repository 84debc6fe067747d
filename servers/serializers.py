"""Servers as the API shows and takes them; the password goes in and never comes out."""

from typing import Any

from rest_framework import serializers

from servers.models import Controlador, Servidor


class ServidorSerializer(serializers.ModelSerializer[Servidor]):
    password = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=128,
        help_text="Solo se escribe. Ausente o vacía al actualizar: no cambia.",
    )

    class Meta:
        model = Servidor
        fields = (
            "id", "nombre", "host", "usuario", "password", "tipo_servidor", "puerto", "ruta_maestra",
            "zona_horaria", "controlador", "juego_caracteres", "activo", "fecha_creacion",
        )  # fmt: skip
        read_only_fields = ("fecha_creacion",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        password = attrs.pop("password", "")
        if password:
            attrs["password"] = password
        elif self.instance is None and attrs.get("controlador") != Controlador.EMBEBIDO:
            raise serializers.ValidationError({"password": ["La contraseña es obligatoria."]})
        return attrs

    def to_representation(self, instance: Servidor) -> dict[str, Any]:
        return super().to_representation(instance) | {"puerto": instance.puerto_efectivo}
