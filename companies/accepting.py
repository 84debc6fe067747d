"""Which paths and queries a company may have, by the kind of its server; both end up in a foreign database."""

from companies.models import PerfilConsulta
from lib.errors import Fatal, Rejected
from servers.firebird.dsn import validar_ruta
from servers.firebird.sql import comprobar_consulta
from servers.models import Servidor, TipoServidor
from servers.sqlserver import tsql

FECHAS = 2  # the two `?` of a query


def exigir_ruta(ruta: str, servidor: Servidor) -> str:
    """The path of a company's database without blanks around it, or Rejected `ruta_invalida`."""
    validar = tsql.validar_base if servidor.tipo_servidor == TipoServidor.SQL_SERVER else validar_ruta
    try:
        return validar(ruta)
    except Fatal as error:  # of one company, and no reason to stop with the others
        raise Rejected(error.codigo, error.mensaje, error.remedio) from error


def exigir_consulta(perfil: str, consulta: str, servidor: Servidor) -> None:
    """Rejected where the profile needs a query and has none, or the query is not one SELECT with its two dates."""
    if not consulta.strip():
        if perfil == PerfilConsulta.SQL:
            raise Rejected("sin_consulta", "La empresa no tiene consulta propia.", "Escríbala o elija otro perfil.")
        return
    try:
        if servidor.tipo_servidor == TipoServidor.SQL_SERVER:
            tsql.preparar(consulta, FECHAS)
        else:
            comprobar_consulta(consulta, parametros=FECHAS)
    except Fatal as error:
        raise Rejected(error.codigo, error.mensaje, error.remedio) from error
