"""An installation of ours for bench/extraction.py, and what is asked of it, each order in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.instalacion import ROOT, entorno

TABLAS = ("movimientos_inventario", "movimientos_rechazados", "ventanas_extraccion", "articulos", "existencias")
PROPIAS = ("id", "ejecucion_id", "fecha_extraccion")  # columns that differ from run to run


class Casa:
    """SQLite in the directory, or an empty database on PostgreSQL."""

    def __init__(self, carpeta: Path, database: str = "") -> None:
        carpeta.mkdir()
        self.env = os.environ | entorno(carpeta, database) | {"PYTHONPATH": str(ROOT)}
        self.database = database
        self.orden("migrar")

    def orden(self, nombre: str, *datos: Any) -> Any:
        command = [sys.executable, "-m", "bench.pares.casa", nombre, json.dumps(datos)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{nombre}: status {done.returncode}")
        return json.loads(done.stdout.splitlines()[-1])


# --- inside Django ---


def migrar() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def registrar(puerto: int, password: str, ruta: str, anio: int, perfil: str, filas: int) -> int:
    """A company for that database, with its server; its id."""
    from companies.models import EmpresaServidor
    from servers.models import Servidor

    servidor = Servidor.objects.filter(nombre="BANCO").first() or Servidor(nombre="BANCO", host="127.0.0.1")
    servidor.puerto, servidor.usuario, servidor.ruta_maestra = puerto, "SYSDBA", ruta
    servidor.password = password
    servidor.filas_por_segundo = None  # what is possible is measured, not what is polite
    servidor.save()
    nit = f"9{filas:08}"
    empresa = EmpresaServidor.objects.create(
        servidor=servidor, codigo=nit, nombre=f"Empresa {filas}", nit=nit, nit_base=nit, anio_fiscal=anio,
        ruta_base=ruta, perfil_consulta=perfil,
    )  # fmt: skip
    return int(empresa.pk)


def cambiar_puerto(puerto: int) -> None:
    from servers.models import Servidor

    Servidor.objects.update(puerto=puerto)


def sentencias(empresa: int) -> dict[str, Any]:
    """The statements that the flow reads movements with, and the character set that it connects with."""
    from companies.models import EmpresaServidor
    from inventory import profiles
    from servers import source

    fila = EmpresaServidor.objects.get(pk=empresa)
    with source.abrir(fila.servidor, fila.ruta_base) as fuente, fuente.instantanea() as foto:
        perfil = profiles.elegir(fila, foto.catalogo())
        return {"sql": perfil.movimientos, "juego": fuente.juego_caracteres, "dialecto": fuente.dialecto}


def vaciar() -> None:
    """All tables that an extraction fills, emptied in the way that costs the next load nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(TABLAS)}")
            return
        for tabla in TABLAS:
            cursor.execute(f"DELETE FROM {tabla}")


def columnas() -> list[str]:
    """What a load of movements brings: all but the id."""
    from inventory.models import MovimientoInventario

    return [str(field.column) for field in MovimientoInventario._meta.concrete_fields if not field.primary_key]


def huella() -> list[Any]:
    """Rows, and MD5 over all columns of all movements but those that differ from run to run."""
    from django.db import connection

    listed = ", ".join(name for name in columnas() if name not in PROPIAS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(ROW({listed})::text) FROM movimientos_inventario ORDER BY 1")
        digests = [digest for (digest,) in cursor.fetchall()]
    from hashlib import md5

    return [len(digests), md5("".join(digests).encode()).hexdigest()]


ORDENES: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (migrar, registrar, cambiar_puerto, sentencias, vaciar, columnas, huella)
}

if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(ORDENES[sys.argv[1]](*json.loads(sys.argv[2]))) + "\n")
