"""What is asked of every route of the API on behalf of one client about another's rows.

A new route needs its line in MATRIZ: which methods a client's key may use, whose id stands in its path, and the
bodies and queries that name what is foreign.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from companies.models import EmpresaServidor
from inventory.models import Articulo, Existencia, MovimientoInventario, VentanaExtraccion
from tests.api.tenants import Inquilino

Datos = dict[str, Any]


@dataclass(frozen=True)
class Linea:
    """One route; `de` gives the id in its path, `cuerpo` and `consultas` name what is the tenant's."""

    claves: frozenset[str] = frozenset()
    de: Callable[[Inquilino], Any] | None = None
    cuerpo: Callable[[Inquilino], Datos] = field(default=lambda inquilino: {})
    consultas: Callable[[Inquilino], list[Datos]] = field(default=lambda inquilino: [{}])
    de_todos: bool = False  # what staff writes here is no client's
    publica: bool = False  # it asks for no credential
    unica: bool = False  # it answers one thing, of the asker's own, and no rows

    @property
    def es_lista(self) -> bool:
        """A client's key reads rows here."""
        return "get" in self.claves and self.de is None and not self.unica


LEE = frozenset({"get"})


def de(modelo: Any) -> Callable[[Inquilino], Any]:
    return lambda inquilino: inquilino.filas[modelo].pk


def run(tipo: str) -> Linea:
    """A route that tells of one run of this kind."""
    return Linea(claves=LEE, consultas=lambda i: [{"task_id": i.run(tipo).pk}])


def empresa(inquilino: Inquilino) -> Datos:
    return {"empresa_servidor_id": inquilino.empresa.pk, "esperar": False}


def servidor(inquilino: Inquilino) -> Datos:
    return {"servidor_id": inquilino.servidor.pk}


def nits(inquilino: Inquilino) -> Datos:
    return {"nit": inquilino.nit, "otro": f"{inquilino.nit}9"}


def datos_de_empresa(inquilino: Inquilino) -> Datos:
    return {"nombre": "Cambiada", "servidor": inquilino.servidor.pk, "nit": "900999999", "anio_fiscal": 2020,
            "codigo": "99", "ruta_base": "X"}  # fmt: skip


EXPORTA = Linea(claves=frozenset({"get", "post"}))

MATRIZ: dict[str, Linea] = {
    "schema": Linea(de_todos=True),
    "docs": Linea(de_todos=True),
    "auth/login": Linea(publica=True),
    "auth/register": Linea(publica=True),
    "auth/fichas": Linea(de_todos=True),
    "auth/fichas/{pk}": Linea(de=lambda i: i.ficha.identificador),
    "servidores": Linea(de_todos=True),
    "servidores/{pk}": Linea(de=lambda i: i.servidor.pk, de_todos=True),
    "servidores/{pk}/probar": Linea(de=lambda i: i.servidor.pk, de_todos=True),
    "sistema/descubrir_empresas": Linea(cuerpo=servidor),
    "sistema/estado-descubrimiento": Linea(consultas=lambda i: [{"task_id": i.run("descubrir_empresas").pk}]),
    "sistema/estado-mover-empresa": Linea(consultas=lambda i: [{"task_id": i.run("mover_empresa").pk}]),
    "sistema/extraer_datos": Linea(cuerpo=empresa),
    "sistema/estado-extraccion": run("extraer_datos"),
    "sistema/cuadrar": Linea(cuerpo=empresa),
    "sistema/estado-cuadre": run("cuadrar"),
    "sistema/ejecuciones": Linea(claves=LEE, consultas=lambda i: [{"clave": f"empresa:{i.empresa.pk}"}, {}]),
    "sistema/ejecuciones/{pk}": Linea(claves=LEE, de=lambda i: i.run("extraer_datos").pk),
    "sistema/ejecuciones/{pk}/cancelar": Linea(claves=frozenset({"post"}), de=lambda i: i.run("cuadrar").pk),
    "sistema/ejecuciones/{pk}/repetir": Linea(claves=frozenset({"post"}), de=lambda i: i.run("cuadrar").pk),
    "api-keys/generar_api_key": Linea(cuerpo=lambda i: {"nit": i.nit}),
    "api-keys/listar_api_keys": Linea(consultas=lambda i: [{}, {"nit": i.nit}]),
    "api-keys/revocar_api_key": Linea(cuerpo=lambda i: {"api_key_id": i.fila_clave.pk}),
    "api-keys/renovar_api_key": Linea(cuerpo=lambda i: {"api_key_id": i.fila_clave.pk}),
    "api-keys/validar_api_key": Linea(cuerpo=lambda i: {"api_key": "sk_no_es"}, publica=True),
    "api-keys/mi_clave": Linea(claves=LEE, unica=True),
    "api-keys/estadisticas": Linea(),
    "api-keys/medico_de_nit": Linea(consultas=lambda i: [{"nit": i.nit}]),
    "api-keys/confirmar_nit": Linea(cuerpo=nits),
    "api-keys/retirar_nit": Linea(cuerpo=nits),
    "empresas-servidor": Linea(claves=LEE, cuerpo=datos_de_empresa, consultas=lambda i: [{}, {"nit": i.nit}]),
    "empresas-servidor/{pk}": Linea(claves=LEE, de=de(EmpresaServidor), cuerpo=datos_de_empresa),
    "empresas-servidor/{pk}/mover": Linea(de=de(EmpresaServidor), cuerpo=servidor),
    "movimientos": Linea(claves=LEE),
    "movimientos/{pk}": Linea(claves=LEE, de=de(MovimientoInventario)),
    "movimientos/resumen_mensual": Linea(claves=LEE, consultas=lambda i: [{}, {"por": "articulo"}]),
    "movimientos/resumen_mensual/exportar": EXPORTA,
    "movimientos/exportar": EXPORTA,
    "articulos": Linea(claves=LEE),
    "articulos/{pk}": Linea(claves=LEE, de=de(Articulo)),
    "articulos/exportar": EXPORTA,
    "existencias": Linea(claves=LEE),
    "existencias/{pk}": Linea(claves=LEE, de=de(Existencia)),
    "existencias/exportar": EXPORTA,
    "ventanas": Linea(claves=LEE),
    "ventanas/{pk}": Linea(claves=LEE, de=de(VentanaExtraccion)),
    "ventanas/exportar": EXPORTA,
    "sistema/estado-exportacion": run("exportar"),
    "exportaciones/{pk}": Linea(claves=LEE, de=lambda i: i.exportar()),
    "auth/logout": Linea(publica=True),  # the last: it ends the token or session that asks
}
