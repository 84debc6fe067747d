from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inventory.contifico import mapping, writing
from inventory.contifico.client import Cliente, Credenciales
from inventory.contifico.models import TABLAS, Cuenta, Producto, Rechazado, Venta
from inventory.contifico.resources import POR_NOMBRE, RECURSOS
from inventory.contifico.writing import Conteos, marcar_eliminados, olvidar_rechazos
from lib import exact_json
from lib.json_records import Rechazado as Ilegible
from tests.inventory.contifico.records import DOCUMENTO, ESPERADO, REGISTROS

LUNES = datetime(2026, 11, 16, 8, tzinfo=UTC)
MARTES = LUNES + timedelta(days=1)
PRODUCTOS, VENTAS = POR_NOMBRE["products"], POR_NOMBRE["sales"]


def escribir(cuenta, registros: Iterable, recurso=PRODUCTOS, leida=LUNES):
    with writing.preparar(cuenta, recurso, registros, leida=leida) as lote, transaction.atomic():
        return lote.escribir()


def producto(clave, **cambios):
    return REGISTROS["products"] | {"id": clave} | cambios


def crudas(modelo=Producto):
    return list(modelo.objects.order_by("pk").values())


@pytest.mark.parametrize("recurso", RECURSOS, ids=lambda recurso: recurso.nombre)
def test_a_record_of_each_resource_is_kept_whole(cuenta, recurso):
    registro = REGISTROS[recurso.nombre]
    assert escribir(cuenta, [registro], recurso) == Conteos(leidas=1, creadas=1)
    row = TABLAS[recurso.nombre].objects.get(cuenta=cuenta, id_contifico=registro["id"])
    assert row.registro == registro
    assert row.datos == exact_json.escribir(registro)
    assert {name: getattr(row, name) for name in ESPERADO[recurso.nombre]} == ESPERADO[recurso.nombre]
    assert (row.fetched_at, row.eliminado) == (LUNES, None)


def test_the_same_again_rewrites_nothing(cuenta):
    registros = [producto(f"p{number}") for number in range(20)]
    escribir(cuenta, registros)
    before = crudas()
    turned = [dict(reversed(registro.items())) for registro in reversed(registros)]
    with CaptureQueriesContext(connection) as queries:
        assert escribir(cuenta, turned, leida=MARTES) == Conteos(leidas=20, sin_cambios=20)
    assert crudas() == before
    if connection.vendor == "postgresql":
        assert not [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


def test_exactly_what_changed_is_rewritten(cuenta):
    escribir(cuenta, [producto(f"p{number}") for number in range(5)])
    again = [producto(f"p{number}") for number in range(5)] + [producto("p9")]
    again[3] = producto("p3", pvp1="11.00")
    assert escribir(cuenta, again, leida=MARTES) == Conteos(leidas=6, creadas=1, actualizadas=1, sin_cambios=4)
    assert set(Producto.objects.filter(fetched_at=MARTES).values_list("id_contifico", "pvp1")) == {
        ("p3", Decimal(11)),
        ("p9", Decimal("10.5")),
    }


def test_a_change_in_data_without_a_column_is_a_change(cuenta):
    escribir(cuenta, [producto("p1")])
    assert escribir(cuenta, [producto("p1", imagen="x.png")], leida=MARTES).actualizadas == 1
    assert Producto.objects.get().registro["imagen"] == "x.png"


def test_the_last_of_two_records_with_one_key_counts(cuenta):
    counts = escribir(cuenta, [producto("p1"), producto("p2"), producto("p1", nombre="Otro")])
    assert counts == Conteos(leidas=3, creadas=2, repetidas=1)
    assert Producto.objects.get(id_contifico="p1").nombre == "Otro"


def test_ids_that_differ_in_case_are_two_records(cuenta):
    assert escribir(cuenta, [producto("aBc"), producto("AbC"), producto("abc ")]).creadas == 3
    assert escribir(cuenta, [producto("aBc"), producto("AbC")]) == Conteos(leidas=2, sin_cambios=2)


def test_a_record_without_id_is_kept_under_its_code(cuenta):
    bare = {name: value for name, value in REGISTROS["warehouses"].items() if name != "id"}
    for _ in range(2):
        escribir(cuenta, [bare], POR_NOMBRE["warehouses"])
    assert TABLAS["warehouses"].objects.get().id_contifico == "BOD001"


def test_two_accounts_may_have_the_same_id(cuenta):
    otra = Cuenta.objects.create(nombre="Otra")
    escribir(cuenta, [producto("p1")])
    assert escribir(otra, [producto("p1", nombre="Suyo")]).creadas == 1
    assert Producto.objects.get(cuenta=cuenta).nombre == 'Tornillo 3.5"'


def test_a_record_that_came_back_is_no_longer_marked(cuenta):
    escribir(cuenta, [producto("p1"), producto("p2")])
    assert marcar_eliminados(cuenta, PRODUCTOS, ["p1", "p2", "nadie"], MARTES) == 2
    assert marcar_eliminados(cuenta, PRODUCTOS, ["p1"], MARTES + timedelta(days=1)) == 0
    assert escribir(cuenta, [producto("p1")], leida=MARTES).actualizadas == 1
    assert dict(Producto.objects.values_list("id_contifico", "eliminado")) == {"p1": None, "p2": MARTES}


def test_what_cannot_be_kept_is_set_aside_and_stops_nothing(cuenta):
    registros = ["basura", {"nombre": "x"}, producto("p1", pvp1="10,50"), producto("p2"), {"id": "a\0\ud83d"}, None]
    counts = escribir(cuenta, registros)
    assert counts == Conteos(leidas=6, creadas=1, rechazadas=5)
    found = dict(Rechazado.objects.values_list("motivo", "clave"))
    assert found.keys() == {"registro_invalido", "sin_clave", "numero_invalido", "clave_invalida"}
    assert found["numero_invalido"] == "p1"
    row = Rechazado.objects.get(clave="p1")
    assert exact_json.leer(row.datos) == registros[2]
    assert row.detalle == "pvp1: no es un número: '10,50'."
    assert exact_json.leer(Rechazado.objects.get(motivo="clave_invalida").datos) == registros[4]


def test_what_the_client_could_not_read_is_set_aside_by_its_text(cuenta):
    raw = [
        Ilegible("json_invalido", "Dice dos cosas.", '{"a": "\0\ud83d"}'),
        Ilegible("registro_roto", "El registro 7."),
    ]
    for _ in range(2):
        assert escribir(cuenta, [*raw, producto("p1")]).rechazadas == 2
    assert sorted(Rechazado.objects.values_list("motivo", "datos")) == [
        ("json_invalido", '{"a": "\\u0000?"}'),
        ("registro_roto", ""),
    ]


@pytest.mark.parametrize("recurso", RECURSOS, ids=lambda recurso: recurso.nombre)
def test_all_that_a_company_has_is_kept(cuenta, fake, recurso):
    access = Credenciales(fake.clave, fake.url, peticiones_por_segundo=1000)
    with Cliente(access, permitidas=["127.0.0.0/8"]) as contifico:
        records = [record for page in contifico.paginas(recurso) for record in page.registros]
    truth = fake.inquilino.verdad(recurso.nombre)
    assert escribir(cuenta, records, recurso).creadas == len(truth)
    assert escribir(cuenta, truth.values(), recurso, leida=MARTES) == Conteos(len(truth), sin_cambios=len(truth))
    assert {row.id_contifico: row.registro for row in TABLAS[recurso.nombre].objects.all()} == truth


def test_data_that_json_cannot_hold_are_set_aside_too(cuenta):
    deep = []
    for _ in range(400):
        deep = [deep]
    for _ in range(2):
        assert escribir(cuenta, [producto("p1", imagen=deep), producto("p2", **{"\ud83d": 1})]).rechazadas == 2
    assert set(Rechazado.objects.values_list("clave", "motivo")) == {("p1", "json_invalido"), ("p2", "json_invalido")}


def test_rejections_are_replaced(cuenta):
    escribir(cuenta, [producto("p1", pvp1="x"), producto("p2", pvp1="y"), {"a": 1}])
    again = [producto("p1"), producto("p2", pvp1="z"), {"a": 1}]
    assert escribir(cuenta, again, leida=MARTES) == Conteos(leidas=3, creadas=1, rechazadas=2)
    assert sorted(Rechazado.objects.exclude(motivo="sin_clave").values_list("clave", "fetched_at")) == [("p2", MARTES)]
    assert Rechazado.objects.filter(motivo="sin_clave").count() == 1


def test_a_rejection_of_another_resource_or_account_stays(cuenta):
    otra = Cuenta.objects.create(nombre="Otra")
    bad = [producto("p1", pvp1="x")]
    escribir(otra, bad)
    escribir(cuenta, [{"id": "p1", "total": "x"}], VENTAS)
    escribir(cuenta, bad)
    escribir(cuenta, [producto("p1")])
    assert set(Rechazado.objects.values_list("cuenta", "recurso")) == {
        (otra.pk, "products"),
        (cuenta.pk, "sales"),
    }


@pytest.mark.parametrize(("orden", "rechazadas"), [((0, 1), 1), ((1, 0), 0)])
def test_the_last_counts_among_good_and_bad_ones_too(cuenta, orden, rechazadas):
    both = [producto("p1"), producto("p1", pvp1="x")]
    counts = escribir(cuenta, [both[place] for place in orden])
    assert (counts.creadas, counts.rechazadas, counts.repetidas) == (1, rechazadas, 1 - rechazadas)
    assert Rechazado.objects.count() == rechazadas


def test_a_stored_record_stays_where_its_new_version_is_rejected(cuenta):
    escribir(cuenta, [producto("p1")])
    escribir(cuenta, [producto("p1", pvp1="x")], leida=MARTES)
    assert Producto.objects.get().pvp1 == Decimal("10.5")
    assert Rechazado.objects.get().fetched_at == MARTES


def test_olvidar_rechazos_drops_those_not_met_again(cuenta):
    escribir(cuenta, [producto("p1", pvp1="x"), producto("p2", pvp1="x")])
    escribir(cuenta, [producto("p2", pvp1="x")], leida=MARTES)
    assert olvidar_rechazos(cuenta, PRODUCTOS, MARTES) == 1
    assert Rechazado.objects.get().clave == "p2"


def test_nothing_is_written_where_the_transaction_does_not_stand(cuenta):
    with writing.preparar(cuenta, PRODUCTOS, [producto("p1"), {"a": 1}], leida=LUNES) as lote:
        with transaction.atomic():
            lote.escribir()
            transaction.set_rollback(True)
        assert not Producto.objects.exists()
        assert not Rechazado.objects.exists()
        with transaction.atomic():
            assert lote.escribir().creadas == 1


def test_a_batch_may_have_any_size(cuenta):
    registros = [{"id": f"c{number}"} for number in range(2100)]
    assert escribir(cuenta, registros, POR_NOMBRE["categories"]).creadas == len(registros)
    assert escribir(cuenta, registros, POR_NOMBRE["categories"]).sin_cambios == len(registros)


def test_a_row_that_another_wrote_meanwhile_is_updated(cuenta):
    with writing.preparar(cuenta, PRODUCTOS, [producto("p1", nombre="Nuevo"), producto("p2")], leida=MARTES) as lote:
        escribir(cuenta, [producto("p1"), producto("p2")])
        with transaction.atomic():
            assert lote.escribir() == Conteos(leidas=2, actualizadas=1, sin_cambios=1)
    assert Producto.objects.get(id_contifico="p1").nombre == "Nuevo"


def test_a_better_mapping_reaches_rows_whose_record_has_not_changed(cuenta, monkeypatch):
    registros = [producto("p1"), producto("p2", nombre="Torno")]
    escribir(cuenta, registros)
    monkeypatch.setitem(mapping.PROPIAS, "products", {"codigo": lambda registro: registro["nombre"][:3].upper()})
    mapping._columnas.cache_clear()
    counts = escribir(cuenta, registros, leida=MARTES)
    mapping._columnas.cache_clear()
    assert counts.actualizadas == 2
    assert set(Producto.objects.values_list("codigo", flat=True)) == {"TOR"}


def test_a_batch_without_changes_asks_and_writes_nothing_more(cuenta, django_assert_max_num_queries):
    escribir(cuenta, [producto("p1"), producto("p2")])
    batch = writing.preparar(cuenta, PRODUCTOS, [producto("p1"), producto("p2")], leida=MARTES)
    with batch as lote, transaction.atomic(), django_assert_max_num_queries(1):
        assert lote.escribir() == Conteos(leidas=2, sin_cambios=2)


def test_an_empty_batch_writes_nothing(cuenta):
    assert escribir(cuenta, []) == Conteos()


def test_decimals_that_were_rounded_are_counted(cuenta):
    counts = escribir(cuenta, [producto("p1", pvp1="0.123456", minimo="0.00001"), producto("p2")])
    assert (counts.creadas, counts.redondeadas) == (2, 1)
    assert Producto.objects.get(id_contifico="p1").pvp1 == Decimal("0.1235")


def test_fifteen_digits_are_the_limit_on_sqlite_only(cuenta):
    counts = escribir(cuenta, [producto("p1", pvp1="12345678901234.5678")])
    if connection.vendor == "sqlite":
        assert Rechazado.objects.get().motivo == "precision"
    else:
        assert counts.creadas == 1
        assert Producto.objects.get().pvp1 == Decimal("12345678901234.5678")


def test_money_is_the_same_on_the_way_back(cuenta):
    prices = [Decimal(number).scaleb(-4) for number in (1, 99999, 123456789012345, -5, 10**14)]
    escribir(cuenta, [producto(f"p{place}", pvp1=str(price)) for place, price in enumerate(prices)])
    assert list(Producto.objects.order_by("id_contifico").values_list("pvp1", flat=True)) == prices


def test_texts_that_a_database_refuses_are_kept_in_the_data_and_cleaned_in_columns(cuenta):
    nasty = DOCUMENTO | {"descripcion": "a\0b", "cliente": {"razon_social": "Año\0 😀\ud83d\\u0000\t\\N"}}
    assert escribir(cuenta, [nasty], VENTAS).creadas == 1
    assert escribir(cuenta, [nasty], VENTAS).sin_cambios == 1
    row = Venta.objects.get()
    assert row.registro == nasty
    assert row.persona_nombre == "Año 😀\ufffd\\u0000 \\N"
    assert row.fecha_emision == date(2026, 11, 19)
