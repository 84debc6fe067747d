import logging

import pytest

from lib.logs import Archivo, SinEnlaces


@pytest.mark.parametrize("ruta", ["/api/exportaciones/7:1abc:firma-larga/", "/cuenta/password/reset/key/1-abc-def/"])
def test_an_address_that_opens_something_is_cut(ruta):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", ruta), None)
    assert SinEnlaces().filter(record)
    assert "…" in record.getMessage()
    assert "abc" not in record.getMessage()


def test_other_lines_stay_as_they_are():
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s of %s", (3, "/api/movimientos/"), None)
    assert SinEnlaces().filter(record)
    assert record.getMessage() == "3 of /api/movimientos/"


def test_an_export_opened_by_nobody_leaves_no_signature_in_the_log(client, db, capfd):
    client.get("/api/exportaciones/7:1abc:firma-larga/")
    assert "firma-larga" not in "".join(capfd.readouterr())


def test_a_log_file_that_is_rotated_goes_on_in_a_new_one(tmp_path):
    path = tmp_path / "x.log"
    handler = Archivo(path, encoding="utf-8")
    for text in ("uno", "dos"):
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, text, (), None))
        path.rename(tmp_path / f"{text}.log")
    handler.close()
    assert [(tmp_path / f"{text}.log").read_text() for text in ("uno", "dos")] == ["uno\n", "dos\n"]
