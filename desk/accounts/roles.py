"""The four roles, and the groups that carry them.

`asegurar` runs after every migration and may run at any time: it adds what a role declares and its group lacks, and
takes nothing away. Other groups, and what an administrator added to these, stay as they are.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.contrib.auth.models import Group, Permission

LECTOR = (
    "servers.view_servidor", "companies.view_empresaservidor", "inventory.view_*", "jobs.view_proceso",
    "contifico.view_*",
)  # fmt: skip
OPERADOR = (
    *LECTOR,
    "servers.add_servidor", "servers.change_servidor",
    "companies.add_empresaservidor", "companies.change_empresaservidor", "companies.*_equivalencianit",
    "inventory.*_reglabodega",
    "contifico.add_cuenta", "contifico.change_cuenta",
    "jobs.view_ejecucion", "jobs.change_ejecucion",
    "apikeys.view_*", "apikeys.add_apikeycliente", "apikeys.change_apikeycliente", "apikeys.*_origenpermitido",
)  # fmt: skip
# Everything that is to be seen, and nothing to be done. Patients and physicians are not what an auditor compares:
# whoever needs them is given `inventory.ver_datos_personales` by name.
AUDITOR = (
    "servers.view_*", "companies.view_*", "inventory.view_*", "contifico.view_*", "jobs.view_*", "apikeys.view_*",
    "auth.view_*", "admin.view_logentry", "django_celery_beat.view_*",
)  # fmt: skip
ADMINISTRADOR = ("*",)

ROLES = {"lector": LECTOR, "operador": OPERADOR, "auditor": AUDITOR, "administrador": ADMINISTRADOR}


@dataclass(frozen=True)
class Rol:
    """A role as it is declared and as its group is."""

    nombre: str
    permisos: int
    usuarios: int
    faltan: list[str] = field(default_factory=list)


def asegurar(**kwargs: Any) -> None:
    """Make the groups, and give them what they lack."""
    todos = _permisos()
    for nombre, patrones in ROLES.items():
        grupo, _ = Group.objects.get_or_create(name=nombre)
        suyos = set(grupo.permissions.values_list("pk", flat=True))
        grupo.permissions.add(*(pk for clave, pk in todos.items() if pk not in suyos and _declarado(clave, patrones)))


def examinar() -> list[Rol]:
    todos = _permisos()
    return [_examinar(nombre, patrones, todos) for nombre, patrones in ROLES.items()]


def _examinar(nombre: str, patrones: tuple[str, ...], todos: dict[str, int]) -> Rol:
    grupo = Group.objects.filter(name=nombre).first()
    suyos = set(grupo.permissions.values_list("pk", flat=True)) if grupo else set()
    faltan = [clave for clave, pk in todos.items() if pk not in suyos and _declarado(clave, patrones)]
    return Rol(nombre, len(suyos), grupo.user_set.count() if grupo else 0, sorted(faltan))


def _permisos() -> dict[str, int]:
    filas = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": pk for app, codename, pk in filas}


def _declarado(clave: str, patrones: tuple[str, ...]) -> bool:
    return any(fnmatchcase(clave, patron) for patron in patrones)
