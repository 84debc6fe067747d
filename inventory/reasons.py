"""Why a row of a source could not become a movement: a stable code, a sentence, and what a person can do."""

from django.db.models import TextChoices


class Motivo(TextChoices):
    CAMPO_VACIO = "campo_vacio", "Falta un dato obligatorio"
    FECHA_INVALIDA = "fecha_invalida", "La fecha no se entiende"
    FUERA_DE_RANGO = "fuera_de_rango", "Un número es demasiado grande"
    FUERA_DE_VENTANA = "fuera_de_ventana", "La fecha no es del mes que se pidió"
    NUMERO_INVALIDO = "numero_invalido", "Un número no se entiende"
    PRECISION = "precision", "Un número tiene más cifras de las que se guardan"
    TEXTO_LARGO = "texto_largo", "Un texto no cabe"
    TIPO_DESCONOCIDO = "tipo_desconocido", "El tipo de documento no se conoce"


DESPUES = " Después extraiga de nuevo ese mes, con «Leer también los meses ya extraídos»."
CORREGIR = "Abra el documento en el ERP y corrija el dato que nombra el detalle." + DESPUES

REMEDIOS = {
    Motivo.CAMPO_VACIO: "Abra el documento en el ERP y complete el dato que nombra el detalle." + DESPUES,
    Motivo.FECHA_INVALIDA: CORREGIR,
    Motivo.FUERA_DE_RANGO: "Casi siempre es un error de digitación: ceros de más o una coma perdida. " + CORREGIR,
    Motivo.FUERA_DE_VENTANA: "La consulta propia de la empresa debe devolver solo filas cuya FECHA esté entre sus dos"
    " parámetros; pida al administrador que la revise.",
    Motivo.NUMERO_INVALIDO: CORREGIR,
    Motivo.PRECISION: "Si el número es un error de digitación, corríjalo en el ERP. Si es correcto, esta instalación"
    " debe pasar de SQLite a PostgreSQL, que lo guarda entero." + DESPUES,
    Motivo.TEXTO_LARGO: "Acorte el texto en el ERP; el detalle dice cuál y cuánto cabe." + DESPUES,
    Motivo.TIPO_DESCONOCIDO: "Nunca se supone que un tipo desconocido sea una venta. Si mueve inventario, pida que se"
    " añada, con el código que dice el detalle; si no lo mueve, puede dejarlo así: no se suma en nada.",
}
