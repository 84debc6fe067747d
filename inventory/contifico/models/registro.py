"""What every record of Contífico has here, whichever its resource."""

from typing import Any

from django.db import models

from inventory.contifico.models.cuenta import Cuenta
from lib import exact_json

LARGO_CLAVE = 200


class Registro(models.Model):
    """A record as Contífico gave it, whole, with the few columns that lists, joins and sums need."""

    fila = models.BigAutoField("fila", primary_key=True)
    cuenta = models.ForeignKey(Cuenta, models.PROTECT, db_index=False, verbose_name="cuenta")
    id_contifico = models.CharField(
        "id en Contífico",
        db_column="id",
        max_length=LARGO_CLAVE,
        help_text="Distingue mayúsculas. Si el registro no lo trae: su código u otra clave declarada.",
    )
    datos = models.TextField("datos", help_text="El registro completo, en JSON, con las cifras tal como llegaron.")
    huella = models.CharField("huella", max_length=40, help_text="Resumen de los datos, sin importar el orden.")
    updated_at = models.DateTimeField(
        "modificado", null=True, help_text="Lo que dice el propio registro; vacío si no lo dice."
    )
    fetched_at = models.DateTimeField("leído", help_text="Lectura en que se vio así por primera vez.")
    eliminado = models.DateTimeField(
        "eliminado", null=True, help_text="Cuándo se comprobó que Contífico ya no lo tiene; vacío: vigente."
    )

    class Meta:
        abstract = True
        ordering = ["-fila"]
        constraints = [
            models.UniqueConstraint(fields=["cuenta", "id_contifico"], name="contifico_%(class)s_unico"),
        ]

    def __str__(self) -> str:
        return self.id_contifico

    @property
    def registro(self) -> Any:
        """The record's data; numbers that are no integers are Decimal."""
        return exact_json.leer(self.datos)


def corto(nombre: str, help_text: str = "") -> "models.CharField[str, str]":
    """A short text, which may be missing."""
    return models.CharField(nombre, max_length=LARGO_CLAVE, blank=True, help_text=help_text)


def largo(nombre: str) -> "models.TextField[str, str]":
    """A text of any length, which may be missing."""
    return models.TextField(nombre, blank=True)


def importe(nombre: str, help_text: str = "") -> Any:
    """An amount or a quantity, which may be missing."""
    return models.DecimalField(nombre, max_digits=18, decimal_places=4, null=True, help_text=help_text)


def dia(nombre: str) -> Any:
    return models.DateField(nombre, null=True)


def si_o_no(nombre: str) -> Any:
    """Yes, no, or not said."""
    return models.BooleanField(nombre, null=True)


def cuantas() -> Any:
    return models.IntegerField("líneas", default=0, help_text="Cuántas trae; cada una está en los datos.")
