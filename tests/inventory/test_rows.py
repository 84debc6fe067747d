"""The fast lane (dicts of the database, orjson) against the plain way (instances, ModelSerializer, DRF's renderer).

Every RowViewSet of the router, rows made by hypothesis and stored in the database, field by field: same JSON types,
same texts. Where the two differ on purpose is in A_PROPOSITO.
"""

import json
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import connection, models
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer as PlainRenderer
from rest_framework.serializers import ModelSerializer

from config.api import router
from lib.money import ScaledDecimalField
from lib.rendering import JSONRenderer
from lib.rows import RowViewSet
from lib.statements import Modo, preparar

VISTAS = {prefijo: vista for prefijo, vista, _ in router.registry if issubclass(vista, RowViewSet)}
A_PROPOSITO = {  # field class: (why, how the plain answer is made comparable)
    models.DateTimeField: (
        "UTC as the database has it; the serializer converts each value to ZONA_HORARIA: the same instant",
        lambda texto: datetime.fromisoformat(texto).astimezone(UTC).isoformat().replace("+00:00", "Z"),
    ),
}
CIFRAS_SQLITE = 15


def _texto(campo):
    caracteres = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
    return st.text(caracteres, max_size=min(campo.max_length or 60, 60))


def _decimal(campo):
    cifras = min(campo.max_digits, CIFRAS_SQLITE) if connection.vendor == "sqlite" else campo.max_digits
    tope = 10**cifras - 1
    return st.integers(-tope, tope).map(lambda n: Decimal(n).scaleb(-campo.decimal_places))


def _valor(campo):
    """Values of one column, its extremes included."""
    if isinstance(campo, ScaledDecimalField):
        valores = st.integers(-(2**63) + 1, 2**63 - 1).map(lambda n: Decimal(n).scaleb(-4))
    elif isinstance(campo, models.DecimalField):
        valores = _decimal(campo)
    elif isinstance(campo, models.DateTimeField):
        valores = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
    elif isinstance(campo, models.CharField | models.TextField):
        valores = _texto(campo)
    else:
        valores = {
            models.DateField: st.dates(date(1, 1, 2), date(9999, 12, 30)),
            models.TimeField: st.times(time.min, time.max),
            models.BooleanField: st.booleans(),
            models.SmallIntegerField: st.integers(-(2**15), 2**15 - 1),
            models.IntegerField: st.integers(-(2**31), 2**31 - 1),
            models.BigIntegerField: st.integers(-(2**63), 2**63 - 1),
        }[type(campo)]
    return st.none() | valores if campo.null else valores


def _filas(modelo):
    libres = [campo for campo in modelo._meta.concrete_fields if not campo.remote_field and not campo.primary_key]
    return st.fixed_dictionaries({campo.attname: _valor(campo) for campo in libres})


def _plano(vista):
    """The serializer that one would write without the fast lane."""
    meta = type("Meta", (), {"model": vista.queryset.model, "fields": vista.serializer_class.Meta.fields})
    return type("Plano", (ModelSerializer,), dict(vista.serializer_class._declared_fields) | {"Meta": meta})


def _por_el_carril(vista, pk):
    """The row as a list answers it: through the prepared statement where there is one."""
    queryset = vista.queryset.filter(pk=pk).order_by("id").values(*vista.serializer_class.Meta.fields)
    lectura = preparar(queryset, Modo(decimales_en_texto=True))
    filas = lectura.primeras(1) if lectura else list(queryset)
    serializer = vista.serializer_class(filas, many=True)
    return json.loads(JSONRenderer().render(serializer.data))[0]


def _comparable(modelo, nombre, valor):
    _, ajuste = A_PROPOSITO.get(type(modelo._meta.get_field(nombre)), ("", None))
    return ajuste(valor) if ajuste and valor is not None else valor


@pytest.fixture(scope="module")
def esquema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.mark.parametrize("prefijo", VISTAS)
def test_rows_equal_what_the_serializer_would_answer(prefijo, empresa, esquema):
    vista = VISTAS[prefijo]
    modelo, plano = vista.queryset.model, _plano(vista)
    descritos = _descritos(esquema, prefijo)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(valores=_filas(modelo))
    def comparar(valores):
        modelo.objects.all().delete()
        pk = modelo.objects.create(empresa_servidor=empresa, **valores).pk
        nuestra = _por_el_carril(vista, pk)
        otra = json.loads(PlainRenderer().render(plano(modelo.objects.get(pk=pk)).data))
        assert list(nuestra) == list(otra)
        for nombre, valor in nuestra.items():
            esperado = _comparable(modelo, nombre, otra[nombre])
            assert (type(valor), valor) == (type(esperado), esperado), nombre
            assert _cumple(valor, descritos[nombre], esquema), (nombre, valor, descritos[nombre])

    comparar()


def _descritos(esquema, prefijo):
    """What the description says of each column of the list's rows."""
    respuesta = esquema["paths"][f"/api/{prefijo}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    pagina = _resuelto(respuesta, esquema)
    return _resuelto(pagina["properties"]["results"]["items"], esquema)["properties"]


def _resuelto(esquema, entero):
    if "$ref" not in esquema:
        return esquema
    return entero["components"]["schemas"][esquema["$ref"].rpartition("/")[2]]


def _cumple(valor, descrito, entero):
    descrito = _resuelto(descrito, entero)
    partes = descrito.get("oneOf") or descrito.get("allOf") or descrito.get("anyOf")
    if valor is None:
        return descrito.get("nullable", False) or "null" in descrito.get("type", ())
    if partes:
        return any(_cumple(valor, parte, entero) for parte in partes)
    tipos = descrito.get("type", "string")
    tipo = next((t for t in tipos if t != "null"), None) if isinstance(tipos, list) else tipos
    if tipo == "string":
        return isinstance(valor, str) and _tiene_forma(valor, descrito)
    return type(valor) is {"integer": int, "boolean": bool, "number": float}[tipo]


def _tiene_forma(texto, descrito):
    """Whether a text is of its format; the values of an enumeration are the database's own."""
    lectores = {
        "date": date.fromisoformat, "date-time": datetime.fromisoformat, "time": time.fromisoformat, "decimal": Decimal,
    }  # fmt: skip
    lectores.get(descrito.get("format"), str)(texto)
    return re.search(descrito.get("pattern", ""), texto) is not None if descrito.get("format") == "decimal" else True


def test_every_list_of_rows_is_compared():
    assert {"movimientos", "articulos", "existencias", "ventanas"} <= set(VISTAS)
