"""Users and groups in the admin: who may give rights, and how many.

Rights are given by whoever may change groups, never more than the giver has, and never to the giver.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from companies.visibility import ve_todas
from desk.accounts import registering, second_factor
from desk.accounts.admin_words import QUE_PUEDE, UsuarioForm, con_palabras, nombrar_permisos
from desk.accounts.rights import cabe, grupos_propios, manda_derechos, permisos_propios
from desk.accounts.roles import ROLES
from lib import audit
from lib.spanish import en_miles, instante

for model in (User, Group):
    admin.site.unregister(model)

DERECHOS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


class PorAdmitirFilter(admin.SimpleListFilter):
    title = "solicitud"
    parameter_name = "solicitud"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("por_admitir", "Por admitir")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(registering.POR_ADMITIR) if self.value() else queryset


def accion_de_admitir(rol: str) -> Callable[..., None]:
    def admitir(modeladmin: "UserAdmin", request: HttpRequest, queryset: QuerySet[User]) -> None:
        modeladmin.admitir(request, queryset, rol)

    admitir.__name__ = f"admitir_{rol}"  # by which the admin tells actions apart
    return admin.action(admitir, permissions=["admitir"], description=f"Admitir como {rol}")


def _contar(
    modeladmin: "UserAdmin", request: HttpRequest, frase: str, hechos: list[User], pedidos: QuerySet[User]
) -> None:
    """Say how many, and why not the others."""
    faltan = len(pedidos) - len(hechos)
    resto = f" Sin cambios: {faltan} (no hacía falta, es usted mismo o tiene más derechos)." if faltan else ""
    modeladmin.message_user(request, frase + resto, messages.WARNING if faltan else messages.SUCCESS)


@admin.action(description="Quitar el segundo factor (perdió el teléfono)", permissions=["admitir"])
def quitar_segundo_factor(modeladmin: "UserAdmin", request: HttpRequest, queryset: QuerySet[User]) -> None:
    quitados = [
        user for user in queryset if user != request.user and cabe(request, user) and second_factor.quitar(user)
    ]
    for user in quitados:
        audit.anotar(user, CHANGE, "Se le quitó el segundo factor.", por=request.user)
    _contar(
        modeladmin,
        request,
        f"Segundo factor quitado, y terminadas sus sesiones y fichas: {len(quitados)}.",
        quitados,
        queryset,
    )


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc,type-arg]
    form = UsuarioForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "nombre", "situacion", "roles", "con_segundo_factor", "entro")
    list_filter = (PorAdmitirFilter, "is_active", "is_staff", "groups")
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),)
    search_help_text = "Usuario, nombre, apellidos o correo"
    readonly_fields = ("last_login", "date_joined")
    actions = [*(accion_de_admitir(rol) for rol in ROLES), quitar_segundo_factor]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "authenticator_set")

    @display(description="nombre")
    def nombre(self, user: User) -> str:
        return user.get_full_name() or user.email or "—"

    @display(description="estado", label={"activo": "success", "por_admitir": "warning", "inactivo": "default"})
    def situacion(self, user: User) -> tuple[str, str]:
        if user.is_active:
            return ("activo", "Activo") if user.is_staff else ("inactivo", "Sin entrada a estas páginas")
        return ("inactivo", "Inactivo") if user.last_login else ("por_admitir", "Por admitir")

    @display(description="roles")
    def roles(self, user: User) -> str:
        propios = ["superusuario"] if user.is_superuser else []
        return ", ".join(propios + [group.name for group in user.groups.all()]) or "Ninguno"

    @display(description="segundo factor", label={"activo": "success", "falta": "warning"})
    def con_segundo_factor(self, user: Any) -> tuple[str, str]:
        activo = any(row.type == second_factor.TOTP for row in user.authenticator_set.all())
        return ("activo", "Activo") if activo else ("falta", "Sin activar")

    @display(description="entró", ordering="last_login")
    def entro(self, user: User) -> str:
        return instante(user.last_login) if user.last_login else "Nunca"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self._alcanza(request, obj) and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return obj != request.user and self._alcanza(request, obj) and bool(super().has_delete_permission(request, obj))

    def has_admitir_permission(self, request: HttpRequest) -> bool:
        return manda_derechos(request) and self.has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights are fixed for those who may not give them, and for everyone on the own page."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return fixed
        if obj == request.user or not manda_derechos(request):
            return (*fixed, *DERECHOS)
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = grupos_propios(request)
        formfield = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "user_permissions" and formfield is not None:
            formfield.queryset = permisos_propios(request)
            nombrar_permisos(formfield)
        return formfield

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return con_palabras(super().formfield_for_dbfield(db_field, request, **kwargs), db_field.name)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  as Django names it
        """The own password is changed where the old one is asked for, however the address writes its number."""
        if self.get_object(request, unquote(id)) == request.user:
            return HttpResponseRedirect(reverse("account_change_password"))
        return super().user_change_password(request, id, form_url)

    def admitir(self, request: HttpRequest, queryset: QuerySet[User], nombre: str) -> None:
        rol = grupos_propios(request).filter(name=nombre).first()
        if rol is None:
            self.message_user(request, f"No puede dar el rol {nombre}: tiene permisos que usted no.", messages.ERROR)
            return
        admitidos = [user for user in queryset if cabe(request, user) and registering.admitir(user, rol)]
        for user in admitidos:
            audit.anotar(user, CHANGE, f"Admitido como {nombre}.", por=request.user)
        _contar(self, request, f"Admitidos como {nombre}: {len(admitidos)}.", admitidos, queryset)

    def _alcanza(self, request: HttpRequest, obj: User | None) -> bool:
        """Accounts are for who sees every company, and those with more rights for who has them too."""
        return ve_todas(request) and (obj is None or obj == request.user or cabe(request, obj))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "que_puede", "cuantos")
    vacio = "Un rol da los mismos permisos a varios usuarios: por ejemplo, quienes solo leen."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(cuantos=Count("user"))

    @display(description="qué puede")
    def que_puede(self, group: Group) -> str:
        return QUE_PUEDE.get(group.name, "Lo que se le dio; ábralo para verlo.")

    @display(description="usuarios")
    def cuantos(self, group: Any) -> str:
        return en_miles(group.cuantos)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._alcanza(request, obj) and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._alcanza(request, obj) and bool(super().has_delete_permission(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and bool(super().has_add_permission(request))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        formfield = super().formfield_for_manytomany(db_field, request, **kwargs)
        if formfield is not None and request is not None:
            formfield.queryset = permisos_propios(request)
            nombrar_permisos(formfield)
        return formfield

    def _alcanza(self, request: HttpRequest, obj: Group | None) -> bool:
        """Nobody changes a group that holds more than the own rights, nor one of the own."""
        if request.user.is_superuser:
            return True
        if not ve_todas(request):
            return False
        return obj is None or (
            grupos_propios(request).filter(pk=obj.pk).exists() and not request.user.groups.filter(pk=obj.pk).exists()
        )
