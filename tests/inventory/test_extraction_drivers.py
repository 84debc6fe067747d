"""Whichever driver reads a database, the movements are the same to the last character."""

import shutil

import pytest

from companies.models import EmpresaServidor, PerfilConsulta
from desk.demo.tns import companias
from inventory import extraction
from inventory.models import VentanaExtraccion
from servers.models import Controlador, Servidor

SIN_CLAVE = """
SELECT K.CODCOMP AS TIPO_DOCUMENTO, K.FECHA, K.HORA, M.CODIGO AS ARTICULO_CODIGO, M.DESCRIP AS ARTICULO_NOMBRE,
  D.CANMAT AS CANTIDAD, D.PRECIOBASE AS PRECIO_UNITARIO, T.NOMBRE AS PAGADOR, B.CODIGO AS CODIGO_BODEGA
FROM KARDEX K JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID JOIN MATERIAL M ON M.MATID = D.MATID
LEFT JOIN TERCEROS T ON T.TERID = K.CLIENTE LEFT JOIN BODEGA B ON B.BODID = D.BODID
WHERE K.FECHA >= ? AND K.FECHA < ? AND K.FECASENTAD IS NOT NULL ORDER BY T.NOMBRE DESC, K.FECHA"""


@pytest.fixture(params=[PerfilConsulta.AUTOMATICO, PerfilConsulta.SQL])
def empresas(request, instalacion_tns, firebird, servidor_firebird, crear_empresa):
    """One company of each kind of database, by their keys and by the hash of their rows."""
    return [
        crear_empresa(
            servidor=servidor_firebird, anio_fiscal=2025, perfil_consulta=request.param, consulta_sql=SIN_CLAVE,
            ruta_base=str(firebird.path(f"TNS/CONTAB2025/{compania.archivo}2025.GDB")),
        )
        for compania in companias()
    ]  # fmt: skip


def huellas(empresa):
    return list(VentanaExtraccion.objects.filter(empresa_servidor=empresa).values_list("desde", "filas", "huella"))


@pytest.mark.parametrize("controlador", [Controlador.PURO, Controlador.EMBEBIDO])
def test_extraer_gives_the_same_with_every_driver(controlador, empresas, correr, settings, tmp_path):
    settings.DIRECTORIO_FIREBIRD_LOCAL = str(tmp_path)
    settings.DIRECTORIO_DATOS = tmp_path  # an engine root of its own: other tests run beside this one
    Servidor.objects.update(controlador=Controlador.NATIVO)
    for empresa in empresas:
        native = correr(extraction, EmpresaServidor.objects.get(pk=empresa.pk))
        assert native.conteos["creadas"] > 30
        before = huellas(empresa)
        Servidor.objects.update(controlador=controlador)
        if controlador == Controlador.EMBEBIDO:  # a copy, for the server has the original open
            empresa.ruta_base = shutil.copy(empresa.ruta_base, tmp_path)
            empresa.save()
        other = correr(extraction, EmpresaServidor.objects.get(pk=empresa.pk), forzar=True)
        assert other.error is None
        assert {name: other.conteos.get(name, 0) for name in ("creadas", "actualizadas", "borradas")} == {
            "creadas": 0, "actualizadas": 0, "borradas": 0,
        }  # fmt: skip
        assert other.conteos["leidas"] == native.conteos["leidas"]
        assert huellas(empresa) == before
        Servidor.objects.update(controlador=Controlador.NATIVO)
