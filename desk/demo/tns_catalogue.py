"""What the invented companies sell and where they keep it. Names are made up; sizes and materials are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

# The five bytes that Windows-1252 leaves undefined: real TNS texts hold them, and strict decoders fail on them.
SIN_DEFINIR = "\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Producto:
    matid: int
    codigo: str
    nombre: str
    grupo: int
    unidad: str
    precio: Decimal
    fraccionable: bool = False
    inactivo: bool = False

    @property
    def es_articulo(self) -> bool:
        """Codes that end in a point are nodes of the tree of groups."""
        return not self.codigo.endswith(".")


GRUPOS = {
    1: ("00.", "SERVICIOS"),
    2: ("01.", "LÍNEA PRINCIPAL"),
    3: ("02.", "LÍNEA COMPLEMENTARIA"),
    4: ("03.", "OTROS"),
}

IMPLANTES = (
    ("Placa bloqueada radio distal {} orificios", ("3", "4", "5", "6"), 780_000, 2),
    ("Placa recta DCP 3,5 mm × {} orificios", ("4", "6", "8", "10", "12"), 520_000, 2),
    ("Tornillo cortical 3,5 mm × {} mm titanio", ("12", "16", "20", "24", "28", "32", "36"), 46_500, 2),
    ("Tornillo esponjoso 4,0 mm × {} mm", ("20", "26", "30", "36", "40"), 58_200, 2),
    ("Clavo intramedular fémur Ø{} mm", ("9", "10", "11", "12"), 1_650_000, 2),
    ("Vástago femoral no cementado nº {}", ("1", "2", "3", "4", "5"), 3_900_000, 2),
    ("Malla craneal moldeable {} cm", ("5×5", "8×8", "10×10"), 1_240_000, 2),
    ("Ancla de sutura {} mm reabsorbible", ("2,8", "3,5", "5,5"), 690_000, 2),
    ("Broca canulada Ø{} mm", ("2,0", "2,7", "3,2", "4,5"), 135_000, 3),
    ("Hoja de sierra sagital {} mm", ("9", "13", "19", "25"), 98_400, 3),
    ("Alambre de Kirschner Ø{} mm", ("1,0", "1,5", "1,8", "2,0"), 17_800, 3),
    ("Sustituto óseo granulado {} cm³", ("2,5", "5", "10"), 870_000, 4),
)
FERRETERIA = (
    ('Tornillo drywall 6 × {}" (caja)', ("1", "1¼", "1½", "2"), 14_900, 2),
    ('Puntilla con cabeza {}"', ("1", "1½", "2", "2½", "3"), 7_350, 2),
    ('Varilla corrugada {}" × 6 m', ("¼", "3/8", "½", "5/8"), 28_600, 2),
    ("Cemento gris uso general {} kg", ("25", "42,5", "50"), 33_900, 2),
    ('Tubo PVC presión {}" × 6 m', ("½", "¾", "1", "2"), 24_700, 2),
    ("Pintura vinilo tipo 1 {} galón", ("blanco", "marfil", "ocre", "azul añil"), 71_200, 3),
    ("Cable eléctrico nº {} AWG por metro", ("10", "12", "14"), 3_480, 3),
    ('Disco de corte {}"', ("4½", "7", "9"), 6_900, 3),
    ("Lámpara LED {} W luz cálida", ("9", "12", "18", "24"), 11_300, 3),
    ("Pañete impermeable {} kg", ("10", "25"), 42_800, 4),
    ("Cerradura de sobreponer {}", ("izquierda", "derecha"), 68_900, 4),
)
BODEGAS_SALUD = (
    (1, "01", "BODEGA PRINCIPAL"),
    (2, "02", "IMPLANTES BOGOTÁ"),
    (3, "03", "EQUIPO DE PODER Y MOTORES"),
    (4, "04", "CAJA PEQUEÑO FRAGMENTO"),
    (5, "05", "IMP. COLUMNA"),
    (6, "98", "TRÁNSITO"),
    (7, "99", "LIMPIEZA Y AVERÍAS"),
)
BODEGAS_FERRETERIA = (
    (1, "01", "ALMACÉN CENTRO"),
    (2, "02", "PATIO DE HIERROS"),
    (3, "03", "BODEGA NIÑO JESÚS"),
    (4, "99", "AVERÍAS"),
)
CLIENTES = (
    "Clínica Santa Mónica del Río", "Hospital Universitario La Ceiba", "Centro Quirúrgico Los Álamos",
    "Fundación Ortopédica Ñandú", "Unidad Médica «El Rosal»", "Constructora Páramo Alto", "Obras y Diseños Muñoz",
    "Consorcio Vía del Café", "Ferrelectricos – Sur", "Taller Mecánico Hermanos Güiza",
)  # fmt: skip
PROVEEDORES = (
    "Importadora Médica del Istmo", "Titanios de Occidente", "Aceros Boyacá Ltda.", "Químicos & Pinturas del Valle",
    "Distribuidora Eléctrica Pacífico",
)  # fmt: skip
CIUDADES = ((1, "11001", "BOGOTÁ D.C."), (2, "05001", "MEDELLÍN"), (3, "76001", "CALI"), (4, "63001", "ARMENIA"))


def productos(lineas: tuple[tuple[str, tuple[str, ...], int, int], ...]) -> list[Producto]:
    """The article master: nodes, articles, one service; in the order of their MATID."""
    nodes = [Producto(i, codigo, nombre, i, "", Decimal(0)) for i, (codigo, nombre) in GRUPOS.items()]
    articles = list(_articulos(lineas, len(nodes) + 1))
    servicio = Producto(len(nodes) + len(articles) + 1, "00.01", "Flete y acompañamiento", 1, "SER", Decimal(95_000))
    return [*nodes, *articles, servicio]


def _articulos(lineas: tuple[tuple[str, tuple[str, ...], int, int], ...], first: int) -> Iterator[Producto]:
    matid = first
    for numero, (plantilla, medidas, precio, grupo) in enumerate(lineas, 1):
        for i, medida in enumerate(medidas):
            nombre = plantilla.format(medida)
            if matid % 11 == 0:
                nombre += f" ref{SIN_DEFINIR[matid % 5]}{matid}"  # a stray byte, as a bad import leaves it
            yield Producto(
                matid,
                f"{GRUPOS[grupo][0]}{numero:02d}{i + 1:02d}",
                nombre,
                grupo,
                "MT" if "metro" in plantilla else "UND",
                (Decimal(precio) * (100 + 9 * i) / 100).quantize(Decimal("0.01")),
                fraccionable=grupo > 2,
                inactivo=matid % 17 == 0,
            )
            matid += 1
