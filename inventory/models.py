"""Movements copied from the companies' databases, their ledger of windows, articles and stock."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from companies.models import EmpresaServidor
from inventory.reasons import Motivo
from jobs.models import Ejecucion
from lib.money import ScaledDecimalField
from lib.spanish import mes_corto


class TipoDocumento(models.TextChoices):
    FACTURA_VENTA = "FACTURA_VENTA", "Factura de venta"
    FACTURA_COMPRA = "FACTURA_COMPRA", "Factura de compra"
    DEVOLUCION_VENTA = "DEVOLUCION_VENTA", "Devolución de venta"
    DEVOLUCION_COMPRA = "DEVOLUCION_COMPRA", "Devolución de compra"
    REMISION_ENTRADA = "REMISION_ENTRADA", "Remisión de entrada"
    REMISION_SALIDA = "REMISION_SALIDA", "Remisión de salida"
    TRASLADO_ENTRADA = "TRASLADO_ENTRADA", "Traslado, entrada"
    TRASLADO_SALIDA = "TRASLADO_SALIDA", "Traslado, salida"


class TipoBodega(models.TextChoices):
    IMPLANTE = "IMPLANTE", "Implante"
    EQUIPO_DE_PODER = "EQUIPO DE PODER", "Equipo de poder"
    INSTRUMENTAL = "INSTRUMENTAL", "Instrumental"


class MovimientoInventario(models.Model):
    """One line of one document that moved stock, or its value; `clave_origen` names it within its company for good."""

    # Both without a constraint of the database, which would look the two up for every row; the row of the ledger that
    # is written with a window holds its company (docs/adr/0015-movements-without-foreign-keys.md).
    empresa_servidor = models.ForeignKey(
        EmpresaServidor,
        models.PROTECT,
        related_name="movimientos",
        db_index=False,
        db_constraint=False,
        verbose_name="empresa",
    )
    ejecucion = models.ForeignKey(
        Ejecucion,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="ejecución",
    )
    clave_origen = models.CharField(
        "clave de origen", max_length=80, help_text="K:DEKARDEXID, T:DETRASLAID:S o :E, u otra."
    )
    tipo_documento = models.CharField("tipo de documento", max_length=20, choices=TipoDocumento)
    documento = models.CharField("documento", max_length=60, blank=True, help_text="CODCOMP-CODPREFIJO-NUMERO.")
    linea = models.IntegerField("línea", null=True)
    fecha = models.DateField("fecha", help_text="Como la escribe la fuente.")
    hora = models.TimeField("hora", null=True)
    fecha_orden_pedido = models.DateField("fecha de orden de pedido", null=True)
    sucursal = models.CharField("sucursal", max_length=100, blank=True)
    paciente = models.CharField("paciente", max_length=255, blank=True)
    cedula_paciente = models.CharField("cédula del paciente", max_length=50, blank=True)
    pagador = models.CharField("pagador", max_length=255, blank=True)
    nit_pagador = models.CharField("NIT del pagador", max_length=50, blank=True)
    clinica = models.CharField("clínica", max_length=255, blank=True)
    nit_clinica = models.CharField("NIT de la clínica", max_length=50, blank=True)
    medico = models.CharField("médico", max_length=255, blank=True)
    cedula_medico = models.CharField("cédula del médico", max_length=50, blank=True)
    medico2 = models.CharField("médico 2", max_length=255, blank=True)
    cedula_medico2 = models.CharField("cédula del médico 2", max_length=50, blank=True)
    procedimientos = models.TextField("procedimientos", blank=True)
    codigo_ciudad = models.CharField("código de ciudad", max_length=20, blank=True)
    ciudad = models.CharField("ciudad", max_length=100, blank=True)
    tipo_bodega = models.CharField("tipo de bodega", max_length=20, choices=TipoBodega, blank=True)
    codigo_bodega = models.CharField("código de bodega", max_length=50, blank=True)
    sistema_bodega = models.CharField("bodega", max_length=255, blank=True, help_text="Nombre de la bodega.")
    bodega_contenedor = models.CharField("bodega contenedor", max_length=255, blank=True)
    articulo_codigo = models.CharField("código del artículo", max_length=100)
    articulo_nombre = models.CharField("artículo", max_length=255, blank=True)
    articulo_grupo = models.CharField("grupo del artículo", max_length=100, blank=True)
    unidad = models.CharField("unidad", max_length=20, blank=True)
    cantidad = models.DecimalField(
        "cantidad", max_digits=18, decimal_places=4, help_text="Con el signo de la fuente; vea sentido."
    )
    sentido = models.SmallIntegerField("sentido", help_text="+1 entra, −1 sale, 0 no mueve existencias.")
    precio_unitario = models.DecimalField("precio unitario", max_digits=18, decimal_places=4)
    valor_total = models.DecimalField("valor total", max_digits=24, decimal_places=4)
    moneda = models.CharField("moneda", max_length=10, blank=True)
    lote = models.CharField("lote", max_length=100, blank=True)
    stock_previo = models.DecimalField("stock previo", max_digits=18, decimal_places=4, null=True)
    stock_nuevo = models.DecimalField("stock nuevo", max_digits=18, decimal_places=4, null=True)
    lead_time_dias = models.IntegerField("días de entrega", null=True)
    es_implante = models.BooleanField("es implante", default=False)
    es_instrumental = models.BooleanField("es instrumental", default=False)
    es_equipo_poder = models.BooleanField("es equipo de poder", default=False)
    fecha_extraccion = models.DateTimeField("fecha de extracción", default=timezone.now)

    class Meta:
        db_table = "movimientos_inventario"
        verbose_name = "movimiento de inventario"
        verbose_name_plural = "movimientos de inventario"
        ordering = ["-fecha", "-clave_origen", "-empresa_servidor"]
        constraints = [
            models.UniqueConstraint(fields=["empresa_servidor", "clave_origen"], name="movimiento_unico_en_su_empresa"),
        ]
        indexes = [
            models.Index(fields=["fecha", "clave_origen", "empresa_servidor"], name="movimiento_por_fecha"),
            models.Index(fields=["empresa_servidor", "fecha", "clave_origen"], name="movimiento_de_empresa"),
            models.Index(  # the pattern classes let PostgreSQL answer a search by prefix too; others ignore them
                fields=["articulo_codigo", "empresa_servidor", "fecha"],
                name="movimiento_de_articulo",
                opclasses=["varchar_pattern_ops", "int8_ops", "date_ops"],
            ),
            models.Index(fields=["documento"], name="movimiento_de_documento", opclasses=["varchar_pattern_ops"]),
        ]
        permissions = [("ver_datos_personales", "Puede ver pacientes, médicos, cédulas y procedimientos")]

    def __str__(self) -> str:
        return f"{self.documento} {self.articulo_codigo}"


class VentanaExtraccion(models.Model):
    """The ledger: one company-month that was read in one snapshot and written in one transaction."""

    empresa_servidor = models.ForeignKey(
        EmpresaServidor, models.CASCADE, related_name="ventanas", db_index=False, verbose_name="empresa"
    )
    desde = models.DateField("desde", help_text="Primer día del mes.")
    hasta = models.DateField("hasta", help_text="Primer día del mes siguiente (exclusivo).")
    origen = models.CharField("origen", max_length=600, help_text="Servidor y base de que se leyó.")
    receta = models.CharField("receta", max_length=32, help_text="Resumen de la consulta y las reglas de entonces.")
    filas = models.BigIntegerField("filas", help_text="Movimientos guardados.")
    rechazadas = models.BigIntegerField("rechazadas", default=0)
    redondeadas = models.BigIntegerField("redondeadas", default=0, help_text="Valores con más de cuatro decimales.")
    suma_cantidad = ScaledDecimalField("Σ cantidad")
    suma_valor = ScaledDecimalField("Σ valor")
    huella = models.CharField("huella", max_length=40, help_text="Resumen de las filas, sin orden (docs/data-flow.md).")
    origen_filas = models.BigIntegerField("filas en la fuente", null=True, help_text="COUNT del resumen de la fuente.")
    origen_cantidad = models.CharField(
        "Σ cantidad en la fuente", max_length=60, blank=True, help_text="ΣCANMAT tal como la suma la fuente."
    )
    origen_claves = models.CharField(
        "Σ claves en la fuente", max_length=40, blank=True, help_text="Distingue dos líneas de igual cantidad."
    )
    ejecucion = models.ForeignKey(
        Ejecucion, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="ejecución"
    )
    leida = models.DateTimeField("leída", help_text="Instante de la foto de la fuente.")

    class Meta:
        db_table = "ventanas_extraccion"
        verbose_name = "ventana de extracción"
        verbose_name_plural = "ventanas de extracción"
        ordering = ["empresa_servidor", "desde"]
        constraints = [models.UniqueConstraint(fields=["empresa_servidor", "desde"], name="ventana_unica")]

    def __str__(self) -> str:
        return f"{self.empresa_servidor} · {mes_corto(self.desde)}"


class MovimientoRechazado(models.Model):
    """A row of the source that could not become a movement, with its reason; it goes when its window is read well."""

    empresa_servidor = models.ForeignKey(
        EmpresaServidor, models.CASCADE, related_name="rechazados", db_index=False, verbose_name="empresa"
    )
    ventana = models.DateField("ventana", help_text="Primer día del mes en que se leyó.")
    clave_origen = models.CharField("clave de origen", max_length=80, blank=True)
    motivo = models.CharField("motivo", max_length=40, choices=Motivo)
    detalle = models.CharField("detalle", max_length=500)
    datos = models.JSONField("datos", help_text="La fila como se leyó.")
    ejecucion = models.ForeignKey(
        Ejecucion, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="ejecución"
    )

    class Meta:
        db_table = "movimientos_rechazados"
        verbose_name = "movimiento rechazado"
        verbose_name_plural = "movimientos rechazados"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["empresa_servidor", "ventana"], name="rechazado_de_ventana")]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.get_motivo_display(), self.clave_origen) if part)


class Articulo(models.Model):
    """An article of a company's master, as of the last snapshot."""

    empresa_servidor = models.ForeignKey(
        EmpresaServidor, models.CASCADE, related_name="articulos", db_index=False, verbose_name="empresa"
    )
    codigo = models.CharField("código", max_length=100)
    nombre = models.CharField("nombre", max_length=255, blank=True)
    codigo_barras = models.CharField("código de barras", max_length=100, blank=True)
    grupo_codigo = models.CharField("código de grupo", max_length=50, blank=True)
    grupo = models.CharField("grupo", max_length=255, blank=True)
    unidad = models.CharField("unidad", max_length=20, blank=True)
    costo = models.DecimalField("costo", max_digits=18, decimal_places=4, null=True)
    precio = models.DecimalField("precio", max_digits=18, decimal_places=4, null=True, help_text="PRECIO1.")
    es_servicio = models.BooleanField("es servicio", default=False, help_text="Grupo 00.")
    inactivo = models.BooleanField("inactivo", default=False)
    leido = models.DateTimeField("leído", help_text="Foto de la fuente en que se vio así por primera vez.")

    class Meta:
        db_table = "articulos"
        verbose_name = "artículo"
        verbose_name_plural = "artículos"
        ordering = ["codigo", "empresa_servidor"]
        constraints = [models.UniqueConstraint(fields=["empresa_servidor", "codigo"], name="articulo_unico")]
        indexes = [models.Index(fields=["codigo", "empresa_servidor"], name="articulo_por_codigo")]

    def __str__(self) -> str:
        return f"{self.codigo} {self.nombre}"


class Existencia(models.Model):
    """The source's own stock of an article in a warehouse, as of the last snapshot."""

    empresa_servidor = models.ForeignKey(
        EmpresaServidor, models.CASCADE, related_name="existencias", db_index=False, verbose_name="empresa"
    )
    articulo_codigo = models.CharField("código del artículo", max_length=100)
    codigo_bodega = models.CharField("código de bodega", max_length=50)
    bodega = models.CharField("bodega", max_length=255, blank=True)
    cantidad = models.DecimalField("cantidad", max_digits=18, decimal_places=4)
    leida = models.DateTimeField("leída", help_text="Foto de la fuente en que se vio así por primera vez.")

    class Meta:
        db_table = "existencias"
        verbose_name = "existencia"
        verbose_name_plural = "existencias"
        ordering = ["articulo_codigo", "codigo_bodega", "empresa_servidor"]
        constraints = [
            models.UniqueConstraint(
                fields=["empresa_servidor", "articulo_codigo", "codigo_bodega"], name="existencia_unica"
            ),
        ]
        indexes = [
            models.Index(fields=["articulo_codigo", "codigo_bodega", "empresa_servidor"], name="existencia_por_codigo")
        ]

    def __str__(self) -> str:
        return f"{self.articulo_codigo} {self.codigo_bodega}"


class ReglaBodega(models.Model):
    """A word in a warehouse's name that tells its kind; matched as a whole word, accents and case aside."""

    orden = models.PositiveIntegerField("orden", default=100, help_text="Gana la primera regla que encaja.")
    palabras = models.CharField(
        "palabras", max_length=200, help_text="Palabras o frases separadas por comas, p. ej. IMPLANTE, IMPLANTES, IMP."
    )
    tipo_bodega = models.CharField("tipo de bodega", max_length=20, choices=TipoBodega)

    class Meta:
        db_table = "reglas_bodega"
        verbose_name = "regla de bodega"
        verbose_name_plural = "reglas de bodega"
        ordering = ["orden", "pk"]

    def __str__(self) -> str:
        return f"{self.palabras} → {self.tipo_bodega}"

    def clean(self) -> None:
        if not any(palabra.strip() for palabra in self.palabras.split(",")):
            raise ValidationError({"palabras": "Escriba al menos una palabra."})
