"""Where everything is served."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("api/", include("config.api")),
    path("admin/", admin.site.urls),
]
