"""Query profiles: which statements read a company's movements, and which let the source count them itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from companies.models import EmpresaServidor, PerfilConsulta
from inventory.splitting import Separada, separar
from inventory.statements import Catalogo, componer, leer
from lib.errors import Fatal
from servers.models import TipoServidor
from servers.source import comprobar_consulta

OBLIGATORIAS = ("TIPO_DOCUMENTO", "FECHA", "ARTICULO_CODIGO", "ARTICULO_NOMBRE", "CANTIDAD")
OPCIONALES = (
    "CLAVE_ORIGEN", "DOCUMENTO", "LINEA", "HORA", "FECHA_ORDEN_PEDIDO", "SUCURSAL", "PACIENTE", "CEDULA_PACIENTE",
    "PAGADOR", "NIT_PAGADOR", "CLINICA", "NIT_CLINICA", "MEDICO", "CEDULA_MEDICO", "MEDICO2", "CEDULA_MEDICO2",
    "PROCEDIMIENTOS", "CODIGO_CIUDAD", "CIUDAD", "TIPO_BODEGA", "CODIGO_BODEGA", "SISTEMA_BODEGA", "BODEGA_CONTENEDOR",
    "ARTICULO_GRUPO", "UNIDAD", "PRECIO_UNITARIO", "MONEDA", "LOTE", "STOCK_PREVIO", "STOCK_NUEVO",
)  # fmt: skip
SINONIMOS = {"ARTICULO_CODIGO": "CODIGO", "ARTICULO_NOMBRE": "NOMBRE"}  # as the view is written in some installations

EN_SQL_SERVER = "YEAR(Q.FECHA)", "MONTH(Q.FECHA)", "SUM(Q.CANTIDAD)"
EN_FIREBIRD = (
    "EXTRACT(YEAR FROM Q.FECHA)",
    "EXTRACT(MONTH FROM Q.FECHA)",  # the sum as in queries/tns_resumen_kardex.sql
    "SUM(CASE WHEN Q.CANTIDAD > -1e15 AND Q.CANTIDAD < 1e15 THEN Q.CANTIDAD * CAST(1 AS NUMERIC(18, 0)) END)",
)
NO_CABE_EN_DERIVADA = re.compile(r"^\s*WITH\b|\bORDER\s+BY\b", re.IGNORECASE)  # in T-SQL


@dataclass(frozen=True, slots=True)
class Perfil:
    """Statements of one database. Each of `movimientos` and `resumen` takes two dates; `meses` takes none.

    `separadas` has the pieces of those statements of `movimientos` that can be read in pieces.

    Without `meses` all months are counted by `resumen` with far dates; without `resumen` the source cannot count.
    """

    nombre: str
    movimientos: tuple[str, ...]
    resumen: tuple[str, ...] = ()
    meses: tuple[str, ...] = ()
    avisos: tuple[str, ...] = field(default=())
    separadas: Mapping[str, Separada] = field(default_factory=dict)


def elegir(empresa: EmpresaServidor, catalogo: Catalogo) -> Perfil:
    """The company's profile for this database; Fatal where neither KARDEX nor MOVIMIENTOS is there."""
    nombre = empresa.perfil_consulta
    if nombre == PerfilConsulta.AUTOMATICO:
        nombre = _automatico(catalogo)
    if nombre == PerfilConsulta.TNS:
        return _tns(catalogo)
    if nombre == PerfilConsulta.MOVIMIENTOS:
        return _contada(nombre, vista(catalogo), empresa)
    return _contada(nombre, consulta_propia(empresa), empresa)


def _automatico(catalogo: Catalogo) -> str:
    if "KARDEX" in catalogo and "DEKARDEX" in catalogo:
        return PerfilConsulta.TNS
    if "MOVIMIENTOS" in catalogo:
        return PerfilConsulta.MOVIMIENTOS
    raise Fatal(
        "sin_tablas_de_movimientos",
        "La base no tiene KARDEX ni MOVIMIENTOS: no parece la de una empresa TNS.",
        "Revise la ruta de la base y los permisos del usuario, o escriba una consulta propia para la empresa.",
    )


def _tns(catalogo: Catalogo) -> Perfil:
    partes = ["kardex", "traslados"] if "TRASLA" in catalogo and "DETRASLA" in catalogo else ["kardex"]
    resumenes = [leer(f"tns_resumen_{parte}") for parte in partes]
    movimientos = tuple(componer(leer(f"tns_{parte}"), catalogo) for parte in partes)
    return Perfil(
        PerfilConsulta.TNS,
        movimientos,
        tuple(componer(texto, catalogo) for texto in resumenes),
        tuple(componer(texto, catalogo, con_ventana=False) for texto in resumenes),
        () if len(partes) == 2 else ("La base no tiene TRASLA y DETRASLA: no hay traslados.",),
        {sql: separada for sql in movimientos if (separada := separar(sql))},
    )


def vista(catalogo: Catalogo) -> str:
    """The SELECT over the view MOVIMIENTOS with the columns that it has; Fatal where it lacks an obligatory one."""
    columns = catalogo.get("MOVIMIENTOS", frozenset())
    chosen = {name: _columna(name, columns) for name in OBLIGATORIAS + OPCIONALES}
    if missing := [name for name in OBLIGATORIAS if chosen[name] is None]:
        raise columnas_ausentes(missing)
    select = ",\n".join(f"  M.{column} AS {name}" for name, column in chosen.items() if column)
    return f"SELECT\n{select}\nFROM MOVIMIENTOS M\nWHERE M.FECHA >= ? AND M.FECHA < ?"


def _columna(name: str, columns: frozenset[str]) -> str | None:
    return next((option for option in (name, SINONIMOS.get(name, "")) if option in columns), None)


def columnas_ausentes(missing: list[str]) -> Fatal:
    return Fatal(
        "columnas_ausentes",
        f"La consulta de movimientos no da {', '.join(missing)}.",
        "Complete la vista MOVIMIENTOS o la consulta propia de la empresa con esas columnas.",
    )


def consulta_propia(empresa: EmpresaServidor) -> str:
    """The administrator's SELECT, refused unless it is exactly one with its two dates."""
    if not empresa.consulta_sql.strip():
        raise Fatal(
            "sin_consulta", "La empresa no tiene consulta propia.", "Escríbala o elija otro perfil de consulta."
        )
    return comprobar_consulta(empresa.servidor, empresa.consulta_sql)


def _contada(nombre: str, consulta: str, empresa: EmpresaServidor) -> Perfil:
    """A profile of one statement whose summary is that statement, grouped."""
    sqlserver = empresa.servidor.tipo_servidor == TipoServidor.SQL_SERVER
    if sqlserver and NO_CABE_EN_DERIVADA.search(consulta):
        return Perfil(nombre, (consulta,), avisos=("La fuente no puede contar una consulta con WITH u ORDER BY.",))
    anio, mes, suma = EN_SQL_SERVER if sqlserver else EN_FIREBIRD
    resumen = (
        f"SELECT {anio} AS ANIO, {mes} AS MES, Q.TIPO_DOCUMENTO AS TIPO_DOCUMENTO, COUNT(*) AS FILAS,"
        f" {suma} AS CANTIDAD, 0 AS CLAVES\nFROM (\n{consulta}\n) Q\n"
        f"GROUP BY {anio}, {mes}, Q.TIPO_DOCUMENTO"
    )
    return Perfil(nombre, (consulta,), (resumen,))
