"""Why a record of Contífico could not be kept: a stable code and a sentence."""

from django.db.models import TextChoices


class Motivo(TextChoices):
    CLAVE_INVALIDA = "clave_invalida", "Su clave no se puede guardar"
    FECHA_INVALIDA = "fecha_invalida", "Una fecha no se entiende"
    FUERA_DE_RANGO = "fuera_de_rango", "Un número es demasiado grande"
    JSON_INVALIDO = "json_invalido", "Sus datos no se pueden guardar como llegaron"
    NUMERO_INVALIDO = "numero_invalido", "Un número no se entiende"
    PRECISION = "precision", "Un número tiene más cifras de las que guarda SQLite"
    REGISTRO_ROTO = "registro_roto", "Contífico falla al darlo"
    REGISTRO_INVALIDO = "registro_invalido", "No es un registro"
    SIN_CLAVE = "sin_clave", "No trae con qué nombrarlo"
    TEXTO_LARGO = "texto_largo", "Un texto no cabe"
    VALOR_INESPERADO = "valor_inesperado", "Un dato no es de la clase que debe"
