"""What a Contífico may do wrong with one request: `fake.fallar("documento", faults.html_500, veces=2)`.

A fault is a function of the open `Conversacion`; it answers in its own way and returns True, or leaves the request
alone (or changes how it is read) and returns False. Those with arguments are made by a function that takes them.
"""

import json
import time


def html_500(talk):
    return talk.responder(500, b"<html><head><title>Server Error</title></head><h1>Error</h1></html>", "text/html")


def estado(codigo, cuerpo=None, **cabeceras):
    """An answer with that status; `retry_after="3"` is its header Retry-After."""
    return lambda talk: talk.responder(codigo, json.dumps(cuerpo or {}).encode(), **cabeceras)


def nonetype(talk):
    return talk.responder(500, b"'NoneType' object has no attribute 'id_integracion'", "text/plain")


def fuera_de_rango(talk):
    return talk.responder(400, b'{"code":"400","error":"Pagina fuera del rango"}')


def otra_pagina(diferencia):
    """The page before (-1) or after (1) the one that was asked for."""

    def fault(talk):
        for name in ("page", "result_page"):
            if name in talk.parametros:
                talk.parametros[name] = str(max(1, int(talk.parametros[name]) + diferencia))
        return False

    return fault


def vacia(talk):
    return talk.responder(200, b"[]")


def demora(segundos):
    def fault(talk):
        talk.fake.fin.wait(segundos)
        return False

    return fault


def colgar(talk):
    """Hangs up without a word."""
    talk.close_connection = True
    return True


def cortar(talk):
    """Announces more than it sends."""
    talk.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[{"id": "a')
    talk.close_connection = True
    return True


def goteo(talk):
    """A body that comes a byte at a time and never ends."""
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n")
    while not talk.fake.fin.is_set():
        talk.wfile.write(b"1\r\n \r\n")
        time.sleep(0.01)
    return True


def cuerpo_enorme(tamano=1 << 30):
    """A list of as many bytes, all of them sent if anybody takes them; `talk.fake.enviados` counts them."""

    def fault(talk):
        talk.close_connection = True
        talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        piece = b'{"id": "x"},' * 8000
        while talk.fake.enviados < tamano:
            talk.wfile.write(piece)
            talk.fake.enviados += len(piece)
        return True

    return fault


def redireccion(url):
    return lambda talk: talk.responder(302, b"", location=url)


def siguiente_en(url):
    """The `next` of an envelope leads there."""

    def fault(talk):
        talk.siguiente = url
        return False

    return fault


def cuerpo(contenido):
    """Those bytes with status 200, whatever they are."""
    return lambda talk: talk.responder(200, contenido)


def con_registros(*crudos):
    """These JSON texts as records of the list, before the ones that are asked for."""

    def fault(talk):
        talk.ademas = [crudo.encode() for crudo in crudos]
        return False

    return fault


def mientras(accion):
    """Something that happens to the data before the request is answered."""

    def fault(talk):
        accion()
        return False

    return fault
