"""Credentials: keys of clients, tokens of persons, and what was refused. Of each only a keyed digest is kept."""

from datetime import datetime
from functools import cache
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q, QuerySet
from django.utils import timezone

from companies.models import EmpresaServidor, empresas_de
from lib.statements import Fija


class Alcance(models.TextChoices):
    LECTURA = "lectura", "Leer empresas, movimientos, artículos y existencias"
    PREDICCION = "prediccion", "Leer y pedir pronósticos"
    VENTAS = "ventas", "Enviar y leer ventas de su sucursal"
    CAJAS = "cajas", "Enviar cajas de su local"
    SINCRONIZAR = "sincronizar", "Pedir sincronizaciones"
    DATOS_PERSONALES = "datos_personales", "Ver pacientes, médicos y sus cédulas"


def solo_lectura() -> list[str]:
    return [Alcance.LECTURA]


class Credencial(models.Model):
    """What keys and tokens share: found by the public id, proven by the digest, alive until revoked or expired."""

    identificador = models.CharField("identificador", max_length=12, unique=True, editable=False)
    huella = models.CharField("huella", max_length=64, editable=False, help_text="HMAC-SHA-256 de la clave, en hex.")
    pimienta = models.CharField("pimienta", max_length=16, editable=False, help_text="Marca de la que hizo la huella.")
    activa = models.BooleanField("activa", default=True)
    fecha_creacion = models.DateTimeField("fecha de creación", default=timezone.now, editable=False)
    fecha_caducidad = models.DateTimeField("fecha de caducidad")
    revocada = models.DateTimeField("revocada", null=True, editable=False)
    ultimo_uso = models.DateTimeField("último uso", null=True, editable=False, help_text="Al minuto.")
    usos = models.BigIntegerField("usos", default=0, editable=False)

    class Meta:
        abstract = True

    JUNTO: ClassVar[tuple[str, ...]] = ()  # what is read with the row

    @classmethod
    def con_identificador(cls, identificador: str) -> Self | None:
        """The row that the public id names, in one query."""
        if cls.JUNTO:
            return cls._default_manager.filter(identificador=identificador).select_related(*cls.JUNTO).first()
        columnas = [field.attname for field in cls._meta.concrete_fields]
        filas = _por_identificador(cls).filas(identificador)
        return next((cls.from_db(DEFAULT_DB_ALIAS, columnas, fila) for fila in filas), None)

    @property
    def redes(self) -> list[str]:
        """The networks that it may be used from; empty: any."""
        return []

    @property
    def limite(self) -> int | None:
        """How many requests a minute it may make; None: any number."""
        return None

    def vigente(self, ahora: datetime | None = None) -> bool:
        """Whether it still opens anything."""
        return self.activa and self.fecha_caducidad > (ahora or timezone.now())

    @property
    def abre(self) -> bool:
        """Whether it opens anything for whoever it belongs to."""
        return self.vigente()


@cache
def _por_identificador(modelo: type[Credencial]) -> Fija:
    return Fija(lambda identificador: modelo._default_manager.order_by().filter(identificador=identificador))


class APIKeyCliente(Credencial):
    """A client's key, bound to one NIT, one branch or one till local; only those of a NIT see companies."""

    nombre_cliente = models.CharField("nombre del cliente", max_length=255)
    nit = models.CharField("NIT", max_length=20, blank=True, help_text="Solo los dígitos, como las empresas.")
    nit_original = models.CharField("NIT original", max_length=50, blank=True, help_text="Como se escribió.")
    nit_base = models.CharField("NIT base", max_length=20, blank=True, help_text="Sin dígito de verificación.")
    id_sucursal = models.CharField("sucursal", max_length=50, blank=True)
    local = models.CharField("local de cajas", max_length=120, blank=True)
    alcances = models.JSONField("alcances", default=solo_lectura)
    limite_por_minuto = models.PositiveIntegerField(
        "peticiones por minuto", default=600, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    redes_permitidas = models.JSONField(
        "redes permitidas", default=list, blank=True, help_text="En forma CIDR; vacío: desde cualquiera."
    )
    sucesora = models.OneToOneField(
        "self", models.SET_NULL, null=True, editable=False, related_name="anterior", verbose_name="sucesora"
    )
    creada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name="creada por",
    )  # fmt: skip
    pedido = models.UUIDField(
        "pedido", null=True, unique=True, editable=False, help_text="El formulario que la pidió, que no pide otra."
    )

    class Meta:
        db_table = "api_keys_clientes"
        verbose_name = "clave de API"
        verbose_name_plural = "claves de API"
        ordering = ["-fecha_creacion", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(id_sucursal="", local="") & ~Q(nit_base=""))
                | (Q(nit_base="", local="") & ~Q(id_sucursal=""))
                | (Q(nit_base="", id_sucursal="") & ~Q(local="")),
                name="clave_de_un_solo_dueno",
            ),
            models.CheckConstraint(
                condition=Q(nit_base="") | Q(nit_base__regex=r"^[0-9]+$"), name="clave_nit_en_digitos"
            ),
        ]
        indexes = [models.Index(fields=["nit_base"], name="clave_por_nit")]

    def __str__(self) -> str:
        return f"{self.nombre_cliente} (sk_{self.identificador}…)"

    @property
    def redes(self) -> list[str]:
        return list(self.redes_permitidas)

    @property
    def limite(self) -> int:
        return self.limite_por_minuto

    @property
    def empresas_asociadas(self) -> QuerySet[EmpresaServidor]:
        """The companies that it sees, derived each time: those of its NIT and of those confirmed as the same."""
        if not self.nit_base:
            return EmpresaServidor.objects.none()
        return empresas_de(self.nit_base)

    def actualizar_empresas_asociadas(self) -> int:
        """How many companies it sees now. Nothing is stored, so nothing grows stale."""
        return self.empresas_asociadas.count()


class OrigenPermitido(models.Model):
    """A web origin whose pages may use a key from a browser."""

    clave = models.ForeignKey(APIKeyCliente, models.CASCADE, related_name="origenes", verbose_name="clave")
    origen = models.CharField("origen", max_length=255, db_index=True, help_text="P. ej. https://tienda.example.com")

    class Meta:
        db_table = "api_keys_origenes"
        verbose_name = "origen permitido"
        verbose_name_plural = "orígenes permitidos"
        constraints = [models.UniqueConstraint(fields=["clave", "origen"], name="origen_unico_por_clave")]

    def __str__(self) -> str:
        return self.origen


class FichaPersonal(Credencial):
    """A person's token for the API, with that person's rights."""

    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="fichas", verbose_name="usuario")
    nombre = models.CharField("nombre", max_length=120, blank=True, help_text="Para qué es.")
    segundo_factor = models.BooleanField(
        "con segundo factor", default=False, editable=False, help_text="Quien la pidió lo demostró."
    )

    JUNTO = ("usuario",)

    class Meta:
        db_table = "fichas_personales"
        verbose_name = "ficha personal"
        verbose_name_plural = "fichas personales"
        ordering = ["-fecha_creacion", "-pk"]

    def __str__(self) -> str:
        return f"{self.usuario} (pt_{self.identificador}…)"

    @property
    def abre(self) -> bool:
        return self.vigente() and self.usuario.is_active

    @property
    def solicitante(self) -> str:
        """By what name the exports asked for with it know it."""
        return f"ficha:{self.identificador}"


class IntentoRechazado(models.Model):
    """Refused credentials of one address, for one reason, within one minute."""

    class Motivo(models.TextChoices):
        FORMATO = "formato", "No es una clave"
        DESCONOCIDA = "desconocida", "No hay tal clave"
        SECRETO = "secreto", "El secreto no es el suyo"
        REVOCADA = "revocada", "Está revocada"
        CADUCADA = "caducada", "Caducó"
        RED = "red", "Desde una red no permitida"
        DOBLE = "doble", "Varias credenciales a la vez"
        EN_URL = "en_url", "La clave venía en la dirección"

    minuto = models.DateTimeField("minuto")
    direccion = models.GenericIPAddressField("dirección")
    motivo = models.CharField("motivo", max_length=12, choices=Motivo)
    identificador = models.CharField("identificador", max_length=12, blank=True, help_text="El de la clave, si lo hay.")
    ruta = models.CharField("ruta", max_length=200, help_text="La primera que pidió, sin parámetros.")
    veces = models.PositiveIntegerField("veces", default=1)

    class Meta:
        db_table = "api_keys_intentos"
        verbose_name = "intento rechazado"
        verbose_name_plural = "intentos rechazados"
        ordering = ["-minuto", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["minuto", "direccion", "motivo", "identificador"], name="intento_unico")
        ]

    def __str__(self) -> str:
        return f"{self.direccion}: {self.get_motivo_display()}"
