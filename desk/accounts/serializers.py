"""What /api/auth/ takes and answers."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework import serializers

from apikeys.models import FichaPersonal


class EntrarSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    codigo = serializers.CharField(max_length=20, required=False, allow_blank=True)
    nombre = serializers.CharField(max_length=120, required=False, allow_blank=True)


class RegistroSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)


class RecibidaSerializer(serializers.Serializer[Any]):
    estado = serializers.CharField()
    mensaje = serializers.CharField()


class UsuarioSerializer(serializers.ModelSerializer[User]):
    roles: Any = serializers.SlugRelatedField("name", source="groups", many=True, read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "first_name", "last_name", "is_staff", "roles"]


class FichaPedidaSerializer(serializers.Serializer[Any]):
    nombre = serializers.CharField(max_length=120, required=False, allow_blank=True)


class FichaSerializer(serializers.ModelSerializer[FichaPersonal]):
    """A token, but for the token itself."""

    class Meta:
        model = FichaPersonal
        fields = [
            "identificador", "nombre", "activa", "segundo_factor", "fecha_creacion", "fecha_caducidad", "ultimo_uso",
            "usos",
        ]  # fmt: skip


class FichaNuevaSerializer(serializers.Serializer[Any]):
    """The only answer that holds a token."""

    token = serializers.CharField()
    expira = serializers.DateTimeField()
    usuario = UsuarioSerializer()
