"""What Django's pages of users, groups and permissions say, in the words of the guide."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Permission
from django.utils.html import format_html
from unfold.forms import UnfoldReadOnlyPasswordHashWidget, UserChangeForm

VERBOS = {"add": "crear", "change": "cambiar", "delete": "eliminar", "view": "ver"}
QUE_PUEDE = {
    "lector": "Ver servidores, empresas, inventario y procesos.",
    "operador": "Lo del lector, y además registrar servidores, descubrir, extraer y cuadrar, y emitir claves de API.",
    "auditor": "Verlo todo, también usuarios, claves, intentos rechazados e historial; no hacer nada.",
    "administrador": "Todo, menos crear superusuarios.",
}
CAMPOS = {
    "is_active": ("activo", "Sin marcar, no entra. Es mejor que eliminarlo: queda en el historial."),
    "is_staff": ("es del equipo", "Puede entrar a estas páginas; qué ve y hace lo dicen sus roles."),
    "is_superuser": ("superusuario", "Puede todo, sin que se le dé ningún rol."),
    "groups": ("roles", "Quien está en varios roles puede lo de todos."),
    "user_permissions": ("permisos sueltos", "Además de los de sus roles. Casi nunca hacen falta."),
}


class ConContrasena(UnfoldReadOnlyPasswordHashWidget):  # type: ignore[misc]
    """Whether there is a password; nothing of its digest."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        tiene = bool(value) and is_password_usable(value)
        return context | {"summary": [{"label": "Tiene contraseña" if tiene else "No tiene contraseña"}]}


class UsuarioForm(UserChangeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = ConContrasena()
            self.fields["password"].help_text = format_html(
                'Nadie puede leerla. <a href="{}" class="text-primary-600 dark:text-primary-500">Poner otra</a>.',
                "../password/",
            )


def con_palabras(formfield: Any, name: str) -> Any:
    """The field of a user with our label and explanation."""
    if formfield is not None and name in CAMPOS:
        formfield.label, formfield.help_text = CAMPOS[name]
        formfield.label = formfield.label.capitalize()
    return formfield


def nombrar_permisos(formfield: "forms.ModelMultipleChoiceField[Permission] | None") -> None:
    if formfield is not None:
        formfield.label_from_instance = permiso  # type: ignore[method-assign,assignment]


def permiso(fila: Permission) -> str:
    """`Fuentes · servidor: cambiar`; a permission that we named ourselves by its name."""
    sala = apps.get_app_config(fila.content_type.app_label).verbose_name
    modelo = fila.content_type.model_class()
    verbo = VERBOS.get(fila.codename.partition("_")[0])
    if modelo is None or verbo is None or fila.codename.partition("_")[2] != fila.content_type.model:
        return f"{sala} · {fila.name}"
    return f"{sala} · {modelo._meta.verbose_name}: {verbo}"
