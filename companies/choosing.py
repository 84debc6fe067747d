"""Finding what an operator named on a command line."""

from companies.models import EmpresaServidor
from lib.errors import Rejected
from servers.models import Servidor


def servidor_llamado(texto: str) -> Servidor:
    """The server with this id or this name; a name that is all digits is found by name first."""
    servidor = Servidor.objects.filter(nombre=texto).first()
    if servidor is None and texto.isascii() and texto.isdigit():
        servidor = Servidor.objects.filter(pk=int(texto)).first()
    if servidor is None:
        nombres = ", ".join(f"{s.pk} {s.nombre}" for s in Servidor.objects.all()[:20]) or "ninguno"
        raise Rejected("servidor_inexistente", f"No hay un servidor «{texto}».", f"Los que hay: {nombres}.")
    return servidor


def empresa_con_id(pk: int) -> EmpresaServidor:
    empresa = EmpresaServidor.objects.filter(pk=pk).first()
    if empresa is None:
        raise Rejected("empresa_inexistente", f"No hay una empresa con id {pk}.", "Vea los ids en el admin.")
    return empresa
