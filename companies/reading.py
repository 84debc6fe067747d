"""Reading EMPRESAS, the table of a master database that lists the companies of its server."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField

from companies.accepting import exigir_ruta
from companies.models import ANIOS, EmpresaServidor
from companies.nit import Nit, analizar
from lib.errors import Conflict, Fatal, Rejected, Retriable
from servers import source
from servers.models import Servidor
from servers.source import Instantanea

SQL = "SELECT CODIGO, NOMBRE, NIT, ANOFIS, ARCHIVO FROM EMPRESAS WHERE NIT IS NOT NULL"
SQL_CUENTA = "SELECT COUNT(*), COUNT(NIT) FROM EMPRESAS"
COLUMNAS = frozenset({"CODIGO", "NOMBRE", "NIT", "ANOFIS", "ARCHIVO"})
EMPRESAS_MAXIMAS = 20_000  # they are held in memory to be compared with each other
LARGO_RECHAZADO = 501  # of a refused text, which may be huge: one more than the longest that is accepted

Clave = tuple[str, int]


@dataclass(frozen=True, slots=True)
class EmpresaLeida:
    """A row of EMPRESAS that can be stored."""

    codigo: str
    nombre: str
    nit: Nit
    anio_fiscal: int
    ruta_base: str

    @property
    def clave(self) -> Clave:
        return self.nit.base, self.anio_fiscal


@dataclass(frozen=True, slots=True)
class EmpresaRechazada:
    """A row of EMPRESAS that cannot be stored, the beginning of its texts, and why."""

    codigo: str
    nombre: str
    nit: str
    anio_fiscal: int | None
    ruta_base: str
    motivo: Rejected


@dataclass(frozen=True, slots=True)
class Lectura:
    """All of EMPRESAS at one moment."""

    validas: list[EmpresaLeida]
    rechazadas: list[EmpresaRechazada]
    sin_nit: int

    @property
    def total(self) -> int:
        return len(self.validas) + len(self.rechazadas)


def exigir_activo(servidor: Servidor) -> None:
    """Conflict `servidor_inactivo` where an operator has switched the server off."""
    if not servidor.activo:
        raise Conflict("servidor_inactivo", f"El servidor {servidor} está inactivo.", "Actívelo y repita.")


def leer(servidor: Servidor, *, comprobar: Callable[[], None]) -> Lectura:
    """Every company of the server, read in one snapshot; complete, or an error. `comprobar` is called per row."""
    exigir_activo(servidor)
    with source.abrir(servidor, servidor.ruta_maestra) as fuente, fuente.instantanea() as foto:
        _exigir_tabla(foto, servidor)
        total, con_nit = next(iter(foto.filas(SQL_CUENTA)))
        _exigir_tamano(con_nit, servidor)
        lectura = Lectura([], [], sin_nit=total - con_nit)
        for fila in foto.filas(SQL):
            comprobar()
            _clasificar(fila, servidor, lectura)
            if lectura.total > con_nit:  # a source that lies might never end
                break
    if lectura.total != con_nit:
        raise Retriable(
            "lectura_incompleta",
            f"EMPRESAS dice tener {con_nit} empresas con NIT y no entregó las mismas.",
            "Repita el descubrimiento.",
        )
    return lectura


def _exigir_tabla(foto: Instantanea, servidor: Servidor) -> None:
    columnas = foto.catalogo().get("EMPRESAS")
    if columnas is None:
        raise Fatal(
            "sin_tabla_empresas",
            f"La base maestra de {servidor} no tiene la tabla EMPRESAS.",
            "Revise la ruta maestra: debe ser la de ADMIN.gdb.",
        )
    if faltan := sorted(COLUMNAS - columnas):
        raise Fatal(
            "columnas_faltantes",
            f"A la tabla EMPRESAS de {servidor} le falta: {', '.join(faltan)}.",
            "Revise la ruta maestra: debe ser la de ADMIN.gdb de TNS.",
        )


def _exigir_tamano(con_nit: int, servidor: Servidor) -> None:
    """Neither none, which would pause every company of a server whose path was mistyped, nor too many."""
    if not con_nit:
        raise Fatal(
            "sin_empresas",
            f"La tabla EMPRESAS de {servidor} no tiene ninguna empresa con NIT; nada se cambió.",
            "Revise que la ruta maestra sea la de la instalación en uso; si ese servidor ya no se usa, desactívelo.",
        )
    if con_nit > EMPRESAS_MAXIMAS:
        raise Fatal(
            "demasiadas_empresas",
            f"EMPRESAS tiene {con_nit} filas; se admiten {EMPRESAS_MAXIMAS}.",
            "Revise la ruta maestra: debe ser la de ADMIN.gdb de TNS.",
        )


def _clasificar(fila: tuple[Any, ...], servidor: Servidor, lectura: Lectura) -> None:
    try:
        lectura.validas.append(convertir(fila, servidor))
    except Rejected as motivo:
        codigo, nombre, nit, anio, ruta = fila
        rechazada = EmpresaRechazada(
            codigo=_limpiar(codigo)[:LARGO_RECHAZADO],
            nombre=_limpiar(nombre)[:LARGO_RECHAZADO],
            nit=_limpiar(nit)[:LARGO_RECHAZADO],
            anio_fiscal=_anio_o_nada(anio),
            ruta_base=_texto(ruta)[:LARGO_RECHAZADO],
            motivo=motivo,
        )
        lectura.rechazadas.append(rechazada)


def convertir(fila: tuple[Any, ...], servidor: Servidor) -> EmpresaLeida:
    """The company behind a row of the five columns, or Rejected with what is wrong with it."""
    codigo, nombre, nit, anio, ruta = fila
    return EmpresaLeida(
        codigo=_exigir_texto("codigo", _limpiar(codigo)),
        nombre=_exigir_texto("nombre", _limpiar(nombre)),
        nit=analizar(_texto(nit)),
        anio_fiscal=_anio(anio),
        ruta_base=exigir_ruta(_exigir_texto("ruta_base", _texto(ruta)), servidor),
    )


def _exigir_texto(campo: str, texto: str) -> str:
    field = EmpresaServidor._meta.get_field(campo)
    assert isinstance(field, CharField)
    if not texto:
        raise Rejected(f"{campo}_vacio", f"Falta el dato «{field.verbose_name}».", "Escríbalo en TNS.")
    if len(texto) > (field.max_length or 0):
        raise Rejected(
            "texto_demasiado_largo",
            f"El dato «{field.verbose_name}» pasa de {field.max_length} caracteres.",
            "Acórtelo en TNS.",
        )
    return texto


def _anio(valor: Any) -> int:
    anio = _anio_o_nada(valor)
    if anio is None:
        raise Rejected("anio_invalido", f"ANOFIS «{_texto(valor)[:20]}» no es un año fiscal.", "Corríjalo en TNS.")
    return anio


def _anio_o_nada(valor: Any) -> int | None:
    """The year of a number or of a text of digits; TNS versions differ in the column's type."""
    if isinstance(valor, Decimal) and valor.is_finite():
        return next((anio for anio in ANIOS if valor == anio), None)
    texto = _texto(valor)
    return int(texto) if texto.isascii() and texto.isdigit() and len(texto) == 4 and int(texto) in ANIOS else None


def _texto(valor: Any) -> str:
    return "" if valor is None else str(valor).strip()


def _limpiar(valor: Any) -> str:
    """One line without control characters, which no name needs and PostgreSQL in part refuses."""
    texto = "".join(" " if unicodedata.category(c) == "Cc" else c for c in _texto(valor))
    return " ".join(texto.split())
