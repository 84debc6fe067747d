"""Where files are kept: whole, in pieces, until they expire."""

import hashlib
import os
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from jobs import export_store
from jobs.export_formats import FORMATOS
from jobs.marcha import ArriendoPerdido, Marcha
from jobs.models import Ejecucion, Exportacion, TrozoExportacion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _carpeta(settings, tmp_path):
    settings.DIRECTORIO_DATOS = tmp_path


@pytest.fixture
def guardar(crear_run, tmp_path, monkeypatch):
    """A function that keeps these bytes as the file of a run, in pieces of ten."""
    monkeypatch.setattr(export_store, "TROZO", 10)

    def hacer(datos: bytes, run=None):
        ruta = tmp_path / "datos"
        ruta.write_bytes(datos)
        lista = SimpleNamespace(nombre="cosas", columnas=["a"], alcance=[1])
        marcha = Marcha(run or crear_run(claimed=True))
        marcha.conteos["leidas"] = 3
        return export_store.guardar(marcha, ruta, lista, FORMATOS["csv"])

    return hacer


@pytest.mark.parametrize("largo", [0, 1, 9, 10, 11, 20, 95])
def test_guardar_keeps_every_byte(guardar, largo):
    datos = os.urandom(largo)
    hecha = guardar(datos)
    assert b"".join(export_store.leer(hecha)) == datos
    assert (hecha.tamano, hecha.sha256) == (largo, hashlib.sha256(datos).hexdigest())


@pytest.mark.parametrize("desde", [0, 5, 10, 19, 20, 33])
@pytest.mark.parametrize("largo", [1, 5, 10, 11, 2])
def test_leer_gives_any_part(guardar, desde, largo):
    datos = os.urandom(35)
    assert b"".join(export_store.leer(guardar(datos), desde, desde + largo)) == datos[desde : desde + largo]


def test_guardar_leaves_nothing_where_the_lease_was_lost(guardar, crear_run):
    run = crear_run(claimed=True)
    Ejecucion.objects.filter(pk=run.pk).update(estado="interrumpida", arriendo=None)
    with pytest.raises(ArriendoPerdido):
        guardar(b"x" * 25, run)
    assert Exportacion.objects.count() == TrozoExportacion.objects.count() == 0


def test_borrador_removes_what_a_killed_attempt_left(crear_run, tmp_path):
    run, other = crear_run(claimed=True), crear_run(claimed=True)
    for left in (run, other):
        (tmp_path / "exportaciones" / f"{left.pk.hex}-muerto").mkdir(parents=True)
    with export_store.borrador(run) as carpeta:
        assert carpeta.stat().st_mode & 0o777 == 0o700
        (carpeta / "archivo.csv").write_text("x")
    assert [path.name for path in (tmp_path / "exportaciones").iterdir()] == [f"{other.pk.hex}-muerto"]


def test_con_firma_opens_what_was_signed(guardar):
    hecha = guardar(b"x")
    assert export_store.con_firma(export_store.firma(hecha)) == hecha


@pytest.mark.parametrize("texto", ["", "x", "x:y", "0" * 32, "ñ:ñ"])
def test_con_firma_opens_nothing_else(guardar, texto):
    guardar(b"x")
    assert export_store.con_firma(texto) is None


def test_another_secret_opens_nothing(guardar, settings):
    texto = export_store.firma(guardar(b"x"))
    settings.SECRET_KEY = "otra"
    assert export_store.con_firma(texto) is None


def test_podar_removes_what_expired_and_what_was_left_behind(guardar, tmp_path, capsys):
    queda, caducada, en_descarga = guardar(b"x"), guardar(b"y"), guardar(b"z")
    now = timezone.now()
    Exportacion.objects.filter(pk=caducada.pk).update(caduca=now - timedelta(hours=2))
    Exportacion.objects.filter(pk=en_descarga.pk).update(caduca=now - timedelta(minutes=1))
    for name, days in (("viejo-1", 2), ("nuevo-1", 0)):
        folder = tmp_path / "exportaciones" / name
        folder.mkdir(parents=True)
        os.utime(folder, (time.time() - days * 86400,) * 2)
    call_command("podar_exportaciones", "--json")
    assert '{"retiradas": 1}' in capsys.readouterr().out
    assert set(Exportacion.objects.values_list("pk", flat=True)) == {queda.pk, en_descarga.pk}
    assert TrozoExportacion.objects.count() == 2
    assert [path.name for path in (tmp_path / "exportaciones").iterdir()] == ["nuevo-1"]
