import pytest

from desk.demo import stage
from desk.demo.tns import CENTRAL, COSTA
from jobs.models import Ejecucion, Estado
from servers.models import Servidor

pytestmark = pytest.mark.django_db


def test_instalar_uses_an_installation_again(firebird, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(firebird, "root", tmp_path)
    monkeypatch.setattr(stage.tns, "crear_instalacion", lambda *_, **__: "hecha")
    monkeypatch.setattr(stage.tns, "describir", lambda *_, **__: "descrita")
    first = stage.instalar(firebird, lineas=60, decir=said.append)
    second = stage.instalar(firebird, lineas=60, decir=said.append)
    other = stage.instalar(firebird, lineas=61, decir=said.append)
    assert [(e.instalacion, e.nueva) for e in (first, second, other)] == [
        ("hecha", True),
        ("descrita", False),
        ("hecha", True),
    ]


def test_registrar_servidores_is_repeatable(firebird, instalacion_tns):
    for _ in range(2):
        servers = stage.registrar_servidores(firebird, instalacion_tns)
    assert [s.nombre for s in servers] == [CENTRAL, COSTA]
    assert Servidor.objects.count() == 2
    assert Servidor.objects.get(nombre=COSTA).password == firebird.password
    assert Servidor.objects.get(nombre=CENTRAL).puerto == firebird.port


def test_preparar_base_lets_go_of_what_was_left_running():
    run = Ejecucion.objects.create(tipo="t", clave="c", tarea="t_task", estado=Estado.EN_CURSO)
    stage.preparar_base()
    run.refresh_from_db()
    assert run.estado == Estado.CANCELADA
