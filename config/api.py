"""Every router of the API on one screen; each path answers with and without its trailing slash."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from apikeys.views import ApiKeyViewSet
from apikeys.views_nits import ConfirmarNitView, MedicoDeNitView, RetirarNitView
from companies.views import (
    DescubrirEmpresasView,
    EmpresaServidorViewSet,
    EstadoDescubrimientoView,
    EstadoMoverEmpresaView,
)
from desk.accounts.views import EntrarView, FichaViewSet, RegistroView, SalirView
from desk.api_page import PaginaDeLaApiView
from inventory.views import ArticuloViewSet, ExistenciaViewSet, MovimientoViewSet, VentanaViewSet
from inventory.views_extraction import CuadrarView, EstadoCuadreView, EstadoExtraccionView, ExtraerDatosView
from inventory.views_monthly import ResumenMensualViewSet
from jobs.views import EjecucionViewSet
from jobs.views_exports import EstadoExportacionView, ExportacionView
from servers.views import ServidorViewSet

router = SimpleRouter()
router.trailing_slash = "/?"  # the constructor turns any true value into "/"
router.register("sistema/ejecuciones", EjecucionViewSet)
router.register("auth/fichas", FichaViewSet)
router.register("api-keys", ApiKeyViewSet)
router.register("servidores", ServidorViewSet)
router.register("empresas-servidor", EmpresaServidorViewSet)
router.register("movimientos/resumen_mensual", ResumenMensualViewSet, basename="resumen-mensual")  # before the detail
router.register("movimientos", MovimientoViewSet)
router.register("articulos", ArticuloViewSet)
router.register("existencias", ExistenciaViewSet)
router.register("ventanas", VentanaViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", PaginaDeLaApiView.as_view(url_name="schema"), name="docs"),
    re_path(r"^auth/login/?$", EntrarView.as_view(), name="auth-login"),
    re_path(r"^auth/logout/?$", SalirView.as_view(), name="auth-logout"),
    re_path(r"^auth/register/?$", RegistroView.as_view(), name="auth-register"),
    re_path(r"^sistema/descubrir_empresas/?$", DescubrirEmpresasView.as_view(), name="descubrir-empresas"),
    re_path(r"^sistema/estado-descubrimiento/?$", EstadoDescubrimientoView.as_view(), name="estado-descubrimiento"),
    re_path(r"^sistema/estado-mover-empresa/?$", EstadoMoverEmpresaView.as_view(), name="estado-mover-empresa"),
    re_path(r"^sistema/extraer_datos/?$", ExtraerDatosView.as_view(), name="extraer-datos"),
    re_path(r"^sistema/estado-extraccion/?$", EstadoExtraccionView.as_view(), name="estado-extraccion"),
    re_path(r"^sistema/cuadrar/?$", CuadrarView.as_view(), name="cuadrar"),
    re_path(r"^sistema/estado-cuadre/?$", EstadoCuadreView.as_view(), name="estado-cuadre"),
    re_path(r"^api-keys/medico_de_nit/?$", MedicoDeNitView.as_view(), name="medico-de-nit"),
    re_path(r"^api-keys/confirmar_nit/?$", ConfirmarNitView.as_view(), name="confirmar-nit"),
    re_path(r"^api-keys/retirar_nit/?$", RetirarNitView.as_view(), name="retirar-nit"),
    re_path(r"^sistema/estado-exportacion/?$", EstadoExportacionView.as_view(), name="estado-exportacion"),
    re_path(r"^exportaciones/(?P<pk>[\w:.-]{1,200})/?$", ExportacionView.as_view(), name="exportacion"),
    path("", include(router.urls)),
]
