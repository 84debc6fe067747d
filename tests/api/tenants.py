"""Two clients of one server, each with a row of everything, and marks by which the foreign one's are known anywhere."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.test import Client
from django.utils import timezone

from apikeys.issuing import emitir_ficha
from apikeys.models import Alcance, APIKeyCliente, OrigenPermitido
from companies.models import EmpresaServidor, EquivalenciaNit, UsuarioEmpresa
from inventory.models import Articulo, Existencia, MovimientoInventario, MovimientoRechazado, VentanaExtraccion
from jobs import export_store
from jobs.exports import cumplir
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar
from servers.models import Servidor
from tests.claves import emitir_de_nit

COPIADOS = (MovimientoInventario, Articulo, Existencia, VentanaExtraccion, MovimientoRechazado)
POR_MODELO = 3


@dataclass
class Inquilino:
    """One client: texts carry `marca`, amounts are `cantidad`, ids begin at `primera`, the NIT is `nit`."""

    marca: str
    nit: str
    primera: int
    cantidad: Decimal
    servidor: Servidor
    numero: Any = field(init=False)
    empresa: EmpresaServidor = field(init=False)
    filas: dict[type[models.Model], Any] = field(default_factory=dict)
    runs: dict[str, Ejecucion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numero = count(self.primera)
        self.empresa = self.crear(
            EmpresaServidor, servidor=self.servidor, codigo=self.marca[:10], nit=self.nit, nit_original=self.nit,
            nit_base=self.nit, anio_fiscal=2026, estado="ACTIVO", perfil_consulta="tns", dv="",
        )  # fmt: skip
        for modelo in COPIADOS:
            for _ in range(POR_MODELO):
                self.filas[modelo] = self.crear(modelo, empresa_servidor=self.empresa)
        self.filas[EmpresaServidor] = self.empresa
        self.fila_clave, self.clave = emitir_de_nit(
            self.nit, f"{self.marca} SAS", alcances=Alcance.values, limite_por_minuto=1_000_000
        )
        OrigenPermitido.objects.create(clave=self.fila_clave, origen=f"https://{self.marca.lower()}.example.com")
        self.persona = get_user_model().objects.create_user(self.marca, first_name=self.marca)
        self.ficha, _ = emitir_ficha(self.persona, dias=1, nombre=self.marca)
        EquivalenciaNit.objects.create(nit_base=self.nit, equivale_a=f"{self.nit}9")

    def crear(self, modelo: type[models.Model], **fijos: Any) -> Any:
        """A row with every column filled: texts with the mark, numbers with the amount."""
        numero = next(self.numero)
        valores = {"pk": numero} | fijos
        for columna in modelo._meta.concrete_fields:
            if columna.name not in valores and columna.attname not in valores and not columna.primary_key:
                valor = self._valor(columna, numero)
                if valor is not None:
                    valores[columna.attname] = valor
        return modelo._default_manager.create(**valores)

    def _valor(self, columna: Any, numero: int) -> Any:
        if columna.choices:
            return columna.default if columna.has_default() else columna.choices[0][0]
        if isinstance(columna, models.TextField | models.CharField):
            return f"{self.marca}{numero}"[-(columna.max_length or 99) :]
        if isinstance(columna, models.DecimalField):
            return self.cantidad
        if isinstance(columna, models.JSONField):
            return {"dato": self.marca}
        if isinstance(columna, models.DateTimeField):
            return timezone.now()
        if isinstance(columna, models.DateField):
            return date(2026, numero % 12 + 1, 1)
        if isinstance(columna, models.SmallIntegerField | models.IntegerField) and not columna.has_default():
            return 1
        return None

    def run(self, tipo: str) -> Ejecucion:
        """The run of this kind on the company, started with the client's key and ended."""
        if tipo not in self.runs:
            run = Ejecucion.objects.create(
                id=uuid.uuid4(), tipo=tipo, nombre=self.marca, sobre=self.marca, tarea="t", mensaje=self.marca,
                clave=f"empresa:{self.empresa.pk}", estado=Estado.COMPLETADA, parametros={"empresa": self.marca},
                resultado={"empresa": self.marca}, solicitada_con=f"clave:{self.fila_clave.identificador}",
            )  # fmt: skip
            run.lineas.create(texto=self.marca)
            self.runs[tipo] = run
        return self.runs[tipo]

    def exportar(self, lista: str = "movimientos") -> str:
        """Ask with the client's key for the list as a file and make it: what its address ends with."""
        asked = Client().post(f"/api/{lista}/exportar/", content_type="application/json", **self.cabecera)
        run = ejecutar(uuid.UUID(asked.json()["task_id"]), cumplir)
        assert run.estado == Estado.COMPLETADA, run.error
        return export_store.enlace(run.exportacion).rstrip("/").rpartition("/")[2]

    @property
    def marcas(self) -> tuple[str, ...]:
        """What must not be seen by anyone else."""
        ids = [str(self.primera)[:-2], *(str(run.pk) for run in self.runs.values())]
        return (self.marca, self.nit, str(self.cantidad), self.fila_clave.identificador, self.ficha.identificador, *ids)

    @property
    def cabecera(self) -> dict[str, str]:
        return {"HTTP_API_KEY": self.clave.texto}


def propios() -> Inquilino:
    """A client, on a server of their own."""
    servidor = Servidor.objects.create(nombre="BCE", host="127.0.0.1", puerto=1, usuario="U", ruta_maestra="ADMIN")
    return Inquilino("ZPROPIAZ", "900123456", 11_000_001, Decimal("33211.1234"), servidor)


def ficha_de(usuario: Any) -> dict[str, str]:
    """The header of a token of this person."""
    _, ficha = emitir_ficha(usuario, dias=1)
    return {"HTTP_AUTHORIZATION": f"Token {ficha.texto}"}


def limitado_a(empresa: EmpresaServidor, usuario: Any) -> dict[str, str]:
    """The user sees this company only; the header of a token of theirs."""
    UsuarioEmpresa.objects.get_or_create(usuario=usuario, empresa=empresa)
    return ficha_de(usuario)


def clave_de(**dueno: str) -> dict[str, str]:
    """The header of a key with every scope of a branch or till local."""
    fila, clave = emitir_de_nit("1", "De paso", alcances=Alcance.values, limite_por_minuto=1_000_000)
    APIKeyCliente.objects.filter(pk=fila.pk).update(nit="", nit_original="", nit_base="", **dueno)
    return {"HTTP_API_KEY": clave.texto}
