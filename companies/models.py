"""Companies as they are found on servers, and which users may see which of them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from servers.models import Servidor

ANIOS = range(1950, 2100)


class EstadoEmpresa(models.TextChoices):
    ACTIVO = "ACTIVO", "Activo"
    INACTIVO = "INACTIVO", "Inactivo"


class PerfilConsulta(models.TextChoices):
    AUTOMATICO = "automatico", "Automático (tns donde exista KARDEX)"
    TNS = "tns", "TNS (KARDEX y traslados)"
    MOVIMIENTOS = "movimientos", "Vista MOVIMIENTOS"
    SQL = "sql", "Consulta propia"


class EmpresaServidor(models.Model):
    """One company in one fiscal year, with the database that holds it; unique by base NIT and year."""

    servidor = models.ForeignKey(Servidor, models.PROTECT, related_name="empresas", verbose_name="servidor")
    codigo = models.CharField("código", max_length=50, help_text="El de EMPRESAS.CODIGO.")
    nombre = models.CharField("nombre", max_length=255)
    nit = models.CharField("NIT", max_length=20, help_text="Solo los dígitos, tal como los escribe la fuente.")
    nit_original = models.CharField("NIT original", max_length=50, help_text="Como está escrito en la fuente.")
    nit_base = models.CharField("NIT base", max_length=20, help_text="Sin dígito de verificación.")
    dv = models.CharField("DV", max_length=1, blank=True, help_text="Dígito de verificación declarado, si lo hay.")
    dv_valido = models.BooleanField("DV válido", null=True, help_text="Vacío: la fuente no declara DV.")
    anio_fiscal = models.PositiveIntegerField(
        "año fiscal", validators=[MinValueValidator(ANIOS.start), MaxValueValidator(ANIOS.stop - 1)]
    )
    ruta_base = models.CharField("ruta de la base", max_length=500, help_text="La de EMPRESAS.ARCHIVO.")
    estado = models.CharField("estado", max_length=10, choices=EstadoEmpresa, default=EstadoEmpresa.ACTIVO)
    perfil_consulta = models.CharField(
        "perfil de consulta", max_length=20, choices=PerfilConsulta, default=PerfilConsulta.AUTOMATICO
    )
    consulta_sql = models.TextField(
        "consulta propia", blank=True, help_text="Un SELECT con dos ? (desde, hasta exclusivo). Solo administradores."
    )
    remision_facturada_no_mueve = models.BooleanField(
        "la remisión facturada no mueve",
        default=False,
        help_text="Las líneas facturadas desde una remisión (REMTOTFAC) quedan con sentido 0.",
    )
    descubierta = models.BooleanField(
        "descubierta", default=False, editable=False, help_text="La fuente la tuvo alguna vez; no solo escrita a mano."
    )
    ausente_desde = models.DateTimeField(
        "ausente desde", null=True, editable=False, help_text="Cuándo dejó de estar en EMPRESAS; vacío: está."
    )
    ultima_extraccion = models.DateTimeField("última extracción", null=True, editable=False)
    fecha_registro = models.DateTimeField("fecha de registro", default=timezone.now, editable=False)

    class Meta:
        db_table = "empresas_servidor"
        verbose_name = "empresa"
        verbose_name_plural = "empresas"
        ordering = ["nombre", "-anio_fiscal"]
        permissions = [("configurar_consulta", "Puede cambiar el perfil y la consulta propia de una empresa")]
        constraints = [
            models.UniqueConstraint(fields=["nit_base", "anio_fiscal"], name="empresa_unica_por_nit_y_anio"),
            models.CheckConstraint(condition=Q(nit_base__regex=r"^[0-9]+$"), name="empresa_nit_base_en_digitos"),
        ]
        indexes = [models.Index(fields=["servidor", "estado"], name="empresa_por_servidor")]

    def __str__(self) -> str:
        return f"{self.nombre} {self.anio_fiscal}"


class EquivalenciaNit(models.Model):
    """Two base NITs that an operator confirmed as one client: who holds `nit_base` also sees `equivale_a`."""

    nit_base = models.CharField("NIT base", max_length=20, help_text="El del cliente.")
    equivale_a = models.CharField("equivale a", max_length=20, help_text="Como está en otras de sus empresas.")
    confirmada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="confirmada por"
    )
    confirmada = models.DateTimeField("confirmada", default=timezone.now)

    class Meta:
        db_table = "nit_equivalencias"
        verbose_name = "equivalencia de NIT"
        verbose_name_plural = "equivalencias de NIT"
        ordering = ["nit_base", "equivale_a"]
        constraints = [
            models.UniqueConstraint(fields=["nit_base", "equivale_a"], name="nit_equivalencia_unica"),
            models.CheckConstraint(condition=~Q(nit_base=models.F("equivale_a")), name="nit_equivale_a_otro"),
        ]

    def __str__(self) -> str:
        return f"{self.nit_base} = {self.equivale_a}"


def nits_de(nit_base: str) -> tuple[str, ...]:
    """The base NIT itself and those that were confirmed as the same client's."""
    otros = EquivalenciaNit.objects.filter(nit_base=nit_base).values_list("equivale_a", flat=True)
    return (nit_base, *otros)


def empresas_de(nit_base: str) -> QuerySet[EmpresaServidor]:
    """The companies of the base NIT and of those that were confirmed as the same client's, in one query."""
    otros = EquivalenciaNit.objects.filter(nit_base=nit_base).values("equivale_a")
    return EmpresaServidor.objects.filter(Q(nit_base=nit_base) | Q(nit_base__in=otros))


class UsuarioEmpresa(models.Model):
    """Limits a user to companies: a user with such rows sees these companies only."""

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="empresas_visibles", verbose_name="usuario"
    )
    empresa = models.ForeignKey(
        EmpresaServidor,
        models.PROTECT,  # with the last of these rows gone the user would see every company
        related_name="usuarios_con_acceso",
        verbose_name="empresa",
    )

    class Meta:
        db_table = "usuarios_empresas"
        verbose_name = "acceso de usuario a empresa"
        verbose_name_plural = "accesos de usuarios a empresas"
        constraints = [models.UniqueConstraint(fields=["usuario", "empresa"], name="usuario_empresa_unico")]

    def __str__(self) -> str:
        return f"{self.usuario} → {self.empresa}"
