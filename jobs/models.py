"""The row that every long run leaves, and its log."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Estado(models.TextChoices):
    PENDIENTE = "pendiente", "Pendiente"
    EN_CURSO = "en_curso", "En curso"
    INTERRUMPIDA = "interrumpida", "Interrumpida"
    COMPLETADA = "completada", "Completada"
    COMPLETADA_CON_ERRORES = "completada_con_errores", "Completada con errores"
    FALLIDA = "fallida", "Fallida"
    CANCELADA = "cancelada", "Cancelada"


class Espera(models.TextChoices):
    """What a run waits for that has been put back into the queue, beside a worker."""

    CUPO = "cupo", "Un lugar libre"
    HILO = "hilo", "Un hilo de un worker"
    HORARIO = "horario", "La hora"


ACTIVOS = [Estado.PENDIENTE, Estado.EN_CURSO, Estado.INTERRUMPIDA]
RECLAMABLES = [Estado.PENDIENTE, Estado.INTERRUMPIDA]
EN_FILA = [Espera.CUPO, Espera.HILO]  # who comes first goes first
SIN_ESPERA: dict[str, Any] = {"espera": "", "espera_desde": None, "no_antes": None}
FINALES = [Estado.COMPLETADA, Estado.COMPLETADA_CON_ERRORES, Estado.FALLIDA, Estado.CANCELADA]
INTENTOS_MAXIMOS = 3  # its third death is final


class Ejecucion(models.Model):
    """One run of long work: what was asked, how far it is, what came of it. The row is the truth, a message a hint."""

    id = models.UUIDField("identificador", primary_key=True, default=uuid.uuid4, editable=False)
    tipo = models.CharField("tipo", max_length=60, help_text="La clase de trabajo, p. ej. extraer_datos.")
    nombre = models.CharField("trabajo", max_length=60, help_text="El tipo en palabras, p. ej. Extraer movimientos.")
    sobre = models.CharField("sobre", max_length=300, help_text="Lo que nombra la clave, en palabras.")
    clave = models.CharField("clave", max_length=200, help_text="Sobre qué trabaja, p. ej. empresa:7.")
    tarea = models.CharField("tarea", max_length=100, help_text="Nombre de la tarea de Celery que lo hace.")
    cola = models.CharField("cola", max_length=40, default="general", help_text="Cola por la que se envía.")
    estado = models.CharField("estado", max_length=25, choices=Estado, default=Estado.PENDIENTE)
    progreso = models.BigIntegerField("progreso", default=0, help_text="Unidades hechas.")
    total = models.BigIntegerField("total", null=True, help_text="Unidades por hacer; vacío si no se sabe.")
    mensaje = models.CharField("mensaje", max_length=300, blank=True, help_text="Lo que hace ahora.")
    conteos = models.JSONField("conteos", default=dict, help_text="Leídas, creadas, actualizadas, sin cambios, …")
    parametros = models.JSONField("parámetros", default=dict, help_text="Lo que se pidió.")
    punto_de_control = models.JSONField("punto de control", default=dict, help_text="Dónde sigue si se corta.")
    resultado = models.JSONField("resultado", null=True, help_text="Lo que resultó.")
    error = models.JSONField("error", null=True, help_text="Código, frase y remedio.")
    solicitada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="solicitada por"
    )
    solicitada_con = models.CharField(
        "solicitada con",
        max_length=60,
        blank=True,
        help_text="La credencial: clave:Xy3… de un cliente o ficha:Ab1… de una persona; vacía con sesión o sin nadie.",
    )
    interesados = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        db_table="ejecuciones_interesados",
        verbose_name="interesados",
        help_text="Quienes pidieron lo mismo mientras estaba activa: también la ven.",
    )
    intentos = models.PositiveSmallIntegerField("intentos", default=0, help_text="Veces que un proceso la tomó.")
    arriendo = models.UUIDField("arriendo", null=True, help_text="Del proceso que la tiene; otro ya no escribe.")
    proceso = models.CharField("proceso", max_length=200, blank=True, help_text="El último que la tomó.")
    recurso = models.CharField("recurso", max_length=60, blank=True, help_text="Lo que comparte, p. ej. servidor:3.")
    puesto = models.PositiveSmallIntegerField(
        "puesto", null=True, help_text="El lugar que ocupa en el recurso; vale mientras está en curso."
    )
    espera = models.CharField(
        "espera", max_length=20, choices=Espera, blank=True, help_text="Qué le falta para seguir, además de un worker."
    )
    espera_desde = models.DateTimeField("espera desde", null=True)
    no_antes = models.DateTimeField("no antes de", null=True, help_text="Hasta entonces no se envía su mensaje.")
    medidas = models.JSONField("medidas", default=dict, help_text="Filas y segundos leyendo, instantánea más larga, …")
    cancelacion_solicitada = models.BooleanField("cancelación solicitada", default=False)
    creada = models.DateTimeField("creada", default=timezone.now)
    enviada = models.DateTimeField("enviada", null=True, help_text="Último envío de su mensaje a la cola.")
    envios = models.PositiveSmallIntegerField("envíos", default=0, help_text="Reenvíos desde que espera.")
    inicio = models.DateTimeField("inicio", null=True)
    latido = models.DateTimeField("latido", null=True, help_text="Última señal de vida de su proceso.")
    avance = models.DateTimeField("avance", null=True, help_text="Última vez que el trabajo avanzó.")
    fin = models.DateTimeField("fin", null=True)

    class Meta:
        db_table = "ejecuciones"
        verbose_name = "ejecución"
        verbose_name_plural = "ejecuciones"
        ordering = ["-creada", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tipo", "clave"], condition=Q(estado__in=ACTIVOS), name="ejecucion_activa_unica"
            ),
            models.UniqueConstraint(
                fields=["recurso", "puesto"],
                condition=Q(estado=Estado.EN_CURSO, puesto__isnull=False),
                name="ejecucion_puesto_unico",
            ),
            models.CheckConstraint(
                condition=Q(arriendo=None) | Q(estado=Estado.EN_CURSO), name="ejecucion_arriendo_solo_en_curso"
            ),
        ]
        indexes = [
            models.Index(fields=["creada", "id"], name="ejecucion_creada"),
            models.Index(fields=["tipo", "clave", "-creada"], name="ejecucion_de_algo"),
            models.Index(fields=["estado", "latido"], name="ejecucion_vigilancia"),
        ]

    def __str__(self) -> str:
        return self.titulo

    @property
    def titulo(self) -> str:
        """What people call this run."""
        return " · ".join(part for part in (self.nombre or self.tipo, self.sobre or self.clave) if part)

    @property
    def task_id(self) -> str:
        """The identifier that every API shows; it survives re-queuing."""
        return str(self.pk)

    @property
    def activa(self) -> bool:
        return self.estado in ACTIVOS

    @property
    def duracion(self) -> timedelta | None:
        """From its first start to its end, or to now while it is active; None where it has not begun."""
        return (self.fin or timezone.now()) - self.inicio if self.inicio else None

    @property
    def porcentaje(self) -> int | None:
        """Whole per cent done, or None while the total is unknown."""
        if not self.total:
            return None
        return max(0, min(100, self.progreso * 100 // self.total))


class LineaEjecucion(models.Model):
    """One line of a run's log."""

    class Nivel(models.TextChoices):
        INFO = "info", "Información"
        AVISO = "aviso", "Aviso"
        ERROR = "error", "Error"

    ejecucion = models.ForeignKey(Ejecucion, models.CASCADE, related_name="lineas", verbose_name="ejecución")
    momento = models.DateTimeField("momento", default=timezone.now)
    nivel = models.CharField("nivel", max_length=10, choices=Nivel, default=Nivel.INFO)
    texto = models.TextField("texto")

    class Meta:
        db_table = "ejecuciones_lineas"
        verbose_name = "línea de ejecución"
        verbose_name_plural = "líneas de ejecución"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.texto[:80]


class Exportacion(models.Model):
    """The file that an export made: whole, for whoever asked for its run, until it expires."""

    ejecucion = models.OneToOneField(
        Ejecucion, models.CASCADE, related_name="exportacion", verbose_name="ejecución",
        help_text="La que lo escribió; es de quien la pidió.",
    )  # fmt: skip
    nombre = models.CharField("nombre", max_length=200, help_text="Con que se descarga.")
    tipo_contenido = models.CharField("tipo de contenido", max_length=100)
    filas = models.BigIntegerField("filas", help_text="Sin el encabezado.")
    columnas = models.JSONField("columnas", default=list, help_text="Las que lleva; quien pierde una ya no lo baja.")
    alcance = models.JSONField("alcance", null=True, help_text="Ids de las empresas que veía; vacío: todas.")
    tamano = models.BigIntegerField("tamaño", help_text="En bytes.")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Del archivo como se descarga.")
    creada = models.DateTimeField("creada", default=timezone.now)
    caduca = models.DateTimeField("caduca", db_index=True)

    class Meta:
        db_table = "exportaciones"
        verbose_name = "exportación"
        verbose_name_plural = "exportaciones"
        ordering = ["-creada", "-pk"]

    def __str__(self) -> str:
        return self.nombre


class TrozoExportacion(models.Model):
    """A piece of an exported file, a mebibyte but for the last."""

    exportacion = models.ForeignKey(Exportacion, models.CASCADE, related_name="trozos", verbose_name="exportación")
    numero = models.PositiveIntegerField("número", help_text="Desde 0.")
    datos = models.BinaryField("datos", help_text="Comprimidos con zlib.")

    class Meta:
        db_table = "exportaciones_trozos"
        verbose_name = "trozo de exportación"
        verbose_name_plural = "trozos de exportación"
        constraints = [models.UniqueConstraint(fields=["exportacion", "numero"], name="trozo_unico_por_exportacion")]

    def __str__(self) -> str:
        return f"{self.exportacion_id}:{self.numero}"


class Proceso(models.Model):
    """A worker, beat or watcher that is expected to be alive, and when it last said so."""

    nombre = models.CharField("nombre", max_length=200, unique=True)
    clase = models.CharField("clase", max_length=20, help_text="worker, beat o vigilar.")
    pid = models.PositiveIntegerField("pid", null=True, help_text="Número de proceso en su máquina.")
    inicio = models.DateTimeField("inicio", default=timezone.now)
    latido = models.DateTimeField("latido", default=timezone.now)

    class Meta:
        db_table = "procesos"
        verbose_name = "proceso"
        verbose_name_plural = "procesos"
        ordering = ["clase", "nombre"]

    def __str__(self) -> str:
        return self.nombre

    @property
    def vivo(self) -> bool:
        return abs(timezone.now() - self.latido) <= timedelta(seconds=settings.LATIDO_MAXIMO_SEGUNDOS)


def callado() -> Q:
    """Whose last heartbeat is too old, or far ahead: from a clock put right since, and whoever lives beats again."""
    now, silence = timezone.now(), timedelta(seconds=settings.LATIDO_MAXIMO_SEGUNDOS)
    return Q(latido__lt=now - silence) | Q(latido__gt=now + silence)


def conteos_vacios() -> dict[str, Any]:
    return dict.fromkeys(("leidas", "creadas", "actualizadas", "sin_cambios", "omitidas", "rechazadas"), 0)


def error_de_muerte() -> dict[str, str]:
    """What a run says after its third death."""
    return {
        "codigo": "interrumpida_tres_veces",
        "mensaje": f"El proceso que la hacía murió {INTENTOS_MAXIMOS} veces.",
        "remedio": "Revise la memoria y el registro del worker, y repita la ejecución.",
    }
