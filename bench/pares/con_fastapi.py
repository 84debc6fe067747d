"""FastAPI over asyncpg with a response model: key and throttle (Redis), a page by key."""

import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel
from redis.asyncio import Redis

COLUMNAS = os.environ["BANCO_COLUMNAS"]
PIMIENTA = os.environ["PIMIENTAS"].encode()
BUSCAR_CLAVE = """
    SELECT k.identificador, k.huella, k.activa, k.fecha_caducidad, k.limite_por_minuto,
           ARRAY(SELECT e.id FROM empresas_servidor e WHERE e.nit_base = k.nit_base OR e.nit_base IN
                 (SELECT q.equivale_a FROM nit_equivalencias q WHERE q.nit_base = k.nit_base)) AS empresas
    FROM api_keys_clientes k WHERE k.identificador = $1
"""
BUSCAR_PAGINA = f"""
    SELECT {COLUMNAS} FROM movimientos_inventario WHERE empresa_servidor_id = ANY($1)
    ORDER BY fecha DESC, clave_origen DESC, empresa_servidor_id DESC LIMIT 101
"""


class Movimiento(BaseModel):
    id: int
    empresa_servidor_id: int
    clave_origen: str
    tipo_documento: str
    documento: str
    linea: int | None
    fecha: date
    hora: time | None
    fecha_orden_pedido: date | None
    sucursal: str
    pagador: str
    nit_pagador: str
    clinica: str
    nit_clinica: str
    codigo_ciudad: str
    ciudad: str
    tipo_bodega: str
    codigo_bodega: str
    sistema_bodega: str
    bodega_contenedor: str
    articulo_codigo: str
    articulo_nombre: str
    articulo_grupo: str
    unidad: str
    cantidad: Decimal
    sentido: int
    precio_unitario: Decimal
    valor_total: Decimal
    moneda: str
    lote: str
    stock_previo: Decimal | None
    stock_nuevo: Decimal | None
    lead_time_dias: int | None
    es_implante: bool
    es_instrumental: bool
    es_equipo_poder: bool
    fecha_extraccion: datetime


class Pagina(BaseModel):
    next: int | None
    results: list[Movimiento]


@asynccontextmanager
async def abrir(app: FastAPI) -> AsyncIterator[None]:
    app.state.redis = Redis.from_url(os.environ["CELERY_BROKER_URL"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=10) as app.state.pool:
        yield


app = FastAPI(lifespan=abrir)


async def empresas(request: Request, api_key: Annotated[str, Header()]) -> list[int]:
    """The companies of the key; 401 where it opens nothing, 429 above its limit."""
    fila = await request.app.state.pool.fetchrow(BUSCAR_CLAVE, api_key[3:15])
    huella = hmac.new(PIMIENTA, api_key.encode(), hashlib.sha256).hexdigest()
    if fila is None or not hmac.compare_digest(huella, fila["huella"]):
        raise HTTPException(401)
    if not fila["activa"] or fila["fecha_caducidad"] < datetime.now(UTC):
        raise HTTPException(401)
    async with request.app.state.redis.pipeline() as pipe:
        cuenta, _ = (
            await pipe.incr(f"fastapi:{fila['identificador']}")
            .expire(f"fastapi:{fila['identificador']}", 60, nx=True)
            .execute()
        )
    if cuenta > fila["limite_por_minuto"]:
        raise HTTPException(429)
    return fila["empresas"]


@app.get("/api/movimientos/", response_model=Pagina)
async def movimientos(request: Request, empresas: Annotated[list[int], Depends(empresas)]):
    filas = await request.app.state.pool.fetch(BUSCAR_PAGINA, empresas)
    return {"next": filas[99]["id"] if len(filas) > 100 else None, "results": [dict(fila) for fila in filas[:100]]}
