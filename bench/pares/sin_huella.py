"""What the hash of windows costs: our run with that one figure left out, on both sides, which the product cannot do."""

from typing import Any


def quitar() -> None:
    """From now on each row's share of the hash is zero: as it is read, and in the query over what is stored."""
    from inventory import block_sums, ledger

    ledger.huella_de_fila = _nada
    setattr(block_sums, "_huella", _nada)  # noqa: B010 - of other parameters
    for expresiones in ledger.EXPRESIONES.values():
        expresiones["huella"] = "0"


def _nada(*partes: Any) -> int:
    return 0
