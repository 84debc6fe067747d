"""The rows of bench/api.py: a client whose companies hold a million movements, and other clients beside it."""

from datetime import date, time

from bench.listas import insertar

ANIOS = 4
OTROS = 4  # clients beside; together they hold a fifth of the rows
NIT = "900000000"


def llenar(filas: int) -> str:
    """Fill the database; the key of the client."""
    from apikeys.issuing import emitir

    propia = _empresas(NIT)
    modelo = _movimiento(propia)
    insertar(modelo, propia, ANIOS, filas - 1)
    for n in range(1, OTROS + 1):
        insertar(modelo, _empresas(f"90000000{n}"), ANIOS, filas // 5 // OTROS)
    return emitir(nit=NIT, limite_por_minuto=1_000_000).clave.texto


def _empresas(nit: str) -> int:
    """A client's companies, one by fiscal year; the id of the first."""
    from companies.models import EmpresaServidor
    from servers.models import Servidor

    servidor, _ = Servidor.objects.get_or_create(
        nombre="BANCO", defaults={"host": "10.0.0.1", "usuario": "SYSDBA", "ruta_maestra": "/x.gdb"}
    )
    empresas = [
        EmpresaServidor.objects.create(
            servidor=servidor, codigo=f"{nit[-1]}{n}", nombre=f"Empresa {nit}", nit=nit, nit_base=nit,
            anio_fiscal=2022 + n, ruta_base=f"/{nit}/{n}.gdb",
        )
        for n in range(ANIOS)
    ]  # fmt: skip
    return empresas[0].pk


def _movimiento(empresa: int) -> int:
    """The row that all others are copies of, filled as those of a distributor of implants are."""
    from inventory.models import MovimientoInventario, TipoDocumento

    modelo = MovimientoInventario.objects.create(
        empresa_servidor_id=empresa, clave_origen="K:0", fecha=date(2022, 1, 1), hora=time(10, 30),
        tipo_documento=TipoDocumento.FACTURA_VENTA, documento="FV-00-0", linea=3, sucursal="PRINCIPAL",
        pagador="Aseguradora de Ejemplo S.A.", nit_pagador="800000001", clinica="Clínica de Ejemplo",
        nit_clinica="800000002", codigo_ciudad="11001", ciudad="Bogotá", codigo_bodega="01",
        sistema_bodega="Bodega principal", articulo_codigo="A", articulo_nombre="Tornillo cortical 3.5 × 24 mm",
        articulo_grupo="OSTEOSÍNTESIS", unidad="UND", cantidad=2, sentido=-1, precio_unitario="125000.5",
        valor_total="250001", moneda="COP", lote="L-2291", stock_previo=40, stock_nuevo=38, lead_time_dias=12,
        es_implante=True,
    )  # fmt: skip
    return modelo.pk
