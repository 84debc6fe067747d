"""A partner's server on loopback that answers what a test wrote, byte by byte if need be, over HTTP or HTTPS.

    with Socio(respuesta(200, b"[]")) as socio:
        ...ask f"http://127.0.0.1:{socio.puerto}/..."
        assert socio.peticiones[0].ruta == "/..."

Each answer serves one request, the last one all that follow: bytes are sent as they are, a function is given the open
socket and the request, None hangs up.
"""

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass

FIN = b"\r\n\r\n"


@dataclass(frozen=True)
class Peticion:
    metodo: str
    ruta: str
    cabeceras: dict
    cuerpo: bytes


def respuesta(estado, cuerpo=b"", **cabeceras):
    """The bytes of an answer; `retry_after="3"` is the header Retry-After."""
    lines = [f"HTTP/1.1 {estado} X"]
    if "content_length" not in cabeceras and "transfer_encoding" not in cabeceras:
        lines.append(f"Content-Length: {len(cuerpo)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in cabeceras.items()]
    return "\r\n".join(lines).encode() + FIN + cuerpo


class Socio:
    def __init__(self, *respuestas, contexto=None):
        self.respuestas = list(respuestas)
        self.peticiones, self.conexiones = [], 0
        self.fin = threading.Event()
        self._contexto = contexto
        self._escucha = socket.create_server(("127.0.0.1", 0))
        self.puerto = self._escucha.getsockname()[1]
        self.url = f"{'https' if contexto else 'http'}://127.0.0.1:{self.puerto}"

    def __enter__(self):
        threading.Thread(target=self._aceptar, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.fin.set()
        with contextlib.suppress(OSError):
            self._escucha.shutdown(socket.SHUT_RDWR)
        self._escucha.close()

    def _aceptar(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._escucha.accept()
                self.conexiones += 1
                threading.Thread(target=self._conversar, args=(client,), daemon=True).start()

    def _conversar(self, client):
        with contextlib.suppress(OSError, EOFError), client:
            if self._contexto:
                client = self._contexto.wrap_socket(client, server_side=True)
            with client, client.makefile("rb") as reader:
                while True:
                    request = leer_peticion(reader)
                    answer = self.respuestas[min(len(self.peticiones), len(self.respuestas) - 1)]
                    self.peticiones.append(request)
                    if answer is None:
                        return
                    if callable(answer):
                        answer(client, request)
                        return
                    client.sendall(answer)


def leer_peticion(reader):
    line = reader.readline().decode("latin-1").split()
    if len(line) != 3:
        raise EOFError
    headers = {}
    while (header := reader.readline().decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Peticion(line[0], line[1], headers, reader.read(int(headers.get("content-length", 0))))


def servidor_tls(certificado, clave):
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(certificado, clave)
    return contexto
