import json

import pytest

from inventory.contifico import answers
from lib.errors import Fatal, Rejected, Retriable
from lib.http import Respuesta


def respuesta(cuerpo, estado=400):
    return Respuesta(estado, {}, cuerpo if isinstance(cuerpo, bytes) else json.dumps(cuerpo).encode())


def tachar(texto):
    return texto.replace("SECRETO", "…")


@pytest.mark.parametrize(
    ("cuerpo", "dice"),
    [
        ({"mensaje": "Falta la caja", "cod_error": 1057}, "Falta la caja (1057)"),
        ({"code": "400", "error": "Pagina fuera del rango"}, "Pagina fuera del rango (400)"),
        ({"message": "no"}, "no"),
        ({"detail": "Página inválida."}, "Página inválida."),
        ({"detail": "", "error": "b", "mensaje": None}, "b"),
        ({"cod_error": 7}, "7"),
        ({"error": {"a": [1]}}, "{'a': [1]}"),
        ([{"mensaje": "en una lista"}], "en una lista"),
        ("solo texto", "solo texto"),
        ({}, ""),
        ([], ""),
        (None, ""),
        (b"", ""),
        (b"<html><style>p {}</style><title>Server Error</title><h1>500</h1></html>", "Server Error 500"),
        (b"\xff\xfe roto", "�� roto"),
        ({"mensaje": "x" * 999}, "x" * 300),
    ],
)
def test_mensaje_finds_what_an_error_says(cuerpo, dice):
    assert answers.mensaje(respuesta(cuerpo)) == dice


@pytest.mark.parametrize(
    ("estado", "cuerpo", "kind", "codigo"),
    [
        (401, {}, Fatal, "credenciales_rechazadas"),
        (403, {"detail": "Credenciales de autenticación no provistas"}, Fatal, "credenciales_rechazadas"),
        (403, {"detail": "Su plan no lo incluye"}, Rejected, "recurso_no_disponible"),
        (404, b"<h1>Not Found</h1>", Rejected, "recurso_no_disponible"),
        (405, {}, Rejected, "recurso_no_disponible"),
        (406, {}, Rejected, "recurso_no_disponible"),
        (400, {"mensaje": "fecha"}, Rejected, "peticion_rechazada"),
        (422, {}, Rejected, "peticion_rechazada"),
        (500, b"x", Retriable, "fallo_de_contifico"),
        (304, b"", Fatal, "respuesta_inesperada"),
    ],
)
def test_error_de_sorts_errors_by_what_to_do_next(estado, cuerpo, kind, codigo):
    error = answers.error_de(respuesta(cuerpo, estado), "Productos", tachar)
    assert (type(error), error.codigo) == (kind, codigo)


def test_error_de_tells_no_secret():
    for estado in (400, 401, 403, 500, 304):
        error = answers.error_de(respuesta({"mensaje": "la clave SECRETO"}, estado), "Productos", tachar)
        assert "SECRETO" not in str(error.as_dict())


@pytest.mark.parametrize(
    ("cuerpo", "filas", "total", "hay_mas"),
    [
        ([{"id": "a"}], [{"id": "a"}], None, None),
        ([], [], None, None),
        ({"count": 3, "next": "http://x", "previous": None, "results": [1, 2]}, [1, 2], 3, True),
        ({"results": [1], "next": None, "count": "1"}, [1], 1, False),
        ({"results": []}, [], None, None),
        ({"data": [1], "results": None, "count": -1, "next": ""}, [1], None, False),
        ({"count": True, "results": [1]}, [1], None, None),
    ],
)
def test_listado_reads_arrays_and_envelopes(cuerpo, filas, total, hay_mas):
    listado = answers.listado(respuesta(cuerpo, 200), tachar)
    assert (list(listado.filas), listado.total, listado.hay_mas) == (filas, total, hay_mas)


@pytest.mark.parametrize("cuerpo", [{"mensaje": "SECRETO"}, {}, {"results": {"a": 1}}, {"results": "x"}])
def test_listado_refuses_what_is_no_list(cuerpo):
    with pytest.raises(Fatal) as error:
        answers.listado(respuesta(cuerpo, 200), tachar)
    assert error.value.codigo == "respuesta_inesperada"
    assert "SECRETO" not in str(error.value.as_dict())


@pytest.mark.parametrize("cuerpo", [b'[{"id": 1}', b'{"results": [1', b'{"results": [1]} x', b"hola"])
def test_listado_says_that_half_an_answer_is_none(cuerpo):
    with pytest.raises(Retriable):
        list(answers.listado(respuesta(cuerpo, 200), tachar).filas)


@pytest.mark.parametrize(
    ("cuerpo", "registro"),
    [
        ({"id": "a", "n": 1}, {"id": "a", "n": 1}),
        ([{"id": "a"}], {"id": "a"}),
        ([], None),
        ({"codigo": 1}, {"codigo": 1}),
    ],
)
def test_uno_takes_an_object_or_a_list_of_one(cuerpo, registro):
    assert answers.uno(respuesta(cuerpo, 200), "a", tachar) == registro


@pytest.mark.parametrize("cuerpo", [[{"id": "a"}, {"id": "b"}], [1], "a", {"id": "otro"}, None])
def test_uno_refuses_another_answer(cuerpo):
    with pytest.raises(Fatal, match="respuesta_inesperada"):
        answers.uno(respuesta(cuerpo, 200), "a", tachar)


def test_uno_refuses_a_record_that_cannot_be_kept():
    with pytest.raises(Rejected, match="json_invalido"):
        answers.uno(respuesta(b'{"id": "a", "x": NaN}', 200), "a", tachar)


@pytest.mark.parametrize(
    ("estado", "cuerpo", "passes"),
    [
        (200, b"[]", False),
        (200, b' {"a": 1}\n', False),
        (200, b"\xef\xbb\xbf[]", False),
        (200, b"", True),
        (200, b"<html>", True),
        (200, b'[{"a": 1', True),
        (500, b"<h1>Server Error</h1>", True),
        (500, b"'NoneType' object has no attribute 'id_integracion'", False),
        (502, b"", True),
        (429, b"", True),
        (400, b"", False),
        (404, b"", False),
    ],
)
def test_pasajera_is_what_may_go_better_later(estado, cuerpo, passes):
    assert answers.pasajera(respuesta(cuerpo, estado)) is passes


def test_errors_that_mean_something_are_told_apart():
    assert answers.es_fuera_de_rango(respuesta({"error": "Pagina fuera del rango"}))
    assert answers.es_fuera_de_rango(respuesta({"detail": "Página inválida."}, 404))
    assert not answers.es_fuera_de_rango(respuesta(b"<h1>P\xc3\xa1gina no encontrada</h1>", 404))
    assert answers.es_id_incorrecto(respuesta({"mensaje": "id incorrecto"}))
    assert not answers.es_id_incorrecto(respuesta({"mensaje": "cédula incorrecta"}))
    assert answers.no_esta(respuesta({"mensaje": "Documento no encontrado."}))
    assert not answers.no_esta(respuesta({"mensaje": "fecha inválida"}))
