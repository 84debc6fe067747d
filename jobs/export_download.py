"""A list that is small enough goes out at once, without a run."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from jobs.export_formats import Formato
from jobs.exportables import Lista
from lib.spreadsheets import lineas, por_trozos


def descargar(lista: Lista, formato: Formato) -> HttpResponseBase:
    """The list as a download: CSV as it is read, XLSX once it is written."""
    headers = adjunto(f"{lista.nombre}.{formato.nombre}")
    if formato.nombre == "csv":
        pieces = por_trozos(lineas(lista.titulos, lista.filas(), lista.dialecto))
        return StreamingHttpResponse(pieces, content_type=formato.tipo_contenido, headers=headers)
    with TemporaryDirectory(prefix="exportacion-") as carpeta:
        ruta = Path(carpeta) / f"archivo.{formato.nombre}"
        formato.escribir(ruta, lista.titulos, lista.filas(), lista.dialecto)
        return FileResponse(ruta.open("rb"), content_type=formato.tipo_contenido, headers=headers)


def adjunto(nombre: str) -> dict[str, str]:
    """The headers of a file that is saved, not shown, and that nobody keeps on the way."""
    ascii_name = nombre.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return {
        "Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(nombre)}",
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "X-Accel-Buffering": "no",
    }
