"""The accounts (companies) of Contífico that are kept in step."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from inventory.contifico import base_url, pairs, ruc
from inventory.contifico.resources import POR_NOMBRE, Recurso
from lib.encryption import TokenField, decrypt, encrypt
from lib.errors import Missing, Rejected
from lib.time_zones import validar_zona_horaria

DESTINO = ("url_base",)  # whoever changes this must know the key: it is sent there


def validar_recursos(nombres: Any) -> None:
    if not isinstance(nombres, list) or not all(isinstance(name, str) for name in nombres):
        raise ValidationError("Escriba una lista de recursos.", code="recursos")
    if unknown := sorted(set(nombres) - POR_NOMBRE.keys()):
        raise ValidationError(f"No son recursos de Contífico: {', '.join(unknown)}.", code="recursos")


class CuentaQuerySet(models.QuerySet["Cuenta"]):
    def buscar(self, texto: str = "") -> "Cuenta":
        """The account of this name or, where no name fits, of this id; the first one for no text."""
        found = self.filter(nombre=texto).first() if texto else self.order_by("pk").first()
        if found is None and texto.isascii() and texto.isdigit():
            found = self.filter(pk=int(texto)).first()
        if found is None:
            raise Missing(
                "cuenta_desconocida",
                f"No hay ninguna cuenta de Contífico {texto!r}." if texto else "No hay ninguna cuenta de Contífico.",
                "Créela en el menú Contífico, o ponga CONTIFICO_API_KEY en el entorno y ejecute configurar_contifico.",
            )
        return found


class Cuenta(models.Model):
    """A company in Contífico: how to reach it and how to read it; key and token are kept as Fernet tokens."""

    nombre = models.CharField("nombre", max_length=100, unique=True, help_text="Cómo la llama su equipo.")
    ruc = models.CharField("RUC", max_length=20, blank=True, help_text="De la empresa; no se envía a Contífico.")
    url_base = models.CharField(
        "dirección de la API",
        max_length=300,
        default=base_url.DE_CONTIFICO,
        help_text="Con o sin /v1 al final: las dos versiones están debajo.",
    )
    api_key_cifrada = TokenField("clave de la API", db_column="api_key", blank=True, editable=False)
    api_token_cifrado = TokenField("token del POS", db_column="api_token", blank=True, editable=False)
    enviar_token_en_cabecera = models.BooleanField(
        "enviar el token como X-Api-Token", default=False, help_text="Contífico no lo pide para leer."
    )
    zona_horaria = models.CharField(
        "zona horaria", max_length=50, default="America/Guayaquil", validators=[validar_zona_horaria]
    )
    registros_por_pagina = models.PositiveSmallIntegerField(
        "registros por página",
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text="Donde el recurso no admite tantos, se piden menos.",
    )
    peticiones_por_segundo = models.DecimalField(
        "peticiones por segundo",
        max_digits=4,
        decimal_places=1,
        default=Decimal(2),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(20))],
        help_text="Como mucho, y siempre de una en una.",
    )
    dias_de_relectura = models.PositiveSmallIntegerField(
        "días de relectura",
        default=31,
        validators=[MaxValueValidator(3660)],
        help_text="Lo emitido desde el primer día del mes de hace tantos días se lee siempre de nuevo, porque su saldo"
        " y su estado cambian después. Con 31: el mes actual y el anterior.",
    )
    solape_minutos = models.PositiveSmallIntegerField(
        "solape (minutos)",
        default=10,
        help_text="La lectura siguiente empieza tanto antes del comienzo de la última que terminó.",
    )
    pares_de_compras = models.CharField(
        "documentos de compra", max_length=200, default=pairs.COMPRAS, help_text="Tipo y registro, separados por comas."
    )
    pares_de_ventas = models.CharField(
        "documentos de venta", max_length=200, default=pairs.VENTAS, help_text="Tipo y registro, separados por comas."
    )
    recursos_apagados = models.JSONField(
        "recursos apagados",
        default=list,
        blank=True,
        validators=[validar_recursos],
        help_text="Los que nunca se piden.",
    )
    activa = models.BooleanField("activa", default=True, help_text="Inactiva: no se sincroniza.")
    entorno_cifrado = TokenField(
        "variables aplicadas",
        db_column="entorno",
        blank=True,
        editable=False,
        help_text="De la cuenta que hizo el entorno: los valores de CONTIFICO_* que se le aplicaron por última vez.",
    )
    fecha_creacion = models.DateTimeField("fecha de creación", default=timezone.now, editable=False)

    objects = CuentaQuerySet.as_manager()

    JUNTAS = (frozenset({*DESTINO, "api_key_cifrada", "api_token_cifrado"}),)

    class Meta:
        db_table = "contifico_cuentas"
        verbose_name = "cuenta de Contífico"
        verbose_name_plural = "cuentas de Contífico"
        ordering = ["nombre"]

    def __str__(self) -> str:
        return self.nombre

    def clean(self) -> None:
        """What can be told without asking anybody; where the host leads is checked each time it is connected to."""
        self.ruc = ruc.limpiar(self.ruc)
        wrong = {}
        for name, normalizar in (
            ("url_base", lambda url: base_url.normalizar(url, permitidas=settings.RED_PERMITIDA)),
            ("pares_de_compras", pairs.normalizar),
            ("pares_de_ventas", pairs.normalizar),
        ):
            try:
                setattr(self, name, normalizar(getattr(self, name)))
            except Rejected as error:
                wrong[name] = f"{error.mensaje} {error.remedio}"
        if wrong:
            raise ValidationError(wrong)

    @property
    def api_key(self) -> str:
        """The key in clear; Fatal `clave_de_cifrado` where no present key of ours opens it."""
        return decrypt(self.api_key_cifrada) if self.api_key_cifrada else ""

    @api_key.setter
    def api_key(self, value: str) -> None:
        self.api_key_cifrada = encrypt(value) if value else ""

    @property
    def api_token(self) -> str:
        return decrypt(self.api_token_cifrado) if self.api_token_cifrado else ""

    @api_token.setter
    def api_token(self, value: str) -> None:
        self.api_token_cifrado = encrypt(value) if value else ""

    @property
    def recursos(self) -> tuple[Recurso, ...]:
        """The resources that are read, in their order, with the account's own pairs of purchases and sales."""
        pares = {"purchases": self.pares_de_compras, "sales": self.pares_de_ventas}
        return tuple(
            replace(one, consultas=pairs.consultas(pares[name])) if name in pares else one
            for name, one in POR_NOMBRE.items()
            if name not in self.recursos_apagados
        )

    def releer_desde(self, hoy: date) -> date:
        """The day of emission from which documents are read again, whenever they were read before."""
        return (hoy - timedelta(days=self.dias_de_relectura)).replace(day=1)
