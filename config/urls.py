"""Where everything is served."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from lib.api import handler400, handler403, handler404, handler500, no_such_route

admin.site.index_title = "Inicio"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # to /cuenta/entrar/

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("favicon.ico", RedirectView.as_view(url=static("desk/icono.svg"))),
    path("", RedirectView.as_view(url="/admin/")),
    path("api/", include("config.api")),
    re_path(r"^api(?:/|$)", no_such_route),
    path("cuenta/", include("desk.accounts.urls")),
    path("admin/logout/", account.logout, name="salir"),
    re_path(r"^admin/password_change/(?:done/)?$", RedirectView.as_view(pattern_name="account_change_password")),
    re_path(r"^admin$", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
