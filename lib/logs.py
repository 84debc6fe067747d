"""What log lines leave out, addresses that by themselves open something, and the file that they may go to."""

import logging
import os
import re
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from typing import Any

QUE_ABREN = re.compile(r"(/api/exportaciones/|/cuenta/password/reset/key/)[^/\s?]+")


class SinEnlaces(logging.Filter):
    """Cuts the signed part out of the addresses of exports and of new passwords, which Django logs with every 4xx."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_tachado, record.args))
        return True


def _tachado(value: Any) -> Any:
    return QUE_ABREN.sub(r"\1…", value) if isinstance(value, str) else value


class Archivo(WatchedFileHandler):
    """A log file of several processes, which may be rotated under them; only its owner and group may read it."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        return os.fdopen(descriptor, "a", encoding=self.encoding)
