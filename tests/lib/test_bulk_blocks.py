"""Blocks of columns: `agregar_bloque` stores what `agregar` stores, on the database at hand."""

from datetime import UTC
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import bulk
from tests.lib.blocks import bloque, textos

CLAVE = ("grupo", "clave")
CAMPOS = ("grupo", "clave", "texto", "corto", "numero", "valor", "dia", "instante", "hora", "activo", "entero", "nota")
CODECS = ("utf-8", "cp1252", "latin-1")
SQLITE = connection.vendor == "sqlite"

CIFRAS = 15 if SQLITE else 18
TEXTOS = st.text(st.characters(codec="cp1252", exclude_characters="\0"))
UNIDADES = st.integers(-(10**CIFRAS) + 1, 10**CIFRAS - 1) | st.sampled_from([0, 9999, 10_000, -10_000, 99_999_999])
DECIMALES = UNIDADES.map(lambda units: Decimal(units).scaleb(-4))
FILA = st.tuples(
    st.integers(-(2**31), 2**31 - 1),
    st.uuids().map(str),
    TEXTOS | st.text(st.characters(codec="cp1252", exclude_characters="\0"), min_size=130),
    st.none() | st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=10),
    st.none() | DECIMALES,
    DECIMALES,
    st.none() | st.dates(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.times(),
    st.none() | st.booleans(),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.just("constante"),
)


def como_esta(modelo):
    """Every stored value as the database itself writes it."""
    kind = "typeof({0}) || ':' || {0}" if SQLITE else "{0}::text"
    columns = [modelo._meta.get_field(name).column for name in CAMPOS]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(kind.format(c) for c in columns)} FROM tests_muestra ORDER BY clave_rara")
        return cursor.fetchall()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filas=st.lists(FILA, min_size=1, max_size=8), codec=st.sampled_from(CODECS))
def test_agregar_bloque_stores_what_agregar_stores(muestra, filas, codec):
    if codec == "latin-1":
        filas = [
            tuple(v.encode("latin-1", "ignore").decode("latin-1") if isinstance(v, str) else v for v in f)
            for f in filas
        ]
    stored = []
    for add in (
        lambda lote: lote.agregar(filas),
        lambda lote: lote.agregar_bloque(bloque(CAMPOS, filas, texto=partial(textos, codec=codec)), len(filas)),
    ):
        with transaction.atomic(), bulk.preparar(muestra, CAMPOS) as lote:
            assert add(lote) == len(filas)
            lote.fusionar(clave=CLAVE, ambito=Q())
            stored.append(como_esta(muestra))
            transaction.set_rollback(True)
    assert stored[0] == stored[1]
