"""The fake's HTTP: addresses, pages and filters of v1 and v2 as they behave, not as they are documented."""

import contextlib
import gzip
import json
import random
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.contifico import faults
from tests.fakes.contifico.tenant import CUANTOS

RAIZ = "/sistema/api/"
SIN_PAGINAS = {"categoria", "marca", "variante", "bodega", "persona", "banco/cuenta", "banco/movimiento"}
SOLO_V1 = {
    "marca", "variante", "inventario/guia", "registro/transaccion", "contabilidad/centro-costo",
    "contabilidad/cuenta-contable", "banco/movimiento",
}  # fmt: skip
POR_MODIFICACION = {"categoria", "variante", "bodega", "producto", "persona"}
POR_EMISION = {"documento": "fecha_emision", "banco/movimiento": "fecha_emision", "contabilidad/asiento": "fecha"}
COMO_LISTA = {"persona", "banco/movimiento"}  # v1 answers one record as a list of one
FILTROS = ("tipo", "tipo_registro", "fecha_inicial", "fecha_final")
TOPE_V2 = 100


class FakeContifico:
    """The server of one tenant. What is public here is a test's to change while it runs."""

    def __init__(self, inquilino, *, clave="clave-de-prueba-1", semilla=7):
        self.inquilino, self.clave = inquilino, clave
        self.azar = random.Random(semilla)
        self.topes = {"movimiento-inventario": 100, "contabilidad/centro-costo": 100}  # 500 NoneType above
        self.sin_recurso = {("v1", "contabilidad/asiento"): 404}  # (version, table) → status of its list
        self.fuera_de_rango = {"producto", "registro/transaccion"}  # 400 past the end, the others []
        self.repiten_primera = set()  # tables that say their first page again and again
        self.repiten_ultima = set()  # tables that say their last page again past the end
        self.ignoran_paginas = set()  # tables that give everything whatever is asked
        self.tope_propio = {}  # table → rows of a page, whatever is asked
        self.id_incorrecto = False  # the list of documento/ wants an id
        self.orden_inestable = 0.0  # of v2: how often the record at a border is on both pages, or on none
        self.rotos = set()  # ids whose page answers 500
        self.comprimir = False
        self.peticiones, self.enviados = [], 0
        self.fin = threading.Event()
        self._fallas, self._listas = [], {}
        self._cerrojo = threading.RLock()

    def __enter__(self):
        handler = type("Conversacion", (Conversacion,), {"fake": self})
        self._server = Servidor(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.puerto = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.puerto}{RAIZ.rstrip('/')}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.fin.set()
        self._server.shutdown()
        self._server.server_close()

    def fallar(self, tabla, falla, *, desde=1, veces=1, probabilidad=1.0):
        """From that request of the table on ("" is any), `veces` of them (None: all) go wrong with a probability."""
        self._fallas.append(
            {"tabla": tabla, "falla": falla, "desde": desde, "quedan": veces, "p": probabilidad, "van": 0}
        )

    def arreglar(self):
        """No fault is left."""
        self._fallas.clear()

    def contar(self, tabla=""):
        """How many requests a table has had."""
        return sum(1 for asked, _ in self.peticiones if not tabla or asked == tabla)

    def falla_de(self, tabla):
        with self._cerrojo:
            for one in self._fallas:
                if one["tabla"] not in ("", tabla):
                    continue
                one["van"] += 1
                if one["van"] < one["desde"] or one["quedan"] == 0 or self.azar.random() >= one["p"]:
                    continue
                one["quedan"] = one["quedan"] and one["quedan"] - 1
                return one["falla"]
        return None

    def lista(self, tabla, parametros):
        """The records that a query finds, in order; kept until the data change."""
        with self._cerrojo:
            wanted = {
                name: parametros[name]
                for name in ("tipo", "tipo_registro", "fecha_inicial", "fecha_final")
                if name in parametros
            }
            key = (tabla, *wanted.items())
            version = self.inquilino.version
            if self._listas.get(key, (None,))[0] != version:
                self._listas[key] = (
                    version,
                    [row for row in self.inquilino.tablas[tabla].values() if self._pasa(tabla, row, wanted)],
                )
            return self._listas[key][1]

    def _pasa(self, tabla, row, wanted):
        if row["id"] in self.inquilino.ocultos:
            return False
        if tabla == "documento":
            kinds = (("tipo", "tipo_documento"), ("tipo_registro", "tipo_registro"))
            if any(name in wanted and wanted[name] != row[field] for name, field in kinds):
                return False
        day = self.inquilino.modificado[row["id"]] if tabla in POR_MODIFICACION else None
        if tabla in POR_EMISION:
            day = _dia(row[POR_EMISION[tabla]])
        if day is None:
            return True
        return not ("fecha_inicial" in wanted and day < _dia(wanted["fecha_inicial"])) and not (
            "fecha_final" in wanted and day > _dia(wanted["fecha_final"])
        )


class Servidor(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that hung up is no news."""


class Conversacion(BaseHTTPRequestHandler):
    fake = None
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        with contextlib.suppress(ConnectionError):
            self._atender()

    def _atender(self):
        url = urlsplit(self.path)
        self.parametros = dict(parse_qsl(url.query))
        self.siguiente, self.ademas = None, []
        version, _, path = url.path.removeprefix(RAIZ).strip("/").partition("/")
        tabla, rest = _tabla(path)
        self.fake.peticiones.append((tabla, {"version": version, "resto": rest} | self.parametros))
        if self.headers.get("Authorization") != self.fake.clave:
            return self.responder(401, '{"mensaje": "Credenciales no válidas", "cod_error": 401}'.encode())
        if tabla is None or version not in ("v1", "v2") or (version == "v2" and tabla in SOLO_V1):
            return self.responder(404, b"<h1>Not Found</h1>", "text/html")
        fault = self.fake.falla_de(tabla)
        if fault and fault(self):
            return None
        return self._uno(version, tabla, rest) if rest else self._lista(version, tabla, path)

    def _lista(self, version, tabla, path):
        status = self.fake.sin_recurso.get((version, tabla))
        if status:
            return self.responder(status, b'{"detail": "No disponible"}')
        if self.fake.id_incorrecto and path == "documento":
            return self.responder(400, b'{"mensaje": "id incorrecto", "cod_error": 400}')
        rows = self.fake.lista(tabla, self.parametros)
        return self._sobre(tabla, rows) if version == "v2" else self._plana(tabla, rows)

    def _plana(self, tabla, rows):
        size, page = self._numero("result_size"), self._numero("result_page") or 1
        if tabla in SIN_PAGINAS or tabla in self.fake.ignoran_paginas:
            return self._mandar(rows)
        if not size and tabla == "contabilidad/cuenta-contable":
            return self._mandar(rows[:100])  # `page` alone is not heeded: the first page, for ever
        if not size:
            return self._mandar(rows)
        if size > self.fake.topes.get(tabla, size):
            return faults.nonetype(self)
        size = self.fake.tope_propio.get(tabla, size)
        if tabla in self.fake.repiten_primera:
            page = 1
        if tabla in self.fake.repiten_ultima:
            page = min(page, max(1, -(-len(rows) // size)))
        if (page - 1) * size >= len(rows) and page > 1 and tabla in self.fake.fuera_de_rango:
            return faults.fuera_de_rango(self)
        return self._mandar(rows[(page - 1) * size : page * size])

    def _sobre(self, tabla, rows):
        size = min(self._numero("page_size") or TOPE_V2, self.fake.tope_propio.get(tabla, TOPE_V2))
        page = self._numero("page") or 1
        start, end = (page - 1) * size, page * size
        if start >= len(rows) and page > 1:
            return self.responder(404, '{"detail": "Página inválida."}'.encode())
        shown = rows[start:end]
        if end < len(rows) and self.fake.azar.random() < self.fake.orden_inestable:
            shown[-1] = rows[end]  # the next page has it too, and nobody has the one that was here
        more = f"http://{self.headers['Host']}{RAIZ}v2/{tabla}/?page={page + 1}" if end < len(rows) else None
        head = {"count": len(rows), "next": self.siguiente or more, "previous": None}
        body = json.dumps(head).encode()[:-1] + b', "results": ' + self._unir(shown) + b"}"
        return None if self._esta_rota(shown) else self.responder(200, body)

    def _mandar(self, rows):
        return None if self._esta_rota(rows) else self.responder(200, self._unir(rows))

    def _esta_rota(self, rows):
        return bool(self.fake.rotos) and any(row["id"] in self.fake.rotos for row in rows) and faults.nonetype(self)

    def _unir(self, rows):
        return b"[" + b", ".join([*self.ademas, *map(self.fake.inquilino.json, rows)]) + b"]"

    def _uno(self, version, tabla, rest):
        clave, _, more = rest.partition("/")
        row = self.fake.inquilino.tablas[tabla].get(unquote(clave))
        if row is None or (more and (tabla, more) != ("producto", "stock")):
            status = 400 if version == "v2" and tabla == "documento" else 404
            return self.responder(status, b'{"mensaje": "Documento no encontrado.", "cod_error": 404}')
        if more:
            return self.responder(200, json.dumps(self.fake.inquilino.existencias(row["id"])).encode())
        return (
            self._mandar([row])
            if version == "v1" and tabla in COMO_LISTA
            else self.responder(200, self._unir([row])[1:-1])
        )

    def _numero(self, name):
        text = self.parametros.get(name, "")
        return int(text) if text.isdigit() else 0

    def responder(self, status, body, tipo="application/json", **cabeceras):
        """Send an answer; True, for a fault to return."""
        packed = self.fake.comprimir and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = gzip.compress(body, 1)
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {tipo}", f"Content-Length: {len(body)}"]
        lines += ["Content-Encoding: gzip"] if packed else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in cabeceras.items()]
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True

    def log_message(self, *_):
        pass


def _tabla(path):
    """The table that an address names, and what follows it."""
    path = "documento" + path.removeprefix("registro/documento") if path.startswith("registro/documento") else path
    tabla = max((name for name in CUANTOS if path == name or path.startswith(f"{name}/")), key=len, default=None)
    return tabla, path[len(tabla or "") :].strip("/")


def _dia(texto):
    day, month, year = map(int, texto.split("/"))
    return date(year, month, day)
