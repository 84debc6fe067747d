"""The home page of the admin: the next step, what there is, what ran last and whether the processes live.

Figures of movements come from the ledger of windows (a row per company and month), so the page costs the same at a
thousand and at a hundred million movements.
"""

import json
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Model, Q, Sum
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from apikeys.models import APIKeyCliente
from apikeys.statistics import contar_claves, rechazos_desde
from companies.models import EmpresaServidor, EstadoEmpresa
from companies.visibility import ve_todas, visibles
from desk.accounts import registering
from desk.accounts.rights import manda_derechos
from inventory.models import VentanaExtraccion
from jobs.badges import CLASES, COLORES
from jobs.models import Ejecucion, Proceso
from jobs.visibility import visibles as ejecuciones_visibles
from lib.spanish import en_miles, mes_corto
from servers.models import Servidor

MESES = 24
ULTIMAS = 8
OPCIONES = {
    "locale": "es-CO",
    "maintainAspectRatio": False,
    "plugins": {"legend": {"display": False}},
    "scales": {"x": {"grid": {"display": False}}, "y": {"beginAtZero": True, "grid": {}}},
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the home page shows, each part only to who may see it."""
    servidores = _contar_servidores() if _puede(request, Servidor) else None
    empresas = _contar_empresas(request) if _puede(request, EmpresaServidor) else None
    movimientos = _contar_movimientos(request) if _puede(request, VentanaExtraccion) else None
    claves = _contar_claves(request)
    return context | {
        "paso": _siguiente_paso(servidores, empresas, movimientos) or _por_admitir(request),
        "sin_permisos": not (request.user.is_superuser or request.user.get_all_permissions()),
        "tarjetas": [_tarjeta(parte) for parte in (servidores, empresas, movimientos, claves) if parte],
        "grafica": json.dumps(movimientos["grafica"]) if movimientos and movimientos["total"] else "",
        "opciones": json.dumps(OPCIONES),
        "ejecuciones": _ultimas(request),
        "procesos": _procesos() if _puede(request, Proceso) else [],
    }


def _puede(request: HttpRequest, model: type[Model]) -> bool:
    return request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def _contar_servidores() -> dict[str, Any]:
    conteo = Servidor.objects.aggregate(total=Count("pk"), activos=Count("pk", filter=Q(activo=True)))
    return conteo | {"titulo": "Servidores", "nota": f"{conteo['activos']} activos", "modelo": Servidor}


def _contar_empresas(request: HttpRequest) -> dict[str, Any]:
    conteo = visibles(EmpresaServidor.objects.all(), request).aggregate(
        total=Count("pk"),
        activas=Count("pk", filter=Q(estado=EstadoEmpresa.ACTIVO)),
        extraidas=Count("pk", filter=Q(ultima_extraccion__isnull=False)),
    )
    nota = f"{conteo['activas']} activas, {conteo['extraidas']} extraídas"
    return conteo | {"titulo": "Empresas", "nota": nota, "modelo": EmpresaServidor}


def _contar_movimientos(request: HttpRequest) -> dict[str, Any]:
    ventanas = visibles(VentanaExtraccion.objects.all(), request).order_by()
    hoy = timezone.localdate()
    meses = list(ventanas.values("desde").annotate(filas=Sum("filas"), malas=Sum("rechazadas")).order_by("-desde"))
    rechazadas = sum(mes["malas"] for mes in meses)
    recientes = [mes for mes in meses if mes["filas"] or mes["desde"] <= hoy][:MESES][::-1]  # no empty month to come
    serie = {
        "label": "Movimientos",
        "data": [mes["filas"] for mes in recientes],
        "backgroundColor": "var(--color-primary-600)",
        "maxBarThickness": 28,
    }
    return {
        "total": sum(mes["filas"] for mes in meses),
        "titulo": "Movimientos",
        "nota": f"{en_miles(rechazadas)} filas rechazadas" if rechazadas else f"{len(meses)} meses",
        "modelo": VentanaExtraccion,
        "grafica": {"labels": [_etiqueta(mes["desde"]) for mes in recientes], "datasets": [serie]},
    }


def _contar_claves(request: HttpRequest) -> dict[str, Any] | None:
    """How the keys of clients stand; nothing before there is one, nor for who is limited to companies."""
    if not (_puede(request, APIKeyCliente) and ve_todas(request)):
        return None
    ahora = timezone.now()
    cuentas = contar_claves(ahora)
    if not cuentas["total_api_keys"]:
        return None
    pronto, rechazos = cuentas["por_estado"]["pronto"], rechazos_desde(ahora - timedelta(days=1))
    partes = [f"{pronto} por caducar" if pronto else "", f"{en_miles(rechazos)} rechazos en 24 h" if rechazos else ""]
    abren = sum(cuentas["por_estado"][estado] for estado in ("vigente", "pronto", "solape"))
    nota = ", ".join(filter(None, partes)) or "Ninguna por caducar"
    return {"total": abren, "titulo": "Claves que abren", "nota": nota, "modelo": APIKeyCliente}


def _por_admitir(request: HttpRequest) -> dict[str, str] | None:
    """Who asked for an account and waits, for whoever may admit them."""
    cuantos = registering.por_admitir().count() if manda_derechos(request) else 0
    if not cuantos:
        return None
    espera = "Una persona espera" if cuantos == 1 else f"{en_miles(cuantos)} personas esperan"
    return {
        "titulo": f"{espera} a que se le{'' if cuantos == 1 else 's'} admita",
        "texto": "Compruebe quién es y dele un rol, o elimine la solicitud.",
        "boton": "Ver solicitudes",
        "enlace": f"{_pagina(User, 'changelist')}?solicitud=por_admitir",
    }


def _etiqueta(desde: date) -> str:
    return f"{mes_corto(desde)[:3]} {desde:%y}"


def _tarjeta(parte: dict[str, Any]) -> dict[str, str]:
    return {
        "titulo": parte["titulo"],
        "total": en_miles(parte["total"]),
        "nota": parte["nota"],
        "enlace": _pagina(parte["modelo"], "changelist"),
    }


def _siguiente_paso(*partes: dict[str, Any] | None) -> dict[str, str] | None:
    """The first thing that is still missing, or None once movements are there."""
    pasos: tuple[tuple[str, str, type[Model], str], ...] = (
        ("Registre su primer servidor", "Con la dirección, el usuario y la ruta de ADMIN.gdb.", Servidor, "add"),
        ("Descubra las empresas", "Abra un servidor y pulse «Descubrir empresas».", Servidor, "changelist"),
        ("Extraiga los movimientos", "Abra una empresa y pulse «Extraer movimientos».", EmpresaServidor, "changelist"),
    )
    for parte, (titulo, texto, model, pagina) in zip(partes, pasos, strict=True):
        if parte is not None and not parte["total"]:
            return {"titulo": titulo, "texto": texto, "enlace": _pagina(model, pagina)}
    return None


def _pagina(model: type[Model], pagina: str, *args: Any) -> str:
    """The address of a page of the model's admin; empty where the model has none."""
    try:
        return reverse(f"{admin.site.name}:{model._meta.app_label}_{model._meta.model_name}_{pagina}", args=args)
    except NoReverseMatch:
        return ""


def _ultimas(request: HttpRequest) -> list[dict[str, Any]]:
    runs = ejecuciones_visibles(Ejecucion.objects.order_by("-creada", "id"), request.user)[:ULTIMAS]
    return [
        {
            "run": run,
            "color": COLORES[run.estado],
            "enlace": _pagina(Ejecucion, "change", run.pk),
        }
        for run in runs
    ]


def _procesos() -> list[dict[str, str]]:
    vistos = list(Proceso.objects.all())
    return [
        _proceso(titulo, [proceso.vivo for proceso in vistos if proceso.clase == clase])
        for clase, titulo in CLASES.items()
    ]


def _proceso(titulo: str, vivos: list[bool]) -> dict[str, str]:
    if any(vivos):
        return {"titulo": titulo, "estado": f"{sum(vivos)} en marcha", "color": "success"}
    return {
        "titulo": titulo,
        "estado": "Sin señal" if vivos else "No se ha iniciado",
        "color": "danger" if vivos else "",
    }
