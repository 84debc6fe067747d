"""What an export was asked for, as people call it."""

import pytest
from django.conf import settings

from jobs.export_words import LISTAS, PARAMETROS, pedido_legible
from jobs.exportables import nombres


def palabras(lista="movimientos", formato="csv", **filtros):
    told = pedido_legible({"lista": lista, "formato": formato, "filtros": filtros})
    return [(label, cell.texto) for label, cell in told]


def test_list_and_format_are_told_as_the_menu_does():
    lista = "admin.inventory.movimientoinventario"
    assert palabras(lista, "xlsx") == [("Lista", "Movimientos de inventario"), ("Formato", "Excel (XLSX)")]
    assert palabras("resumen_mensual") == [("Lista", "Resumen mensual"), ("Formato", "CSV")]


def test_every_list_has_words():
    assert set(settings.EXPORTABLES) == set(LISTAS)
    for nombre in nombres():
        assert palabras(nombre)[0][1] != nombre


@pytest.mark.parametrize(
    ("parametro", "valor", "esperado"),
    [
        ("tipo_documento__exact", "FACTURA_VENTA", ("Filtro: tipo de documento", "Factura de venta")),
        ("tipo_documento", "FACTURA_VENTA", ("Filtro: tipo de documento", "Factura de venta")),
        ("fecha_from", "20/11/2026", ("Filtro: fecha desde", "20/11/2026")),
        ("fecha_desde", "2026-11-20", ("Filtro: fecha desde", "20 nov 2026")),
        ("fecha__lte", "2026-11-20", ("Filtro: fecha hasta", "20 nov 2026")),
        ("paciente__isnull", "True", ("Filtro: paciente sin valor", "Sí")),
        ("codigo_bodega", "04", ("Filtro: código de bodega", "04")),
        ("empresa_servidor_id", "3", ("Filtro: id de empresa", "3")),
        ("q", "FV", ("Filtro: búsqueda", "FV")),
        ("otra_cosa", "x", ("Filtro: otra cosa", "x")),
    ],
)
def test_filters_are_told_by_the_columns_of_the_list(parametro, valor, esperado):
    assert palabras(**{parametro: [valor]})[2] == esperado


def test_booleans_and_several_values_are_told_in_words():
    assert palabras("articulos", es_servicio=["true"])[2][1] == "Sí"
    varios = palabras("admin.jobs.ejecucion", estado__exact=["fallida", "completada"])[2]
    assert varios == ("Filtro: estado", "Fallida, Completada")


@pytest.mark.parametrize("lista", ["admin.nada.cosa", "admin.inventory.cosa", "admin", "desaparecida", ""])
def test_a_list_that_is_gone_keeps_its_name(lista):
    assert palabras(lista, q=["x"]) == [("Lista", lista), ("Formato", "CSV"), ("Filtro: búsqueda", "x")]


def test_no_parameter_in_words_is_left_as_a_code():
    assert not [texto for texto in PARAMETROS.values() if "_" in texto]
