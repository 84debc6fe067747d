"""A child interpreter that a hostile server owns: what it sends is named by the path that it is asked to open."""

import datetime
import fcntl
import mmap
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
CAMPO = (448, 2, 4, 0, 0, 0)  # VARCHAR(4), type, offset, length, offset of the null indicator, scale, subtype
MOLDE = (8, "trastienda-latin", (CAMPO,))
RANURA = 1 << 20
BLOQUES = {
    "MOLDE": [("molde", (8, "trastienda-latin", ((448, 2, 400, 0, 0, 0),)))],
    "SIN MOLDE": [("molde", None)],
    "BLOQUE SIN MOLDE": [("bloque", 0, 1)],
    "OTRA RANURA": [("molde", MOLDE), ("bloque", 1, 1)],
    "RANURA REPETIDA": [("molde", MOLDE), ("bloque", 0, 1), ("bloque", 0, 1)],
    "RANURA DE FUERA": [("molde", MOLDE), ("bloque", -1, 1)],
    "DEMASIADAS": [("molde", MOLDE), ("bloque", 0, 4097)],
    "NINGUNA": [("molde", MOLDE), ("bloque", 0, 0)],
    "NEGATIVAS": [("molde", MOLDE), ("bloque", 0, -1)],
    "SIN CUENTA": [("molde", MOLDE), ("bloque", 0)],
    "FILAS": [("molde", MOLDE), ("filas", [(1,)])],
    "OTRA COSA": [("molde", MOLDE), ("hecho", 0)],
    "SE ENCOGE": [("molde", MOLDE), ("bloque", 0, 2), ("fin",)],
    "LARGO": [("molde", MOLDE), ("bloque", 0, 2), ("fin",)],
    "SIN FIN": [("molde", MOLDE), ("bloque", 0, 2)],
    "OTRO CONTROLADOR": [("molde", "firebird-driver 9.0: AttributeError('vtable')"), ("filas", [("x",)]), ("fin",)],
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
        while modo == "SIN PARAR":  # and without taking an order
            enviar("filas", [(1,)])
        if modo in BLOQUES:
            mandar_bloques(modo)
        else:
            enviar("filas", FILAS.get(modo))
            enviar("fin")
        enviar("hecho", 0)
    sys.stdin.buffer.read()


def mandar_bloques(modo):
    anillo = int(sys.argv[1])
    if modo == "SE ENCOGE":
        encoger(anillo)
    with mmap.mmap(anillo, 4 * RANURA) as memoria:
        memoria[:16] = struct.pack("<hH4shH4s", 0, 0xFFFF if modo == "LARGO" else 4, b"hola", -1, 0, b"")
    for trama in BLOQUES[modo]:
        enviar(*trama)
    if modo == "SIN FIN":
        sys.exit()


def encoger(anillo):
    """Whoever reads memory that is no longer there dies of SIGBUS."""
    for romper in (
        lambda: os.ftruncate(anillo, 0),
        lambda: fcntl.fcntl(anillo, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE),
    ):
        try:
            romper()
        except PermissionError:
            continue
        enviar("hecho", 0)  # it went: the test will notice


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
