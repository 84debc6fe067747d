"""How far each resource of each account is, and what of it could not be kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from inventory.contifico.models.cuenta import Cuenta
from inventory.contifico.models.registro import LARGO_CLAVE
from inventory.contifico.reasons import Motivo
from inventory.contifico.resources import RECURSOS
from jobs.models import Ejecucion

LARGO_MOTIVO = 500
NOMBRES = [(recurso.nombre, recurso.titulo) for recurso in RECURSOS]


class Situacion(models.TextChoices):
    SIN_LEER = "sin_leer", "Sin leer"
    AL_DIA = "al_dia", "Al día"
    CON_ERROR = "con_error", "Con error"
    NO_DISPONIBLE = "no_disponible", "No disponible"


class EstadoSincronizacion(models.Model):
    """One resource of one account: from when on it is to be read next, and how its last run ended."""

    cuenta = models.ForeignKey(Cuenta, models.CASCADE, related_name="estados", db_index=False, verbose_name="cuenta")
    recurso = models.CharField("recurso", max_length=40, choices=NOMBRES)
    estado = models.CharField("estado", max_length=20, choices=Situacion, default=Situacion.SIN_LEER)
    motivo = models.CharField("motivo", max_length=LARGO_MOTIVO, blank=True, help_text="Por qué no está disponible.")
    hasta = models.DateTimeField(
        "hasta",
        null=True,
        help_text="Desde aquí se lee la próxima vez: el comienzo de la última lectura que terminó, menos el solape.",
    )
    pasada_completa = models.DateTimeField(
        "última pasada completa", null=True, help_text="Comienzo de la última lectura de todo que terminó."
    )
    ultimo_cambio = models.DateTimeField("último cambio", null=True, help_text="Última lectura que cambió algo.")
    inicio = models.DateTimeField("comienzo de la última lectura", null=True)
    fin = models.DateTimeField("fin de la última lectura", null=True)
    conteos = models.JSONField("conteos", default=dict, help_text="De la última lectura que terminó.")
    error = models.JSONField("error", null=True, help_text="De la última que falló: código, frase y remedio.")
    registros_por_pagina = models.PositiveSmallIntegerField(
        "registros por página", null=True, help_text="Los que este recurso admitió, donde son menos que los pedidos."
    )
    ejecucion = models.ForeignKey(
        Ejecucion, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="ejecución"
    )

    class Meta:
        db_table = "sync_state"
        verbose_name = "estado de sincronización"
        verbose_name_plural = "estados de sincronización"
        ordering = ["cuenta", "pk"]
        constraints = [models.UniqueConstraint(fields=["cuenta", "recurso"], name="contifico_estado_unico")]

    def __str__(self) -> str:
        return f"{self.cuenta} · {self.get_recurso_display()}"

    def terminar(
        self, inicio: datetime, fin: datetime, *, desde: datetime | None, conteos: dict[str, int], solape: timedelta
    ) -> None:
        """Note a reading that finished; `desde` is from when on it asked, None for everything. Saves nothing.

        The cursor only moves over time that has been read: not where the reading began later than the cursor.
        """
        if desde is None or (self.hasta is not None and desde <= self.hasta):
            self.hasta = max(inicio - solape, self.hasta or inicio - solape)
        if desde is None:
            self.pasada_completa = inicio
        if conteos.get("creadas") or conteos.get("actualizadas"):
            self.ultimo_cambio = inicio
        self.inicio, self.fin, self.conteos = inicio, fin, conteos
        self.estado, self.motivo, self.error = Situacion.AL_DIA, "", None

    def fallar(self, inicio: datetime, fin: datetime, error: dict[str, Any]) -> None:
        """Note a reading that failed; the cursor stays. Saves nothing."""
        self.inicio, self.fin, self.estado, self.error = inicio, fin, Situacion.CON_ERROR, error

    def faltar(self, inicio: datetime, fin: datetime, motivo: str) -> None:
        """Note that the company does not have this resource; what is stored of it stays. Saves nothing."""
        self.inicio, self.fin, self.estado, self.error = inicio, fin, Situacion.NO_DISPONIBLE, None
        self.motivo = motivo[:LARGO_MOTIVO]


class Rechazado(models.Model):
    """A record that could not be kept, with its data; it goes when the record comes as it should."""

    cuenta = models.ForeignKey(Cuenta, models.CASCADE, related_name="rechazados", db_index=False, verbose_name="cuenta")
    recurso = models.CharField("recurso", max_length=40, choices=NOMBRES)
    clave = models.CharField(
        "clave", max_length=LARGO_CLAVE, help_text="La del registro; sin ella, # y el resumen de sus datos."
    )
    motivo = models.CharField("motivo", max_length=40, choices=Motivo)
    detalle = models.CharField("detalle", max_length=500)
    datos = models.TextField("datos", help_text="El registro como llegó, en JSON.")
    fetched_at = models.DateTimeField("leído", help_text="Última lectura en que llegó así.")

    class Meta:
        db_table = "contifico_rechazados"
        verbose_name = "registro rechazado"
        verbose_name_plural = "registros rechazados"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["cuenta", "recurso", "clave"], name="contifico_rechazado_unico")]

    def __str__(self) -> str:
        return f"{self.get_motivo_display()} · {self.clave}"
