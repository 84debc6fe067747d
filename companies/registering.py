"""Storing what was read of one company and year: exactly one outcome for each row of the source."""

from typing import Any

from django.db.models import Field
from django.utils import timezone

from companies.models import EmpresaServidor, EstadoEmpresa
from companies.outcomes import Accion, Desenlace
from companies.reading import EmpresaLeida, EmpresaRechazada, Lectura
from servers.models import Servidor


def registrar(servidor: Servidor, grupo: list[EmpresaLeida]) -> list[Desenlace]:
    """Store one of the rows that share base NIT and year (the stored one, else the lowest code); omit the others."""
    elegida = _elegir(servidor, grupo)
    desenlaces = [_guardar(servidor, elegida)]
    for leida in grupo:
        if leida is not elegida:
            motivo = f"El mismo NIT y año está en este servidor con el código {elegida.codigo}."
            desenlaces.append(_desenlace(Accion.OMITIDA, leida, motivo, servidor.nombre))
    return desenlaces


def rechazar(fila: EmpresaRechazada) -> Desenlace:
    motivo = f"{fila.motivo.mensaje} {fila.motivo.remedio}".strip()
    return Desenlace(Accion.RECHAZADA, fila.nombre[:255], fila.nit[:50], fila.anio_fiscal, motivo)


def retirar(servidor: Servidor, lectura: Lectura) -> list[EmpresaServidor]:
    """Pause the companies of this server that EMPRESAS had and has no more; those that were refused are still there."""
    claves = {leida.clave for leida in lectura.validas}
    codigos = {fila.codigo for fila in lectura.rechazadas}
    rutas = {fila.ruta_base for fila in lectura.rechazadas}
    presentes = EmpresaServidor.objects.filter(servidor=servidor, descubierta=True, ausente_desde=None)
    idas = [
        empresa
        for empresa in presentes
        if (empresa.nit_base, empresa.anio_fiscal) not in claves
        and empresa.codigo not in codigos
        and empresa.ruta_base not in rutas
    ]
    presentes.filter(pk__in=[empresa.pk for empresa in idas]).update(
        estado=EstadoEmpresa.INACTIVO, ausente_desde=timezone.now()
    )
    return idas


def _elegir(servidor: Servidor, grupo: list[EmpresaLeida]) -> EmpresaLeida:
    orden = sorted(grupo, key=lambda leida: (leida.codigo, leida.ruta_base))
    if len(orden) == 1:
        return orden[0]
    base, anio = orden[0].clave
    guardada = EmpresaServidor.objects.filter(servidor=servidor, nit_base=base, anio_fiscal=anio).first()
    return next((leida for leida in orden if guardada and leida.codigo == guardada.codigo), orden[0])


def _guardar(servidor: Servidor, leida: EmpresaLeida) -> Desenlace:
    """Create or update; another discovery may create the same company at this moment, and exactly one of them wins."""
    valores = _valores(leida)
    empresa, creada = EmpresaServidor.objects.select_related("servidor").get_or_create(
        nit_base=leida.nit.base, anio_fiscal=leida.anio_fiscal, defaults=valores | {"servidor": servidor}
    )
    if creada:
        return _desenlace(Accion.CREADA, leida)
    if empresa.servidor_id != servidor.pk:
        otro = empresa.servidor.nombre
        return _desenlace(Accion.OMITIDA, leida, f"La empresa y su año ya están en el servidor {otro}.", otro)
    cambios = {campo: valor for campo, valor in valores.items() if getattr(empresa, campo) != valor}
    motivo = _cambio(cambios)
    if empresa.ausente_desde:
        cambios |= {"ausente_desde": None, "estado": EstadoEmpresa.ACTIVO}
        motivo = f"Volvió a aparecer en la fuente. {motivo}".strip()
    if not cambios:
        return _desenlace(Accion.SIN_CAMBIOS, leida)
    if not EmpresaServidor.objects.filter(pk=empresa.pk, servidor=servidor).update(**cambios):
        return _guardar(servidor, leida)  # moved or deleted since it was read
    return _desenlace(Accion.ACTUALIZADA, leida, motivo)


def _valores(leida: EmpresaLeida) -> dict[str, Any]:
    named = {"codigo": leida.codigo, "nombre": leida.nombre}
    return named | leida.nit.campos() | {"ruta_base": leida.ruta_base, "descubierta": True}


def _cambio(cambios: dict[str, Any]) -> str:
    nombres = [_nombre(campo) for campo in cambios]
    return f"Cambió: {', '.join(nombres)}." if nombres else ""


def _nombre(campo: str) -> str:
    field = EmpresaServidor._meta.get_field(campo)
    assert isinstance(field, Field)
    return str(field.verbose_name)


def _desenlace(accion: Accion, leida: EmpresaLeida, motivo: str = "", otro: str = "") -> Desenlace:
    return Desenlace(accion, leida.nombre, leida.nit.nit, leida.anio_fiscal, motivo, otro)
