"""The foreign database servers that the back office reads."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from lib.encryption import TokenField, decrypt, encrypt
from lib.errors import Fatal, Rejected
from lib.time_zones import validar_zona_horaria
from servers.firebird.dsn import validar_host, validar_ruta
from servers.hours import Horario, comprobar_horas
from servers.sqlserver.tsql import validar_base


class TipoServidor(models.TextChoices):
    FIREBIRD = "FIREBIRD", "Firebird"
    SQL_SERVER = "SQL_SERVER", "SQL Server"


PUERTOS = {TipoServidor.FIREBIRD: 3050, TipoServidor.SQL_SERVER: 1433}


# What one ordinary client of a Firebird 2.5 takes when it reads as fast as it can: 39,000 to 60,000 rows a second were
# measured. A server that bears a long report bears this.
FILAS_POR_SEGUNDO = 50_000

DESTINO = ("host", "puerto", "tipo_servidor")  # whoever changes these must know the password: it is sent there


class Controlador(models.TextChoices):
    AUTOMATICO = "automatico", "Automático"
    NATIVO = "firebird-driver", "firebird-driver (libfbclient)"
    PURO = "firebirdsql", "firebirdsql (Python puro)"
    EMBEBIDO = "embebido", "Motor embebido (el archivo está en esta máquina)"


class JuegoCaracteres(models.TextChoices):
    AUTOMATICO = "automatico", "Automático"
    ISO8859_1 = "ISO8859_1", "ISO8859_1"
    WIN1252 = "WIN1252", "WIN1252"
    UTF8 = "UTF8", "UTF8"


class ServidorQuerySet(models.QuerySet["Servidor"]):
    def buscar(self, texto: str) -> "Servidor":
        """The server of this name or, where no name fits, of this id; Rejected `servidor_desconocido`."""
        found = self.filter(nombre=texto).first()
        if found is None and texto.isascii() and texto.isdigit():
            found = self.filter(pk=int(texto)).first()
        if found is None:
            raise Rejected(
                "servidor_desconocido",
                f"No hay ningún servidor {texto!r}.",
                "Escriba su nombre o su número, tal como los muestra la lista de servidores.",
            )
        return found


class Servidor(models.Model):
    """A Firebird (TNS) or SQL Server machine with its master database; the password is kept as a Fernet token."""

    nombre = models.CharField("nombre", max_length=100, unique=True, help_text="Cómo lo llama su equipo, p. ej. BCE.")
    host = models.CharField("host", max_length=255, help_text="IP o nombre del servidor.")
    usuario = models.CharField("usuario", max_length=100, help_text="Usuario de la base de datos, p. ej. SYSDBA.")
    password_cifrada = TokenField("contraseña", db_column="password", blank=True, editable=False)
    tipo_servidor = models.CharField("tipo", max_length=20, choices=TipoServidor, default=TipoServidor.FIREBIRD)
    puerto = models.PositiveIntegerField(
        "puerto",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(65535)],
        help_text="Vacío: 3050 para Firebird, 1433 para SQL Server.",
    )
    ruta_maestra = models.CharField(
        "ruta maestra",
        max_length=500,
        help_text=r"Ruta o alias de ADMIN.gdb en el servidor, p. ej. C:\datos\ADMIN.gdb.",
    )
    zona_horaria = models.CharField(
        "zona horaria",
        max_length=50,
        default="America/Bogota",
        validators=[validar_zona_horaria],
        help_text="La del reloj de ese servidor, p. ej. America/Bogota.",
    )
    controlador = models.CharField("controlador", max_length=20, choices=Controlador, default=Controlador.AUTOMATICO)
    juego_caracteres = models.CharField(
        "juego de caracteres", max_length=20, choices=JuegoCaracteres, default=JuegoCaracteres.AUTOMATICO
    )
    conexiones_a_la_vez = models.PositiveSmallIntegerField(
        "conexiones a la vez",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Cuántas empresas suyas se leen al tiempo; las demás esperan su turno.",
    )
    filas_por_segundo = models.PositiveIntegerField(
        "filas por segundo",
        null=True,
        blank=True,
        default=FILAS_POR_SEGUNDO,
        validators=[MinValueValidator(100), MaxValueValidator(10_000_000)],
        help_text="Como mucho, repartidas por igual entre sus conexiones. Vacío: sin límite.",
    )
    lectura_desde = models.TimeField(
        "se lee desde", null=True, blank=True, help_text="Hora de ese servidor, p. ej. 22:00. Vacía: a cualquier hora."
    )
    lectura_hasta = models.TimeField(
        "se lee hasta", null=True, blank=True, help_text="Puede ser del día siguiente: de 22:00 a 06:00."
    )
    instantanea_minutos = models.PositiveSmallIntegerField(
        "instantánea más larga (minutos)",
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text="Una lectura que dure más se corta: mientras dura, Firebird no puede limpiar lo que otros borran.",
    )
    activo = models.BooleanField("activo", default=True, help_text="Inactivo: no se descubre ni se extrae de él.")
    fecha_creacion = models.DateTimeField("fecha de creación", default=timezone.now, editable=False)

    objects = ServidorQuerySet.as_manager()

    JUNTAS = (  # two edits at once must not send one's password to the other's host, nor leave half of the hours
        frozenset({*DESTINO, "password_cifrada"}),
        frozenset({"lectura_desde", "lectura_hasta"}),
    )

    class Meta:
        db_table = "servidores"
        verbose_name = "servidor"
        verbose_name_plural = "servidores"
        ordering = ["nombre"]

    def __str__(self) -> str:
        return self.nombre

    def clean(self) -> None:
        """What can be told without asking anybody; where the host leads is checked each time it is connected to."""
        validar_base_maestra = validar_base if self.tipo_servidor == TipoServidor.SQL_SERVER else validar_ruta
        wrong = {}
        for name, validar in (("host", validar_host), ("ruta_maestra", validar_base_maestra)):
            try:
                setattr(self, name, validar(getattr(self, name)))
            except Fatal as error:
                wrong[name] = f"{error.mensaje} {error.remedio}"
        wrong |= comprobar_horas(self.lectura_desde, self.lectura_hasta)
        if wrong:
            raise ValidationError(wrong)

    @property
    def horario(self) -> Horario:
        """The hours in which it may be read at length."""
        return Horario(self.lectura_desde, self.lectura_hasta, self.zona_horaria)

    @property
    def password(self) -> str:
        """The password in clear; Fatal `clave_de_cifrado` where no present key opens it."""
        return decrypt(self.password_cifrada) if self.password_cifrada else ""

    @password.setter
    def password(self, value: str) -> None:
        self.password_cifrada = encrypt(value) if value else ""

    @property
    def puerto_efectivo(self) -> int:
        return self.puerto or PUERTOS[TipoServidor(self.tipo_servidor)]
