"""How many companies each key sees now. Nothing is stored, so there is nothing to repair; it shows what keys open."""

from typing import Any

from apikeys.association import contar_empresas
from apikeys.management.speaking import ComandoDeClaves
from apikeys.models import APIKeyCliente


class Command(ComandoDeClaves):
    help = "Cuenta las empresas que ve cada clave vigente de un NIT; termina con 1 si alguna no ve ninguna."

    def hacer(self, **opciones: Any) -> bool:
        filas = [fila for fila in APIKeyCliente.objects.exclude(nit_base="").order_by("pk") if fila.vigente()]
        cuentas = contar_empresas(filas)
        datos = [
            {"api_key_id": fila.pk, "prefijo": f"sk_{fila.identificador}", "empresas_asociadas": cuentas[fila.pk]}
            for fila in filas
        ]
        lineas = (f"{fila.pk} {fila}: {cuentas[fila.pk]} empresas" for fila in filas)
        self.decir(
            {"total_api_keys": len(filas), "api_keys": datos},
            *lineas,
            f"Claves: {len(filas)}",
            as_json=opciones["as_json"],
        )
        return all(cuentas.values())
