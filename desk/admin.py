"""Accounts and schedules, which belong to no room, in the admin's own look."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_celery_beat import admin as beat
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from companies.admin_access import LoCambiaQuienVeTodas
from desk import admin_companies  # noqa: F401  it registers its own class
from desk.accounts import admin as accounts  # noqa: F401  users and groups register themselves

for model in (
    EmailAddress,
    Authenticator,
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
):
    admin.site.unregister(model)


class TaskSelect(UnfoldAdminSelectWidget, beat.TaskSelectWidget):  # type: ignore[misc]
    """The tasks of this code, to choose from."""


class PeriodicTaskForm(beat.PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(LoCambiaQuienVeTodas, beat.PeriodicTaskAdmin, ModelAdmin):  # type: ignore[misc]
    form = PeriodicTaskForm
    change_form_template = None  # beat's own only adds a script, in the page, for help that unfold's pages do not have
    vacio = "Beat, al arrancar, pone aquí lo de cada noche: extraer y cuadrar todas las empresas."
    actions = ("enable_tasks", "disable_tasks")
    date_hierarchy = None
    list_display = ("name", "enabled", "horario", "last_run_at")
    list_filter = ("enabled",)
    fieldsets = (
        (None, {"fields": ("name", "regtask", "task", "enabled", "description")}),
        ("Cuándo", {"fields": ("crontab", "interval", "start_time", "one_off", "last_run_at")}),
        ("Parámetros", {"fields": ("args", "kwargs", "queue"), "classes": ("collapse",)}),
    )

    @admin.action(description="Activar las tareas elegidas", permissions=["change"])
    def enable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        super().enable_tasks(request, queryset)

    @admin.action(description="Desactivar las tareas elegidas", permissions=["change"])
    def disable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        super().disable_tasks(request, queryset)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        return super().get_queryset(request).select_related("crontab", "interval")  # type: ignore[no-any-return]

    @admin.display(description="horario")
    def horario(self, task: PeriodicTask) -> str:
        return _cada_dia(task.crontab) or str(task.crontab or task.interval or "—")


def _cada_dia(crontab: CrontabSchedule | None) -> str:
    """`Cada día a las 03:00 (America/Bogota)`; empty for any other schedule."""
    if crontab is None or not (crontab.hour.isdigit() and crontab.minute.isdigit()):
        return ""
    if {crontab.day_of_week, crontab.day_of_month, crontab.month_of_year} != {"*"}:
        return ""
    return f"Cada día a las {int(crontab.hour):02}:{int(crontab.minute):02} ({crontab.timezone})"


@admin.register(CrontabSchedule)
class CrontabAdmin(LoCambiaQuienVeTodas, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "human_readable")


@admin.register(IntervalSchedule)
class IntervalAdmin(LoCambiaQuienVeTodas, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__",)
