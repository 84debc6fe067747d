"""The home page: the next step, figures within the user's companies, and whether the processes live."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from apikeys.issuing import emitir, revocar
from apikeys.models import IntentoRechazado
from companies.models import EmpresaServidor, UsuarioEmpresa
from desk.home import dashboard
from inventory.models import VentanaExtraccion
from inventory.months import mas_meses
from jobs.models import Ejecucion, Estado, Proceso
from servers.models import Servidor


@pytest.fixture
def servidor(db):
    return Servidor.objects.create(nombre="BCE", host="192.0.2.1", usuario="SYSDBA")


@pytest.fixture
def crear_empresa(servidor):
    def crear(nit):
        return EmpresaServidor.objects.create(
            servidor=servidor, codigo=nit[-2:], nombre=f"Empresa {nit}", nit=nit, nit_original=nit, nit_base=nit,
            anio_fiscal=2026, ruta_base="/x",
        )  # fmt: skip

    return crear


@pytest.fixture
def crear_ventana():
    def crear(empresa, mes, filas, rechazadas=0):
        return VentanaExtraccion.objects.create(
            empresa_servidor=empresa, desde=date(2026, mes, 1), hasta=date(2026, mes + 1, 1), origen="1:/x", huella="a",
            filas=filas, rechazadas=rechazadas, suma_cantidad=1, suma_valor=1, leida=timezone.now(),
        )  # fmt: skip

    return crear


@pytest.fixture
def inicio(rf):
    def pedir(user):
        request = rf.get("/admin/")
        request.user = user
        return dashboard(request, {"otro": 1})

    return pedir


def test_empty_installation_says_what_to_do_first(client, admin):
    client.force_login(admin)
    assert "Registre su primer servidor" in client.get("/admin/").text


def test_next_step_follows_what_is_missing(inicio, admin, servidor, crear_empresa, crear_ventana):
    assert inicio(admin)["paso"]["titulo"] == "Descubra las empresas"
    empresa = crear_empresa("900000001")
    assert inicio(admin)["paso"]["titulo"] == "Extraiga los movimientos"
    crear_ventana(empresa, 1, 10)
    assert inicio(admin)["paso"] is None


def test_figures_come_from_the_ledger(inicio, admin, crear_empresa, crear_ventana):
    una, otra = crear_empresa("900000001"), crear_empresa("900000002")
    crear_ventana(una, 1, 1000)
    crear_ventana(otra, 1, 500)
    crear_ventana(otra, 2, 20, rechazadas=3)
    context = inicio(admin)
    assert [tarjeta["total"] for tarjeta in context["tarjetas"]] == ["1", "2", "1.520"]
    assert context["tarjetas"][2]["nota"] == "3 filas rechazadas"
    grafica = json.loads(context["grafica"])
    assert (grafica["labels"], grafica["datasets"][0]["data"]) == (["ene 26", "feb 26"], [1500, 20])
    assert context["otro"] == 1


def test_chart_leaves_out_months_to_come_that_are_empty(inicio, admin, crear_empresa):
    hoy = timezone.localdate()
    empresa = crear_empresa("900000001")
    for meses, filas in ((-1, 0), (1, 0), (2, 5)):
        desde = mas_meses(hoy.replace(day=1), meses)
        VentanaExtraccion.objects.create(
            empresa_servidor=empresa, desde=desde, hasta=mas_meses(desde, 1), origen="1:/x", huella="a", filas=filas,
            suma_cantidad=1, suma_valor=1, leida=timezone.now(),
        )  # fmt: skip
    assert json.loads(inicio(admin)["grafica"])["datasets"][0]["data"] == [0, 5]


def test_user_with_companies_sees_their_figures_only(inicio, django_user_model, crear_empresa, crear_ventana):
    suya, ajena = crear_empresa("900000001"), crear_empresa("900000002")
    crear_ventana(suya, 1, 7)
    crear_ventana(ajena, 1, 1000)
    user = django_user_model.objects.create_user("ana", is_staff=True)
    UsuarioEmpresa.objects.create(usuario=user, empresa=suya)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_empresaservidor", "view_ventanaextraccion"])
    )
    context = inicio(user)
    assert [tarjeta["total"] for tarjeta in context["tarjetas"]] == ["1", "7"]
    assert json.loads(context["grafica"])["datasets"][0]["data"] == [7]


def test_user_without_permissions_sees_no_figures(inicio, django_user_model, servidor):
    context = inicio(django_user_model.objects.create_user("ana", is_staff=True))
    assert (context["tarjetas"], context["procesos"], context["paso"], context["grafica"]) == ([], [], None, "")


def test_last_runs_are_shown_in_words(client, admin):
    client.force_login(admin)
    for n, estado in enumerate(Estado.values):
        Ejecucion.objects.create(
            tipo="extraer_datos", nombre="Extraer movimientos", clave=f"empresa:{n}", sobre=f"Empresa {n} 2026",
            tarea="t", estado=estado,
        )  # fmt: skip
    texto = client.get("/admin/").text
    assert all(etiqueta in texto for etiqueta in Estado.labels)
    assert "Extraer movimientos · Empresa 1 2026" in texto
    assert "empresa:1" not in texto


def test_runs_of_others_stay_hidden(inicio, django_user_model, admin):
    Ejecucion.objects.create(tipo="t", clave="1", tarea="t", solicitada_por=admin)
    user = django_user_model.objects.create_user("ana", is_staff=True)
    propia = Ejecucion.objects.create(tipo="t", clave="2", tarea="t", solicitada_por=user)
    assert [fila["run"] for fila in inicio(user)["ejecuciones"]] == [propia]


def test_processes_are_alive_silent_or_never_seen(inicio, admin):
    Proceso.objects.create(nombre="w1", clase="worker")
    Proceso.objects.create(nombre="b1", clase="beat", latido=timezone.now() - timedelta(hours=1))
    assert [proceso["estado"] for proceso in inicio(admin)["procesos"]] == [
        "1 en marcha",
        "Sin señal",
        "No se ha iniciado",
    ]


def test_home_asks_a_fixed_number_of_queries(
    client, admin, crear_empresa, crear_ventana, django_assert_max_num_queries
):
    client.force_login(admin)
    for mes in range(1, 6):
        crear_ventana(crear_empresa(f"90000000{mes}"), mes, 10)
        Ejecucion.objects.create(tipo="t", clave=str(mes), tarea="t")
        emitir(nit=f"90000000{mes}")
    with django_assert_max_num_queries(12):
        client.get("/admin/")


def test_home_counts_keys_once_there_are_some(inicio, admin, crear_empresa):
    assert "Claves que abren" not in [tarjeta["titulo"] for tarjeta in inicio(admin)["tarjetas"]]
    crear_empresa("900123456")
    emitir(nit="900123456", dias_validez=10)
    revocar(emitir(nit="900123456").fila, por=None)
    IntentoRechazado.objects.create(minuto=timezone.now(), direccion="192.0.2.7", motivo="secreto", ruta="/", veces=3)
    [tarjeta] = [tarjeta for tarjeta in inicio(admin)["tarjetas"] if tarjeta["titulo"] == "Claves que abren"]
    assert (tarjeta["total"], tarjeta["nota"]) == ("1", "1 por caducar, 3 rechazos en 24 h")


def test_keys_are_not_counted_for_who_sees_some_companies(inicio, crear_empresa, django_user_model):
    empresa = crear_empresa("900123456")
    emitir(nit="900123456")
    ana = django_user_model.objects.create_user("ana", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_apikeycliente"))
    assert [tarjeta["titulo"] for tarjeta in inicio(ana)["tarjetas"]] == ["Claves que abren"]
    UsuarioEmpresa.objects.create(usuario=ana, empresa=empresa)
    ana = django_user_model.objects.get(pk=ana.pk)
    assert inicio(ana)["tarjetas"] == []


def test_home_tells_who_waits_once_there_are_movements(inicio, admin, crear_empresa, crear_ventana, django_user_model):
    crear_ventana(crear_empresa("900123456"), 3, 5)
    assert inicio(admin)["paso"] is None
    django_user_model.objects.create_user("luis", is_active=False)
    paso = inicio(admin)["paso"]
    assert paso["titulo"] == "Una persona espera a que se le admita"
    assert paso["enlace"].endswith("/auth/user/?solicitud=por_admitir")


def test_home_tells_who_has_no_role_what_to_do(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ana", is_staff=True))
    assert "todavía no tiene ningún rol" in client.get("/admin/").text
