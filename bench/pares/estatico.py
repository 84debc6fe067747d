"""The floor: the very bytes of our answer, from a WSGI callable that does nothing else."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

CUERPO = Path(os.environ["BANCO_CUERPO"]).read_bytes()
CABECERAS = [("Content-Type", "application/json"), ("Content-Length", str(len(CUERPO)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", CABECERAS)
    return [CUERPO]
