"""What a window's rows are made with: the statement and the rules of its company, told by a hash.

A window made with others than today's does not count as extracted, so that a changed rule reaches closed months too.
"""

import hashlib
import json

from companies.models import EmpresaServidor, PerfilConsulta
from inventory.models import ReglaBodega
from inventory.statements import leer

VERSION = 1  # raised with every change of inventory/conversion.py that makes another movement of the same row
CIFRAS = 32


def receta_de(empresa: EmpresaServidor) -> str:
    """The hash of all that decides, beside the source itself, what a row of this company becomes."""
    propia = empresa.consulta_sql if empresa.perfil_consulta == PerfilConsulta.SQL else ""
    parts = [
        VERSION,
        empresa.perfil_consulta,
        propia or [leer("tns_kardex"), leer("tns_traslados")],
        empresa.remision_facturada_no_mueve,
        list(ReglaBodega.objects.order_by("orden", "pk").values_list("palabras", "tipo_bodega")),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:CIFRAS]
