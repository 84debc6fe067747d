"""Every page and endpoint there is, asked for by those who may not; routes that are added later are among them."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.urls import get_resolver
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from companies.models import EmpresaServidor, UsuarioEmpresa
from inventory.contifico.models import Cuenta
from inventory.models import Articulo, Existencia, MovimientoInventario, MovimientoRechazado, VentanaExtraccion
from jobs.models import Ejecucion, Estado, Proceso
from servers.models import Servidor
from tests.routes import METODOS, rutas

AJENA = "Ajena Secreta"
ROOMS = ("auth", "companies", "contifico", "django_celery_beat", "inventory", "jobs", "servers")
# What everyone with a session has: home, own account, way out, the search of pages, the description of the API.
DE_TODOS = re.compile(
    r"/(favicon\.ico|cuenta/.*|api/auth/.*|admin(/(login/|logout/|password_change/(done/)?|jsi18n/|search/)?)?|api/(schema|docs))?"
)
# What is there for those who have not entered yet.
DE_NADIE = re.compile(  # an export's address is its own credential: tests/inventory/test_exportar.py
    r"/(favicon\.ico|cuenta/(|entrar/|salir/|contrasena/.*)|admin(/|/login/|/logout/)?|api/exportaciones/[^/]*/?"
    r"|api/auth/(login|register)|api/api-keys/validar_api_key)?"
)
EN_LA_PAGINA = re.compile(r"<script(?![^>]*(?: src=| type=.application/json))[^>]*>|<[^>]* on[a-z]+=[^>]*>")
INSTANTE = re.compile(r'"(\d{4}-\d\d-\d\dT[^"]*)"')
A_ENTRAR = re.compile(
    r"/(admin/login/\?next=|cuenta/(entrar/(\?next=|$)|contrasena/cambiar/$|segundo-factor/codigo/$))"
)


def direcciones(objetos):
    """The address of every route, with the key of the object that it is about."""
    for ruta, _ in rutas(get_resolver()):
        if "(?P<url>" in ruta or "(?P<app_label>" in ruta or "(?:" in ruta:  # catch-alls, and the index of an app
            continue
        pk = next((str(objeto.pk) for parte, objeto in objetos.items() if re.search(rf"[/^]{parte}/", ruta)), "1")
        yield "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", pk, ruta).replace("^", "").removesuffix("$").removesuffix("/?")


@pytest.fixture
def servidor(db):
    return Servidor.objects.create(nombre="BCE", host="127.0.0.1", puerto=1, usuario="U", ruta_maestra="ADMIN")


def empresa_de(servidor, nombre, nit):
    return EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre=nombre, nit=nit, nit_original=nit, nit_base=nit, anio_fiscal=2025,
        ruta_base=f"/datos/{nit}.gdb",
    )  # fmt: skip


@pytest.fixture
def propia(servidor):
    return empresa_de(servidor, "Propia", "900123456")


@pytest.fixture
def objetos(servidor, propia, admin):
    """A row of everything, all of it of a company that a limited user must not see."""
    ajena = empresa_de(servidor, AJENA, "800197268")
    de = {"empresa_servidor": ajena}
    cuando = {"fecha": "2025-03-01"}
    ahora = timezone.now()
    run = Ejecucion.objects.create(
        tipo="extraer_datos", clave=f"empresa:{ajena.pk}", tarea="t", estado=Estado.COMPLETADA,
        resultado={"empresa": AJENA}, mensaje=AJENA,
    )  # fmt: skip
    run.lineas.create(texto=AJENA)
    movimiento = MovimientoInventario.objects.create(
        **de, **cuando, clave_origen="K:1", tipo_documento="FACTURA_VENTA", articulo_codigo="A", articulo_nombre=AJENA,
        cantidad=1, sentido=-1, precio_unitario=1, valor_total=1,
    )  # fmt: skip
    ventana = VentanaExtraccion.objects.create(
        **de, desde="2025-03-01", hasta="2025-04-01", origen=AJENA, filas=1, rechazadas=0, suma_cantidad=1,
        suma_valor=1, huella=AJENA, leida=ahora,
    )  # fmt: skip
    rechazado = MovimientoRechazado.objects.create(
        **de, ventana="2025-03-01", motivo="precision", detalle=AJENA, datos={"NOMBRE": AJENA}
    )
    articulo = Articulo.objects.create(**de, codigo="A", nombre=AJENA, leido=ahora)
    existencia = Existencia.objects.create(
        **de, articulo_codigo=AJENA, codigo_bodega="B", bodega=AJENA, cantidad=1, leida=ahora
    )
    cron = CrontabSchedule.objects.create()
    return {
        "servidor": servidor, "servidores": servidor, "empresaservidor": ajena, "empresas-servidor": ajena,
        "ejecucion": run, "ejecuciones": run, "movimientoinventario": movimiento, "movimientos": movimiento,
        "ventanaextraccion": ventana, "ventanas": ventana, "movimientorechazado": rechazado, "articulo": articulo,
        "articulos": articulo, "existencia": existencia, "existencias": existencia, "user": admin,
        "usuarioempresa": UsuarioEmpresa.objects.create(usuario=admin, empresa=propia),
        "group": Group.objects.create(name="G"), "proceso": Proceso.objects.create(nombre="w", clase="worker"),
        "crontabschedule": cron, "intervalschedule": IntervalSchedule.objects.create(every=1, period="days"),
        "cuenta": Cuenta.objects.create(nombre=AJENA),
        "periodictask": PeriodicTask.objects.create(name="P", task="t", crontab=cron),
    }  # fmt: skip


@pytest.fixture
def entrar(client, django_user_model):
    def entrar(permisos=None, empresa=None, **campos):
        user = django_user_model.objects.create_user("ana", **{"is_staff": True} | campos)
        if permisos is not None:
            user.user_permissions.set(permisos)
        if empresa:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        client.force_login(user)
        return client

    return entrar


def contenido():
    """All rows of all rooms."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model: list(model.objects.order_by("pk").values()) for model in models}


def pedir(client, ruta, metodo, **cuerpo):
    kind = {} if ruta.startswith("/admin") and metodo == "post" else {"content_type": "application/json"}
    return getattr(client, metodo)(ruta, cuerpo, **kind if metodo != "get" else {})


def texto(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def test_anonymous_get_nothing_anywhere(client, objetos):
    before = contenido()
    for ruta in direcciones(objetos):
        if DE_NADIE.fullmatch(ruta):
            continue
        for metodo in METODOS if ruta.startswith("/api/") else ("get", "post"):
            response = pedir(client, ruta, metodo)
            if ruta.startswith("/api/"):
                assert (response.status_code, response.json()["error"]["codigo"]) == (401, "sin_sesion"), ruta
            else:
                assert response.status_code == 302, (ruta, metodo)
                assert A_ENTRAR.match(response.url), (ruta, metodo, response.url)
    assert contenido() == before


@pytest.mark.parametrize("staff", [True, False])
def test_a_user_without_permissions_gets_nothing_anywhere(entrar, objetos, staff):
    client = entrar(is_staff=staff)
    before = contenido()
    for ruta in direcciones(objetos):
        if DE_TODOS.fullmatch(ruta) or ruta == "/api/sistema/ejecuciones":
            continue
        for metodo in METODOS if ruta.startswith("/api/") else ("get", "post"):
            response = pedir(client, ruta, metodo)
            assert response.status_code in (302, 400, 403, 404, 405), (ruta, metodo, response.status_code)
            assert AJENA not in texto(response), ruta
    assert contenido() == before


def test_a_reader_changes_nothing_anywhere(entrar, objetos):
    client = entrar(Permission.objects.filter(codename__startswith="view"))
    ids = {"servidor_id": objetos["servidor"].pk, "empresa_servidor_id": objetos["empresaservidor"].pk}
    before = contenido()
    for ruta in direcciones(objetos):
        if not DE_TODOS.fullmatch(ruta):
            for metodo in METODOS[1:] if ruta.startswith("/api/") else ("post",):
                pedir(client, ruta, metodo, **ids)
        assert contenido() == before


def test_a_limited_user_with_every_permission_sees_nothing_of_other_companies(entrar, objetos, propia):
    client = entrar(Permission.objects.all(), propia)
    ajena = objetos["empresaservidor"]
    for ruta in direcciones(objetos):
        response = pedir(client, ruta, "get")
        assert AJENA not in texto(response), ruta
        assert ajena.nit not in texto(response), ruta
        assert response.status_code < 500


def test_no_page_holds_a_script_of_its_own(client, admin, objetos):
    """The content policy would not run it: `lib.content_policy`."""
    client.force_login(admin)
    vistas = 0
    for ruta in direcciones(objetos):
        response = client.get(ruta)
        if response.headers.get("Content-Type", "").startswith("text/html") and response.status_code == 200:
            assert not EN_LA_PAGINA.findall(texto(response)), ruta
            vistas += 1
    assert vistas > 40


def test_every_instant_of_the_api_is_in_utc_with_z(client, admin, objetos, clave_de):
    """Whoever asks, whichever way a view writes its answer."""
    run = objetos["ejecucion"]
    UsuarioEmpresa.objects.all().delete()
    type(run).objects.update(inicio=timezone.now(), fin=timezone.now(), latido=timezone.now())
    clave = clave_de("800197268")
    client.force_login(admin)
    vistos = set()
    for como in ({}, clave):
        for ruta in (r for r in direcciones(objetos) if r.startswith("/api/") and r != "/api/schema"):
            response = client.get(ruta, {"task_id": str(run.pk)} if "estado-" in ruta else {}, **como)
            for instante in INSTANTE.findall(texto(response)):
                assert instante.endswith("Z"), (ruta, instante)
                vistos.add(ruta.split("/")[2])
    assert {"sistema", "api-keys", "movimientos", "articulos", "servidores", "empresas-servidor"} <= vistos, vistos


@pytest.mark.parametrize("ruta", ["/cuenta/entrar/", "/admin/", "/api/empresas-servidor/", "/nada"])
@pytest.mark.parametrize("origen", [{}, {"HTTP_ORIGIN": "https://otra.example.com"}])
def test_a_host_that_is_not_ours_is_bad_input_everywhere(client, db, ruta, origen):
    """Refused before anyone is asked who they are, which the pages of errors must bear."""
    client.raise_request_exception = False
    assert client.get(ruta, HTTP_HOST="otra.example.com", **origen).status_code == 400
