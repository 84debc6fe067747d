"""A page of another origin in Chromium reads the API with its key; the browser refuses a page that no key names."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error, sync_playwright

from apikeys.models import OrigenPermitido
from tests.api.tenants import propios
from tests.e2e.conftest import ARGUMENTOS, CHROMIUM

PAGINA = b"""<!doctype html><meta charset="utf-8"><title>Tienda</title><script>
async function leer(ruta, cabeceras, opciones = {}) {
    const respuesta = await fetch(ruta, {headers: cabeceras, ...opciones});
    const texto = await respuesta.text();
    return {estado: respuesta.status, etag: respuesta.headers.get("ETag"), cuerpo: texto && JSON.parse(texto)};
}
async function recorrer(api, cabeceras) {
    const empresas = (await leer(api + "/api/empresas-servidor/", cabeceras)).cuerpo.results;
    const claves = [];
    let paginas = 0;
    for (let ruta = api + "/api/movimientos/?page_size=1"; ruta; paginas++) {
        const pagina = (await leer(ruta, cabeceras)).cuerpo;
        claves.push(...pagina.results.map(fila => fila.clave_origen));
        ruta = pagina.next;
    }
    return {empresas: empresas.map(empresa => empresa.nit_base), claves, paginas};
}
</script>"""

pytestmark = pytest.mark.xdist_group("navegador")


class Tienda(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGINA)

    def log_message(self, *_):
        """Nothing to tell."""


@contextmanager
def origen():
    """A web server of its own, and so another origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Tienda) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def tienda():
    with origen() as url:
        yield url


@pytest.fixture
def otra():
    with origen() as url:
        yield url


@pytest.fixture
def inquilino(transactional_db, tienda):
    inquilino = propios()
    OrigenPermitido.objects.create(clave=inquilino.fila_clave, origen=tienda)
    return inquilino


@pytest.fixture
def pagina(inquilino, live_server):
    """A page of Chromium; only once the data are made, for then its event loop keeps Django from the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTOS)
        yield browser.new_page()
        browser.close()


LEER = "([ruta, cabeceras, opciones]) => leer(ruta, cabeceras, opciones)"
RECORRER = "([api, cabeceras]) => recorrer(api, cabeceras)"


def test_a_page_of_another_origin_reads_with_its_key(pagina, tienda, live_server, inquilino):
    key = inquilino.clave.texto
    pagina.goto(tienda)
    for cabeceras in ({"Api-Key": key}, {"Authorization": f"Bearer {key}"}, {"Authorization": f"Api-Key {key}"}):
        read = pagina.evaluate(RECORRER, [live_server.url, cabeceras])
        assert read["empresas"] == [inquilino.nit]
        assert read["paginas"] == len(set(read["claves"])) == 3


def test_the_browser_lets_a_page_read_what_is_open_to_its_origin(pagina, tienda, otra, live_server, inquilino):
    ruta, suya = f"{live_server.url}/api/movimientos/", {"Api-Key": inquilino.clave.texto}
    pagina.goto(tienda)
    refused = pagina.evaluate(LEER, [ruta, {"Api-Key": "sk_nada"}])
    assert (refused["estado"], refused["cuerpo"]["error"]["codigo"]) == (401, "credencial_invalida")
    again = suya | {"If-None-Match": pagina.evaluate(LEER, [ruta, suya])["etag"]}
    assert pagina.evaluate(LEER, [ruta, again, {"cache": "no-store"}])["estado"] == 304
    with pytest.raises(Error, match="Failed to fetch"):
        pagina.evaluate(LEER, [ruta, suya, {"credentials": "include"}])
    pagina.goto(otra)
    with pytest.raises(Error, match="Failed to fetch"):
        pagina.evaluate(LEER, [ruta, suya])
