"""The words for what runs keep as JSON: names, in the order in which people read them, and codes as badges."""

from collections.abc import Iterable
from typing import Any

# Name → words. The order is that of rows and columns, for a database may give the names back in any other.
PALABRAS = {
    "estado": "Estado",
    "archivo": "Archivo",
    "lista": "Lista",
    "formato": "Formato",
    "filtros": "Filtro",
    "empresa": "Empresa",
    "nit": "NIT",
    "anio_fiscal": "Año fiscal",
    "mes": "Mes",
    "accion": "Qué pasó",
    "motivo": "Por qué",
    "de": "Estaba en",
    "a": "Está en",
    "servidor": "Servidor",
    "codigo": "Código",
    "ruta_base": "Base",
    "total_empresas": "Empresas en la fuente",
    "sin_nit": "Empresas sin NIT, que no se toman",
    "total_encontrados": "Filas encontradas",
    "registros_guardados": "Movimientos guardados",
    "chunks_procesados": "Meses leídos",
    "meses_comparados": "Meses comparados",
    "sin_fecha": "Líneas sin fecha",
    "inicio": "Desde",
    "fin": "Hasta",
    "forzar": "Leer también lo ya extraído",
    "rango": "Período",
    "solicitado": "pedido",
    "efectivo": "leído, por meses enteros",
    "ampliado": "ampliado a meses enteros",
    "catalogo": "Catálogo",
    "articulos": "Artículos",
    "existencias": "Existencias",
    "omitidos": "Omitidos",
    "leidas": "Leídas",
    "encontradas": "Leídas",
    "filas_antes": "Filas antes",
    "filas": "Guardadas",
    "creadas": "Creadas",
    "actualizadas": "Actualizadas",
    "borradas": "Borradas",
    "sin_cambios": "Sin cambios",
    "omitidas": "Omitidas",
    "rechazadas": "Rechazadas",
    "redondeadas": "Redondeadas",
    "limpiadas": "Con caracteres raros quitados",
    "negativas": "Con cantidad negativa",
    "sin_precio": "Sin precio",
    "inactivadas": "Inactivadas",
    "cantidad_antes": "Cantidad antes",
    "cantidad": "Σ cantidad",
    "valor": "Σ valor",
    "segundos": "Tardó",
    "lectura": "Cómo se leyó",
    "instantanea_mas_larga": "Instantánea más larga",
    "espera_de_cupo": "Esperó su lugar",
    "junto_con": "Leído junto con",
    "recortado": "Lista recortada",
    "empresas": "Empresas",
    "ventanas": "Meses",
    "diferencias": "Meses que diferían",
    "fuera_del_anio": "Documentos fuera del año fiscal, que no se copian",
    "filas_escritas": "Filas",
    "bytes": "Tamaño en bytes",
    "sha256": "SHA-256",
    "empresa_id": "Id de empresa",
    "servidor_id": "Id de servidor",
}
ORDEN = {name: place for place, name in enumerate(PALABRAS)}

# In one table, or of one kind of run, a name may say something else than elsewhere.
PALABRAS_DE = {
    ("diferencias", "filas"): "Filas en la fuente",
    ("diferencias", "cantidad"): "Cantidad en la fuente",
    ("fuera_del_anio", "filas"): "Filas en la fuente",
    ("exportar", "leidas"): "Filas",
}

# Code → words and colour.
VALORES = {
    "exito": ("Copiado", "success"),
    "sin_datos": ("Sin movimientos", "info"),
    "ya_extraido": ("Ya estaba extraído", "info"),
    "error": ("Error", "danger"),
    "cuadrado": ("Cuadra", "success"),
    "corregido": ("Corregido", "warning"),
    "creada": ("Creada", "success"),
    "actualizada": ("Actualizada", "info"),
    "sin_cambios": ("Sin cambios", "default"),
    "omitida": ("Omitida", "warning"),
    "rechazada": ("Rechazada", "danger"),
    "leida": ("Leído", "success"),
    "ya_extraida": ("Ya estaba", "default"),
}
CODIFICADOS = frozenset({"estado", "accion"})  # the names whose values are such codes

# Kind of run → the counts that say something of it; of any other all do.
CONTEOS_DE = {"exportar": ("leidas",)}

COLORES_DE_CONTEOS = {
    "creadas": "success",
    "actualizadas": "info",
    "borradas": "info",
    "omitidas": "warning",
    "rechazadas": "danger",
    "inactivadas": "warning",
}


def palabras(name: str, tabla: str = "") -> str:
    """The words for a name; one that nobody has put into words is shown without its underscores."""
    plain = name.replace("_", " ").capitalize()
    return PALABRAS_DE.get((tabla, name)) or PALABRAS.get(name, plain)


def en_orden(names: Iterable[str]) -> list[str]:
    """The names as people read them; unknown ones last, as they come."""
    return sorted(dict.fromkeys(names), key=lambda name: ORDEN.get(name, len(ORDEN)))


def solicitante(run: Any) -> str:
    """Who asked for it: a person, the key of a client, either by what may be shown of the credential, or nobody."""
    tipo, _, identificador = run.solicitada_con.partition(":")
    con = {"clave": f"Clave sk_{identificador}…", "ficha": f"ficha pt_{identificador}…"}.get(tipo, run.solicitada_con)
    return ", ".join(map(str, filter(None, (run.solicitada_por, con)))) or "El sistema"
