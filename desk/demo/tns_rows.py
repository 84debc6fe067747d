"""One company's data as SQL for isql: literal INSERTs in EXECUTE BLOCK batches, the fastest way in."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from desk.demo.tns_catalogue import CIUDADES, CLIENTES, GRUPOS, PROVEEDORES
from desk.demo.tns_data import Base, Documento, Linea

LOTE_FILAS = 200
LOTE_BYTES = 40_000  # a statement of Firebird 2.5 ends at 64 KB
Valor = str | int | Decimal | datetime | None


def insertar(tabla: str, columnas: str, filas: Iterable[tuple[Valor, ...]]) -> str:
    """The script that inserts `filas`, in batches."""
    head = f"INSERT INTO {tabla} ({columnas}) VALUES ("  # noqa: S608
    statements = (f"{head}{', '.join(map(_literal, fila))});" for fila in filas)
    blocks = (f"EXECUTE BLOCK AS BEGIN\n{block}\nEND^\n" for block in _lotes(statements))
    return f"SET TERM ^;\n{''.join(blocks)}COMMIT^\nSET TERM ;^\n"


def _lotes(statements: Iterable[str]) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for statement in statements:
        if batch and (len(batch) >= LOTE_FILAS or size + len(statement) > LOTE_BYTES):
            yield "\n".join(batch)
            batch, size = [], 0
        batch.append(statement)
        size += len(statement) + 1
    if batch:
        yield "\n".join(batch)


def _literal(value: Valor) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"'{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def script(base: Base) -> str:
    """All rows of one company's database."""
    return "".join((*_maestros(base), *_kardex(base), *_traslados(base)))


def _maestros(base: Base) -> Iterator[str]:
    productos, bodegas = base.guion.productos, base.guion.bodegas
    yield insertar("GRUPMAT", "GRUPMATID, CODIGO, DESCRIP", ((i, code, name) for i, (code, name) in GRUPOS.items()))
    yield insertar("TIPOIVA", "TIPOIVAID, PORCIVA", ((1, 0), (2, 19)))
    yield insertar(
        "MATERIAL",
        "MATID, CODIGO, CODBARRA, DESCRIP, UNIDAD, PESO, GRUPMATID, TIPOIVAID",
        ((p.matid, p.codigo, f"770{p.matid:09d}", p.nombre, p.unidad, None, p.grupo, 2) for p in productos),
    )
    yield from _existencias(base)
    if base.guion.rasgos.sucursal:
        yield insertar("SUCURSAL", "SUCID, CODSUC, NOMSUC", ((1, "00", "PRINCIPAL"), (2, "01", "SUR – ARMENIA")))
    yield insertar("BODEGA", "BODID, CODIGO, NOMBRE, SUCID", ((*bodega, 1) for bodega in bodegas))
    yield insertar("CIUDANE", "CIUDANEID, CODIGO, NOMBRE, DEPARTAMENTO", ((*city, None) for city in CIUDADES))
    yield insertar(
        "TERCEROS",
        "TERID, NIT, NITTRI, DV, NOMBRE, CIUDANEID, CLIENTE, PROVEED, VENDED",
        (
            (i, str(800_500_000 + 37 * i), str(800_500_000 + 37 * i), None, name, i % 4 + 1, *_papel(i), "N")
            for i, name in enumerate((*CLIENTES, *PROVEEDORES), 1)
        ),
    )


def _papel(terid: int) -> tuple[str, str]:
    return ("S", "N") if terid <= len(CLIENTES) else ("N", "S")


def _existencias(base: Base) -> Iterator[str]:
    per_article: dict[int, Decimal] = {}
    for (matid, _), quantity in base.existencias.items():
        per_article[matid] = per_article.get(matid, Decimal(0)) + quantity
    state = ", INACTIVO" if base.guion.rasgos.inactivo else ""
    yield insertar(
        "MATERIALSUC",
        f"MATID, SUCID, EXISTENC, COSTO, PRECIO1, PRECIO2{state}",
        (
            (p.matid, 1, per_article.get(p.matid, Decimal(0)), p.precio * 6 / 10, p.precio, p.precio * 9 / 10)
            + ((("S" if p.inactivo else "N"),) if state else ())
            for p in base.guion.productos
            if p.es_articulo
        ),
    )
    stock = ((matid, bodid, quantity) for (matid, bodid), quantity in base.existencias.items())
    yield insertar("SALMATERIAL", "MATID, BODID, EXISTENC", stock)


def _kardex(base: Base) -> Iterator[str]:
    yield insertar(
        "KARDEX",
        "KARDEXID, CODCOMP, CODPREFIJO, NUMERO, SUCID, FECHA, FECASENTAD, FECANULADO, HORA, PERIODO, CLIENTE,"
        " FORMAPAGO, MONEDA, OBSERV",
        map(_cabecera, base.documentos),
    )
    invoiced = ", REMTOTFAC" if base.guion.rasgos.remtotfac else ""
    yield insertar(
        "DEKARDEX",
        "DEKARDEXID, KARDEXID, MATID, BODID, PRIORIDAD, TIPUND, PORCIVA, CANLISTA, CANMAT, PRECIOBASE,"
        f" PARCVTA{invoiced}",
        (
            (n.id, d.id, n.matid, n.bodid, place, "M", 19, n.cantidad, n.cantidad, n.precio, _parcial(n))
            + ((n.remtotfac,) if invoiced else ())
            for d in base.documentos
            for place, n in enumerate(d.lineas, 1)
        ),
    )


def _cabecera(d: Documento) -> tuple[Valor, ...]:
    hora = f"{d.fecha:%H:%M:%S}"
    place = 1 if d.prefijo == "00" else 2
    note = "Entrega en recepción; firma quien recibe" if d.id % 25 == 0 else None
    return (d.id, d.clase, d.prefijo, d.numero, place, d.fecha, d.asentado, d.anulado, hora, f"{d.fecha:%m}",
            d.tercero, "CR" if d.id % 3 else "CO", "COP", note)  # fmt: skip


def _parcial(n: Linea) -> Decimal | None:
    return None if n.cantidad is None else (n.cantidad * n.precio).quantize(Decimal("0.01"))


def _traslados(base: Base) -> Iterator[str]:
    yield insertar(
        "TRASLA",
        "TRASLAID, CODPREFIJO, NUMERO, FECHA, OBSERV, PERIODO, BODINI, BODFIN, SUCID, FECASENTAD",
        ((t.id, "00", t.numero, t.fecha, None, f"{t.fecha:%m}", t.origen, t.destino, 1, t.asentado)
         for t in base.traslados),
    )  # fmt: skip
    yield insertar(
        "DETRASLA",
        "DETRASLAID, TRASLAID, MATID, CANTIDAD, TIPUND",
        ((n.id, t.id, n.matid, n.cantidad, "M") for t in base.traslados for n in t.lineas),
    )
