import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from companies.models import EmpresaServidor, UsuarioEmpresa
from inventory.models import MovimientoInventario
from jobs.models import Ejecucion

LISTA = reverse("admin:companies_empresaservidor_changelist")
NUEVA = reverse("admin:companies_empresaservidor_add")
SERVIDORES = reverse("admin:servers_servidor_changelist")


@pytest.fixture
def web(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def como(client, crear_usuario):
    def entrar(*permisos, empresas=()):
        user = crear_usuario(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permisos))
        for empresa in empresas:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        client.force_login(user)
        return client

    return entrar


def pagina(empresa, vista="change"):
    return reverse(f"admin:companies_empresaservidor_{vista}", args=[empresa.pk])


def datos(empresa=None, **cambios):
    accesos = {"usuarios_con_acceso-TOTAL_FORMS": 0, "usuarios_con_acceso-INITIAL_FORMS": 0}
    campos = {
        "nombre": "A mano",
        "estado": "ACTIVO",
        "nit_escrito": "900.123.456-7",
        "anio_fiscal": 2025,
        "codigo": "09",
        "ruta_base": r"C:\Datos TNS\MANO2025.GDB",
        "perfil_consulta": "automatico",
        "consulta_sql": "",
    }
    return accesos | campos | cambios


def test_list_shows_every_company_with_its_badges(web, empresa, crear_empresa, django_assert_max_num_queries):
    crear_empresa("900123456-7", 2024, nombre="Con DV errado")
    crear_empresa("1", 2024, nombre="Sin DV", estado="INACTIVO")
    with django_assert_max_num_queries(9):
        texto = web.get(LISTA).text
    for expected in ("Ortopedia del Valle", "8 válido", "7 errado", "sin DV", "Inactivo", "BCE"):
        assert expected in texto


def test_page_tells_what_a_nit_without_dash_may_be(web, crear_empresa):
    texto = web.get(pagina(crear_empresa("9001234568"))).text
    assert "Base 9001234568, sin DV; puede ser 900123456 con su DV sin guion" in texto


def test_empty_list_names_the_next_step(web):
    assert "Descubra las empresas de un servidor" in web.get(LISTA).text


@pytest.mark.parametrize("busqueda", ["Ortopedia", "900123456", "900123456-8"])
def test_list_is_searched_by_name_and_nit(web, empresa, busqueda):
    assert "Ortopedia del Valle" in web.get(LISTA, {"q": busqueda}).text


def test_add_reads_the_nit_in_its_parts(web, servidor):
    answer = web.post(NUEVA, datos(servidor=servidor.pk))
    assert answer.status_code == 302, answer.context["errors"]
    empresa = EmpresaServidor.objects.get()
    assert (empresa.nit_original, empresa.nit_base, empresa.dv_valido) == ("900.123.456-7", "900123456", False)


@pytest.mark.parametrize(
    "cambio",
    [
        {"nit_escrito": "PENDIENTE"},
        {"nit_escrito": ""},
        {"ruta_base": "evil:/x"},
        {"anio_fiscal": 25},
        {"anio_fiscal": ""},
        {"perfil_consulta": "sql"},
        {"consulta_sql": "DROP TABLE X"},
        {"servidor": ""},
    ],
)
def test_add_refuses_bad_values(web, servidor, cambio):
    answer = web.post(NUEVA, datos(**({"servidor": servidor.pk} | cambio)))
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not EmpresaServidor.objects.exists()


def test_add_refuses_a_nit_and_year_that_is_there(web, empresa):
    answer = web.post(NUEVA, datos(servidor=empresa.servidor_id))
    assert "Ya hay una empresa con ese NIT y ese año" in answer.text


def test_change_saves_and_leaves_the_server(web, empresa, crear_servidor):
    answer = web.post(pagina(empresa), datos(nit_escrito=empresa.nit_original, servidor=crear_servidor("Otro").pk))
    assert answer.status_code == 302, answer.context["errors"]
    servidor = empresa.servidor
    empresa.refresh_from_db()
    assert (empresa.nombre, empresa.nit_base, empresa.servidor) == ("A mano", "900123456", servidor)


def test_the_query_is_for_administrators(como, empresa):
    web = como("view_empresaservidor", "change_empresaservidor")
    web.post(pagina(empresa), datos(perfil_consulta="movimientos", consulta_sql="SELECT 1"))
    empresa.refresh_from_db()
    assert (empresa.nombre, empresa.perfil_consulta, empresa.consulta_sql) == ("A mano", "automatico", "")


def test_a_reader_sees_the_page_and_no_buttons(como, empresa):
    texto = como("view_empresaservidor").get(pagina(empresa)).text
    assert "900123456" in texto
    assert "Mover a otro servidor" not in texto


def test_a_limited_user_sees_only_the_own_companies(como, empresa, crear_empresa):
    otra = crear_empresa("1", nombre="Ajena")
    every = [f"{verb}_{model}" for verb in ("view", "add", "change") for model in ("empresaservidor", "usuarioempresa")]
    web = como(*every, empresas=[empresa])
    texto = web.get(LISTA).text
    assert "Ortopedia" in texto
    assert "Ajena" not in texto
    assert web.get(pagina(otra)).status_code == 302
    assert web.get(pagina(otra, "mover")).status_code in (403, 404)
    assert web.get(NUEVA).status_code == 403
    assert web.get(reverse("admin:companies_usuarioempresa_changelist")).status_code == 403
    assert "usuarios_con_acceso" not in web.get(pagina(empresa)).text


def test_a_limited_user_cannot_lead_the_own_company_to_anothers_data(como, empresa):
    web = como("view_empresaservidor", "change_empresaservidor", empresas=[empresa])
    before = EmpresaServidor.objects.values().get(pk=empresa.pk)
    assert web.post(pagina(empresa), datos(nombre="Nuevo", nit_escrito="800197268-4")).status_code == 302
    assert EmpresaServidor.objects.values().get(pk=empresa.pk) == before | {"nombre": "Nuevo"}


def test_page_that_deletes_a_server_counts_its_companies_and_names_none(como, empresa):
    web = como("view_servidor", "delete_servidor")
    texto = web.get(reverse("admin:servers_servidor_delete", args=[empresa.servidor_id])).text
    assert "BCE: 1 empresas" in texto
    assert "Ortopedia" not in texto


def test_accesses_are_given_on_their_own_page(web, empresa, crear_usuario):
    user = crear_usuario("eva")
    lista = reverse("admin:companies_usuarioempresa_changelist")
    assert "ve todas las empresas" in web.get(lista).text
    answer = web.post(reverse("admin:companies_usuarioempresa_add"), {"usuario": user.pk, "empresa": empresa.pk})
    assert answer.status_code == 302
    assert "eva" in web.get(lista).text


def test_delete_counts_what_keeps_the_company(web, empresa):
    MovimientoInventario.objects.create(
        empresa_servidor=empresa, clave_origen="K:1", fecha="2025-01-01", sentido=1, cantidad=1, precio_unitario=1,
        valor_total=1, fecha_extraccion=empresa.fecha_registro,
    )  # fmt: skip
    assert "1 movimientos" in web.get(pagina(empresa, "delete")).text
    web.post(pagina(empresa, "delete"), {"post": "yes"})
    assert EmpresaServidor.objects.exists()


def test_delete_removes_a_company_without_movements(web, empresa):
    web.post(pagina(empresa, "delete"), {"post": "yes"})
    assert not EmpresaServidor.objects.exists()


def test_descubrir_asks_first_and_then_shows_the_run(web, servidor):
    ruta = reverse("admin:servers_servidor_descubrir_empresas", args=[servidor.pk])
    assert "Descubrir empresas" in web.get(reverse("admin:servers_servidor_change", args=[servidor.pk])).text
    assert "Descubrir ahora" in web.get(ruta).text
    assert not Ejecucion.objects.exists()
    answer = web.post(ruta)
    run = Ejecucion.objects.get()
    assert answer["Location"] == reverse("admin:jobs_ejecucion_change", args=[run.pk])
    assert (run.tipo, run.clave) == ("descubrir_empresas", f"servidor:{servidor.pk}")


def test_descubrir_several_servers_says_what_was_asked_and_refused(web, servidor, crear_servidor):
    every = [servidor, crear_servidor("Dos"), crear_servidor("Apagado", activo=False)]
    body = {"action": "descubrir_varios", "_selected_action": [s.pk for s in every], "index": 0}
    texto = web.post(SERVIDORES, body, follow=True).text
    assert Ejecucion.objects.count() == 2
    assert "Se pidieron 2 ejecuciones" in texto
    assert "El servidor Apagado está inactivo." in texto


def test_descubrir_is_for_those_who_may(como, servidor):
    web = como("view_servidor", "change_servidor")
    ruta = reverse("admin:servers_servidor_descubrir_empresas", args=[servidor.pk])
    assert "Descubrir empresas" not in web.get(reverse("admin:servers_servidor_change", args=[servidor.pk])).text
    assert web.post(ruta).status_code == 403
    assert not Ejecucion.objects.exists()


def test_mover_asks_for_the_server_and_then_shows_the_run(web, empresa, crear_servidor):
    ruta = pagina(empresa, "mover")
    assert "Servidor de destino" in web.get(ruta).text
    assert web.post(ruta, {"servidor": ""}).status_code == 200
    assert not Ejecucion.objects.exists()
    answer = web.post(ruta, {"servidor": crear_servidor("Nuevo").pk})
    assert answer["Location"] == reverse("admin:jobs_ejecucion_change", args=[Ejecucion.objects.get().pk])


def test_mover_to_the_present_server_says_why_not(web, empresa):
    texto = web.post(pagina(empresa, "mover"), {"servidor": empresa.servidor_id}, follow=True).text
    assert "ya está en el servidor BCE" in texto


def test_mover_several_companies_at_once(web, empresa, crear_empresa, crear_servidor):
    body = {"action": "mover_varias", "_selected_action": [empresa.pk, crear_empresa("1").pk]}
    asked = web.post(LISTA, body | {"index": 0})
    assert "Servidor de destino" in asked.text
    assert asked.text.count('name="_selected_action"') == 2
    web.post(LISTA, body | {"servidor": crear_servidor("Nuevo").pk})
    assert Ejecucion.objects.filter(tipo="mover_empresa").count() == 2
