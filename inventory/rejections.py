"""Rejected rows on their way to the database: kept in a temporary file, for there may be as many as lines."""

import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from types import TracebackType
from typing import Any, Self

from companies.models import EmpresaServidor
from inventory.models import MovimientoRechazado
from inventory.months import Mes
from jobs.models import Ejecucion
from lib.errors import Rejected

FILAS_POR_LOTE = 500


class Rechazos:
    """The rejections of one load, by window."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.por_mes: dict[Mes, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def agregar(self, mes: Mes, clave: str, error: Rejected, datos: dict[str, Any]) -> None:
        line = [mes.desde.isoformat(), clave, error.codigo, error.mensaje[:500], datos]
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self.por_mes[mes] = self.por_mes.get(mes, 0) + 1

    def reemplazar(self, empresa: EmpresaServidor, meses: list[Mes], run: Ejecucion) -> None:
        """Put these in place of the stored rejections of those windows, within the caller's transaction."""
        MovimientoRechazado.objects.filter(empresa_servidor=empresa, ventana__in=[mes.desde for mes in meses]).delete()
        rows = (
            MovimientoRechazado(
                empresa_servidor=empresa, ejecucion=run,
                ventana=desde, clave_origen=clave, motivo=motivo, detalle=detalle, datos=datos,
            )
            for desde, clave, motivo, detalle, datos in self._leer()
        )  # fmt: skip
        while batch := list(islice(rows, FILAS_POR_LOTE)):
            MovimientoRechazado.objects.bulk_create(batch)

    def _leer(self) -> Iterator[list[Any]]:
        self._file.seek(0)
        return map(json.loads, self._file)
