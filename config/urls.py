"""Where everything is served."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from lib.api import handler400, handler403, handler404, handler500, no_such_route

admin.site.index_title = "Inicio"

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("favicon.ico", RedirectView.as_view(url=static("desk/icono.svg"))),
    path("", RedirectView.as_view(url="/admin/")),
    path("api/", include("config.api")),
    re_path(r"^api(?:/|$)", no_such_route),
    re_path(r"^admin$", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
