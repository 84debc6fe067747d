"""A client that a generator made from our description, and nothing else, against the API over HTTP."""

import importlib
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from inventory.models import MovimientoInventario
from tests.api.tenants import propios

PAGINAS, TAMANO = 50, 20
PAQUETE = "cliente_de_prueba"
GENERADOR = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture(scope="module")
def cliente(esquema, tmp_path_factory):
    """The generated package, imported."""
    directory = tmp_path_factory.mktemp("cliente")
    (directory / "esquema.json").write_text(json.dumps(esquema, default=str))
    (directory / "opciones.yml").write_text("post_hooks: []\n")
    words = ["--path", "esquema.json", "--output-path", PAQUETE, "--meta", "none", "--config", "opciones.yml"]
    made = subprocess.run(
        [GENERADOR, "generate", *words, "--fail-on-warning"], cwd=directory, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(directory)
        yield importlib.import_module(PAQUETE)
    for name in [name for name in sys.modules if name.startswith(PAQUETE)]:
        del sys.modules[name]


@pytest.fixture
def inquilino(transactional_db):
    """A client with as many movements as fill the pages, several of them on each day."""
    inquilino = propios()
    MovimientoInventario.objects.all().delete()
    MovimientoInventario.objects.bulk_create(
        MovimientoInventario(
            empresa_servidor=inquilino.empresa, clave_origen=f"K:{number:06}", tipo_documento="FACTURA_VENTA",
            fecha=date(2026, 1, 1) + timedelta(days=number // 7), articulo_codigo="A", articulo_nombre="Tornillo",
            cantidad=1, sentido=-1, precio_unitario=number, valor_total=number,
        )
        for number in range(PAGINAS * TAMANO)
    )  # fmt: skip
    return inquilino


def conectar(cliente, live_server, clave):
    return cliente.AuthenticatedClient(live_server.url, clave, prefix="", auth_header_name="Api-Key")


def operacion(nombre):
    return importlib.import_module(f"{PAQUETE}.api.{nombre}").sync_detailed


def test_it_lists_companies_and_walks_fifty_pages_of_movements(cliente, live_server, inquilino):
    with conectar(cliente, live_server, inquilino.clave.texto) as conexion:
        empresas = operacion("empresas_servidor.empresas_servidor_list")(client=conexion).parsed.results
        assert [(e.nit_base, e.anio_fiscal) for e in empresas] == [(inquilino.nit, 2026)]
        listar, cursor, keys, pages = operacion("movimientos.movimientos_list"), {}, [], 0
        while cursor is not None:
            page = listar(client=conexion, empresa_servidor_id=empresas[0].id, page_size=TAMANO, **cursor).parsed
            keys += [(row.fecha, row.clave_origen) for row in page.results]
            pages += 1
            cursor = {"cursor": parse_qs(urlsplit(page.next_).query)["cursor"][0]} if page.next_ else None
    assert pages == PAGINAS
    assert keys == sorted(keys, reverse=True)
    assert {key for _, key in keys} == {f"K:{number:06}" for number in range(PAGINAS * TAMANO)}
    assert len(keys) == PAGINAS * TAMANO


def test_it_reads_an_error_as_described(cliente, live_server, inquilino):
    with conectar(cliente, live_server, "sk_nada") as conexion:
        answer = operacion("movimientos.movimientos_list")(client=conexion)
    assert answer.status_code == 401
    assert answer.parsed.error.codigo == "credencial_invalida"


def test_it_asks_again_only_for_what_changed(cliente, live_server, inquilino):
    with conectar(cliente, live_server, inquilino.clave.texto) as conexion:
        listar = operacion("articulos.articulos_list")
        tag = listar(client=conexion).headers["ETag"]
        again = listar(client=conexion.with_headers({"If-None-Match": tag}))
    assert (again.status_code, again.content) == (304, b"")
