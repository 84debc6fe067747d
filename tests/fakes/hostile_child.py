"""A child interpreter that a hostile server owns: what it sends is named by the path that it is asked to open."""

import datetime
import os
import pickle
import struct
import sys
import time
from decimal import Decimal


class Ejecutar:
    def __reduce__(self):
        return os.system, ("touch /tmp/no-debe-existir",)


ABIERTA = ("abierta", {"version": "3", "dialecto": 3, "juego_caracteres": "UTF8"})
APERTURAS = {
    "CLASE": ("abierta", Ejecutar()),
    "PASO": ("columnas", ("A",)),
    "TIPO": ["abierta"],
    "CARGA": ("abierta",),
    "DATOS": ("abierta", {"version": 3}),
}
FILAS = {
    "FLOTANTE": [(1.5,)],
    "ANCHO": [(1, 2)],
    "LISTA": [[1]],
    "NADA": None,
    "BYTES": [(b"x",)],
    "BUENA": [(Decimal("1.5"),), (datetime.date(2024, 1, 2),)],
}


def main():
    enviar("lista")
    modo = _leer().ruta
    if modo == "GIGANTE":
        _escribir(struct.pack(">I", 0xFFFFFFFF))
    elif modo == "BASURA":
        _escribir(struct.pack(">I", 5) + b"\x80\x05\xff\xff\xff")
    elif modo == "MUDA":
        time.sleep(60)
    elif modo in APERTURAS:
        enviar("conectada")
        _trama(APERTURAS[modo])
    else:
        enviar("conectada")
        _trama(ABIERTA)
        _leer()
        enviar("hecho", "x" if modo == "NUMERO" else 0)
        _leer()
        enviar("columnas", 7 if modo == "COLUMNAS" else ("A",))
        if modo == "ERROR":
            enviar("error", 1, "x")
        enviar("filas", FILAS.get(modo))
        enviar("fin")
        enviar("hecho", 0)
    sys.stdin.buffer.read()


def enviar(*trama):
    _trama(trama)


def _trama(trama):
    datos = pickle.dumps(trama, 5)
    _escribir(struct.pack(">I", len(datos)) + datos)


def _escribir(datos):
    sys.stdout.buffer.write(datos)
    sys.stdout.buffer.flush()


def _leer():
    largo = struct.unpack(">I", sys.stdin.buffer.read(4))[0]
    return pickle.loads(sys.stdin.buffer.read(largo))


if __name__ == "__main__":
    main()
