"""The sentences with which logging in by the API is refused: code, sentence, remedy."""

CREDENCIALES = ("credenciales_invalidas", "El usuario o la contraseña no son correctos.", "Revíselos.")
CODIGO_REQUERIDO = (
    "codigo_requerido",
    "Falta el código de su segundo factor.",
    "Repita la petición con `codigo`: el de su aplicación, o uno de respaldo.",
)
CODIGO_INVALIDO = ("codigo_invalido", "El código no es correcto, o ya se usó.", "Espere al siguiente código.")
FALTA_SEGUNDO_FACTOR = (
    "falta_segundo_factor",
    "Su usuario necesita un segundo factor.",
    "Entre en /cuenta/segundo-factor/activar/ con el navegador y actívelo.",
)
REAUTENTICAR = (
    "reautenticacion_requerida",
    "Para esto hay que haber entrado hace poco.",
    "Pida la ficha en /api/auth/login/, o confirme su contraseña en /cuenta/confirmar/.",
)
