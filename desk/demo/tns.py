"""An invented TNS installation with the troubles of real ones, and the truth about it.

Two master databases (two servers of the group), four companies of two fiscal years each. The same seed and date give
the same rows. The truth is added up from the same documents in Python, never from a database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from stdnum.co import nit as co_nit

from desk.demo import tns_schema
from desk.demo.firebird_server import PrivateFirebird
from desk.demo.tns_catalogue import (
    BODEGAS_FERRETERIA,
    BODEGAS_SALUD,
    FERRETERIA,
    IMPLANTES,
    productos,
)
from desk.demo.tns_data import Base, Guion, generar
from desk.demo.tns_rows import insertar, script
from desk.demo.tns_schema import Rasgos
from desk.demo.tns_truth import Verdad, contar

CENTRAL, COSTA = "Sede central", "Sede costa"
MAESTRAS = {CENTRAL: "ADMIN.gdb", COSTA: "ADMIN2.gdb"}
LINEAS = 4_000  # of one company in a full year

# Weights of January to December: clinics slow down at the turn of the year, builders buy before it.
RITMO_SALUD = (6, 7, 9, 8, 9, 9, 8, 9, 10, 10, 9, 6)
RITMO_OBRA = (5, 6, 7, 6, 7, 9, 8, 7, 8, 9, 12, 16)
RITMO_COSTA = (9, 6, 6, 8, 6, 9, 11, 8, 6, 6, 8, 13)


@dataclass(frozen=True, slots=True)
class Compania:
    servidor: str
    codigo: str
    nombre: str
    nit: str
    nit_base: str
    archivo: str
    guion: Guion


@dataclass(frozen=True, slots=True)
class Instalacion:
    """Where the master databases lie, and the truth about them."""

    maestras: dict[str, str]
    hoy: date
    verdad: Verdad


def companias() -> tuple[Compania, ...]:
    salud, obra = tuple(productos(IMPLANTES)), tuple(productos(FERRETERIA))
    return (
        Compania(
            CENTRAL, "01", "Implantes Andinos S.A.S.", "900.123.456-8", "900123456", "ANDINOS",
            Guion(salud, BODEGAS_SALUD, RITMO_SALUD, Rasgos(texto_terceros="WIN1252"), con_rechazos=True),
        ),
        Compania(
            CENTRAL, "02", "Ferretería Peña & Hijos Ltda.", "830555111", "830555111", "FERRE",
            Guion(obra, BODEGAS_FERRETERIA, RITMO_OBRA, Rasgos(decimales=5, sucursal=False)),
        ),
        Compania(
            CENTRAL, "03", "Ortopédicos del Café – Armenia", f"901.777.222-{_dv_malo('901777222')}", "901777222",
            "CAFE",
            Guion(salud, BODEGAS_SALUD, RITMO_SALUD, Rasgos(dialecto=1)),
        ),
        Compania(
            COSTA, "31", "Insumos Quirúrgicos del Caribe", _con_dv("901333444"), _con_dv("901333444"), "CARIBE",
            Guion(salud, BODEGAS_SALUD, RITMO_COSTA, Rasgos(juego="WIN1252", remtotfac=False, inactivo=False)),
        ),
    )  # fmt: skip


def _con_dv(base: str) -> str:
    """Ten digits without a dash: nobody can tell whether the last one is a check digit, so all are the base."""
    return base + co_nit.calc_check_digit(base)


def _dv_malo(base: str) -> int:
    return (int(co_nit.calc_check_digit(base)) + 3) % 10


def crear_instalacion(
    server: PrivateFirebird,
    *,
    hoy: date,
    semilla: int = 7,
    lineas: int = LINEAS,
    carpeta: str = "TNS",
    decir: Callable[[str], None] = lambda text: None,
) -> Instalacion:
    """Make the databases in the server's `carpeta` (older ones are replaced): the fiscal years of `hoy` and before."""
    for compania, base in _bases(hoy, semilla, lineas):
        rasgos = compania.guion.rasgos
        server.create_database(
            _archivo(carpeta, compania, base.anio),
            tns_schema.empresa(rasgos) + script(base),
            dialect=rasgos.dialecto,
            charset=rasgos.juego,
        )
        decir(f"  {compania.archivo}{base.anio}.GDB: {len(base.documentos)} documentos, dialecto {rasgos.dialecto}.")
    for servidor, archivo in MAESTRAS.items():
        sql = tns_schema.admin(anio="INTEGER" if servidor == CENTRAL else "VARCHAR(4)")
        rows = (row for row, _ in _registros(server, hoy, servidor, carpeta))
        sql += insertar("EMPRESAS", "CODIGO, NOMBRE, NIT, ANOFIS, REPRES, ARCHIVO", rows)
        server.create_database(f"{carpeta}/{archivo}", sql)
    return describir(server, hoy=hoy, semilla=semilla, lineas=lineas, carpeta=carpeta)


def describir(
    server: PrivateFirebird, *, hoy: date, semilla: int = 7, lineas: int = LINEAS, carpeta: str = "TNS"
) -> Instalacion:
    """The truth about the installation that `crear_instalacion` makes of the same arguments."""
    verdad = Verdad()
    for compania, base in _bases(hoy, semilla, lineas):
        verdad.datos[compania.nit_base, base.anio] = contar(compania.nit_base, base)
    for servidor in MAESTRAS:
        for row, accion in _registros(server, hoy, servidor, carpeta):
            if accion:
                verdad.empresas[servidor, str(row[0])] = accion
    maestras = {name: str(server.path(f"{carpeta}/{archivo}")) for name, archivo in MAESTRAS.items()}
    return Instalacion(maestras, hoy, verdad)


def _bases(hoy: date, semilla: int, lineas: int) -> Iterator[tuple[Compania, Base]]:
    for compania in companias():
        for anio in (hoy.year - 1, hoy.year):
            seed = f"{semilla} {compania.codigo} {anio}"
            yield compania, generar(compania.guion, anio, hoy, lineas=lineas, semilla=seed)


def _archivo(carpeta: str, compania: Compania, anio: int) -> str:
    return f"{carpeta}/CONTAB{anio}/{compania.archivo}{anio}.GDB"


Registro = tuple[tuple[str | int | None, ...], str]


def _registros(server: PrivateFirebird, hoy: date, servidor: str, carpeta: str) -> list[Registro]:
    """The rows of one EMPRESAS table, each with what becomes of it ('' for those that the query leaves out)."""
    rows: list[Registro] = []
    for compania in companias():
        for anio in (hoy.year - 1, hoy.year):
            ruta = str(server.path(_archivo(carpeta, compania, anio)))
            codigo = f"{compania.codigo}{anio % 100:02d}"
            if compania.servidor == servidor:
                rows.append(((codigo, compania.nombre, compania.nit, anio, "Gerencia", ruta), "creada"))
    andinos = str(server.path(_archivo(carpeta, companias()[0], hoy.year)))
    return rows + (_rarezas(hoy.year, andinos) if servidor == CENTRAL else [_repetida(hoy.year, andinos)])


def _rarezas(anio: int, andinos: str) -> list[Registro]:
    dv = co_nit.calc_check_digit("900888777")
    return [
        (("70", "Implantes Andinos (copia)", "900123456-8", anio, None, andinos), "omitida"),
        (("71", "Compañía en trámite", "EN TRÁMITE", anio, None, andinos), "rechazada"),
        (("72", "Prueba del contador", f"900888777-{dv}", anio, None, "ajeno:/datos/PRUEBA.GDB"), "rechazada"),
        (("73", "Sin NIT", None, anio, None, andinos), ""),
    ]


def _repetida(anio: int, andinos: str) -> Registro:
    return (("32", "Implantes Andinos – Barranquilla", "900.123.456-8", anio, "Gerencia", andinos), "omitida")
