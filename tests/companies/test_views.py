import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from companies import discovery
from companies.models import EmpresaServidor, UsuarioEmpresa
from inventory.models import MovimientoInventario
from jobs.models import Ejecucion
from jobs.running import ejecutar

LISTA = "/api/empresas-servidor/"
ORTO = ("01", "Ortopedia del Valle", "900.123.456-8", 2025, r"C:\Datos TNS\ORTO2025.GDB")


@pytest.fixture
def api(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def como(client, crear_usuario):
    """A client logged in as staff with these permissions, limited to these companies."""

    def entrar(*permisos, empresas=(), nombre="ana"):
        user = crear_usuario(nombre, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permisos))
        for empresa in empresas:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        client.force_login(user)
        return client

    return entrar


@pytest.fixture
def dos(crear_empresa):
    return crear_empresa(), crear_empresa("800197268", 2024, codigo="02", nombre="Implantes")


def datos(de, **cambios):
    return {
        "servidor": de.pk,
        "codigo": "09",
        "nombre": "A mano",
        "nit": "900.123.456-7",
        "anio_fiscal": 2025,
        "ruta_base": r"C:\Datos TNS\MANO2025.GDB",
    } | cambios


def post(api, ruta, cuerpo):
    return api.post(ruta, cuerpo, content_type="application/json")


def put(api, empresa, cuerpo):
    return api.put(f"{LISTA}{empresa.pk}/", cuerpo, content_type="application/json")


def patch(api, empresa, **cuerpo):
    return api.patch(f"{LISTA}{empresa.pk}/", cuerpo, content_type="application/json")


def ids(respuesta):
    return {row["id"] for row in respuesta.json()["results"]}


def test_create_reads_the_nit_as_discovery_does(api, servidor):
    answer = post(api, LISTA, datos(servidor))
    assert answer.status_code == 201
    body = answer.json()
    parts = [body[name] for name in ("nit", "nit_original", "nit_base", "dv", "dv_valido")]
    assert parts == ["9001234567", "900.123.456-7", "900123456", "7", False]
    assert (body["estado"], body["descubierta"], body["ultima_extraccion"]) == ("ACTIVO", False, None)


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("nit", ""),
        ("nit", "PENDIENTE"),
        ("nit", "9" * 60),
        ("anio_fiscal", "x"),
        ("anio_fiscal", 25),
        ("ruta_base", "evil:/x"),
        ("ruta_base", ""),
        ("servidor", 999),
        ("estado", "DORMIDA"),
        ("perfil_consulta", "otro"),
    ],
)
def test_create_refuses_a_bad_value_naming_the_field(api, servidor, campo, valor):
    answer = post(api, LISTA, datos(servidor, **{campo: valor}))
    assert answer.status_code == 400
    assert campo in answer.json()["error"]["campos"]


def test_create_of_the_same_nit_and_year_answers_409_and_names_the_server(api, empresa):
    answer = post(api, LISTA, datos(empresa.servidor))
    assert answer.status_code == 409
    assert answer.json()["error"]["codigo"] == "empresa_duplicada"
    assert "BCE" in answer.json()["error"]["mensaje"]


def test_update_with_the_answered_body_changes_nothing(api, empresa):
    before = api.get(f"{LISTA}{empresa.pk}/").json()
    answer = put(api, empresa, before)
    assert (answer.status_code, answer.json()) == (200, before)


def test_update_reads_a_new_nit(api, empresa):
    assert patch(api, empresa, nit="800197268-4").json()["nit_base"] == "800197268"


def test_update_to_another_ones_nit_and_year_answers_409(api, dos):
    assert patch(api, dos[1], nit="900123456", anio_fiscal=2025).status_code == 409


def test_update_leaves_the_server_to_the_move(api, empresa, crear_servidor):
    answer = patch(api, empresa, servidor=crear_servidor("Otro").pk)
    assert answer.status_code == 400
    assert "servidor" in answer.json()["error"]["campos"]


@pytest.mark.parametrize(
    ("filtro", "quedan"),
    [
        ("nit=900123456", {0}),
        ("nit=900.123.456-8", {0}),
        ("nit=9001234568", {0}),
        ("nit=800197268", {1}),
        ("nit=1", set()),
        ("anio_fiscal=2024", {1}),
        ("estado=INACTIVO", set()),
        ("estado=ACTIVO", {0, 1}),
    ],
)
def test_list_filters(api, dos, filtro, quedan):
    assert ids(api.get(f"{LISTA}?{filtro}")) == {dos[n].pk for n in quedan}


def test_list_filters_by_server(api, dos, crear_servidor):
    otro = crear_servidor("Otro")
    EmpresaServidor.objects.filter(pk=dos[1].pk).update(servidor=otro)
    assert ids(api.get(f"{LISTA}?servidor={otro.pk}")) == {dos[1].pk}


@pytest.mark.parametrize("filtro", ["nit=abc", "estado=X", "anio_fiscal=x", "servidor=x", "nite=1"])
def test_list_answers_400_to_a_bad_filter(api, filtro):
    assert api.get(f"{LISTA}?{filtro}").status_code == 400


def test_list_needs_few_queries(api, dos, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert len(ids(api.get(LISTA))) == 2


@pytest.mark.parametrize("ruta", ["/api/sistema/descubrir_empresas/", "/api/sistema/extraer_datos/"])
def test_a_request_that_is_refused_starts_nothing(api, empresa, ruta):
    body = {"servidor_id": empresa.servidor_id, "empresa_servidor_id": empresa.pk}
    answer = post(api, f"{ruta}?esperar=quizas", body)
    assert (answer.status_code, list(answer.json()["error"]["campos"])) == (400, ["esperar"])
    assert not Ejecucion.objects.exists()


def test_foreign_companies_do_not_exist_for_a_limited_user(como, dos, crear_servidor):
    every = [f"{verb}_empresaservidor" for verb in ("view", "add", "change", "delete")]
    api = como(*every, empresas=[dos[0]])
    assert ids(api.get(LISTA)) == {dos[0].pk}
    assert ids(api.get(f"{LISTA}?nit=800197268")) == set()
    foreign = f"{LISTA}{dos[1].pk}/"
    assert api.get(foreign).status_code == 404
    assert patch(api, dos[1], nombre="x").status_code == 404
    assert put(api, dos[1], datos(dos[1].servidor)).status_code == 404
    assert api.delete(foreign).status_code == 404
    assert post(api, f"{foreign}mover/", {"servidor_id": crear_servidor("Otro").pk}).status_code in (403, 404)
    assert patch(api, dos[0], nombre="Nuevo").status_code == 200


@pytest.mark.parametrize(
    "cambio",
    [{"ruta_base": r"C:\Datos TNS\AJENA.GDB"}, {"nit": "800197268"}, {"anio_fiscal": 2024}, {"codigo": "02"}],
)
def test_a_limited_user_cannot_lead_the_own_company_to_anothers_data(como, dos, cambio):
    api = como("change_empresaservidor", "view_empresaservidor", empresas=[dos[0]])
    before = api.get(f"{LISTA}{dos[0].pk}/").json()
    assert patch(api, dos[0], **cambio).status_code == 403
    assert patch(api, dos[0], **{name: before[name] for name in cambio}, nombre="Nuevo").status_code == 200
    assert api.get(f"{LISTA}{dos[0].pk}/").json() == before | {"nombre": "Nuevo"}


def test_a_limited_user_adds_and_discovers_nothing(como, dos):
    api = como("add_empresaservidor", "change_empresaservidor", empresas=[dos[0]])
    servidor = dos[0].servidor
    assert post(api, LISTA, datos(servidor, nit="1-9")).status_code == 403
    assert post(api, "/api/sistema/descubrir_empresas/", {"servidor_id": servidor.pk}).status_code == 403


def test_every_verb_asks_for_its_permission(como, empresa, crear_servidor):
    api = como("view_empresaservidor")
    assert api.get(LISTA).status_code == 200
    assert post(api, LISTA, datos(empresa.servidor)).status_code == 403
    assert patch(api, empresa, nombre="x").status_code == 403
    assert api.delete(f"{LISTA}{empresa.pk}/").status_code == 403
    assert post(api, f"{LISTA}{empresa.pk}/mover/", {"servidor_id": crear_servidor("O").pk}).status_code == 403
    assert post(api, "/api/sistema/descubrir_empresas/", {"servidor_id": empresa.servidor_id}).status_code == 403


def test_nobody_without_a_session_sees_anything(client, empresa):
    assert client.get(LISTA).status_code in (401, 403)


def test_the_query_is_for_administrators(como, api, empresa):
    assert patch(api, empresa, perfil_consulta="movimientos").status_code == 200
    api = como("view_empresaservidor", "change_empresaservidor")
    assert "consulta_sql" not in api.get(f"{LISTA}{empresa.pk}/").json()
    assert patch(api, empresa, perfil_consulta="tns").status_code == 403
    assert patch(api, empresa, consulta_sql="SELECT 1").status_code == 403
    assert patch(api, empresa, perfil_consulta="movimientos", nombre="Igual").status_code == 200


@pytest.mark.parametrize(
    "cambio", [{"perfil_consulta": "sql"}, {"consulta_sql": "DELETE FROM X"}, {"consulta_sql": "SELECT 1 FROM X"}]
)
def test_update_refuses_a_query_that_is_not_one_select_with_its_dates(api, empresa, cambio):
    answer = patch(api, empresa, **cambio)
    assert answer.status_code == 400
    assert "consulta_sql" in answer.json()["error"]["campos"]


def test_delete_removes_a_company_without_movements(api, empresa):
    assert api.delete(f"{LISTA}{empresa.pk}/").status_code == 204


def test_delete_with_movements_answers_409_with_their_count(api, empresa):
    MovimientoInventario.objects.create(
        empresa_servidor=empresa,
        clave_origen="K:1",
        fecha="2025-01-01",
        sentido=1,
        cantidad=1,
        precio_unitario=1,
        valor_total=1,
        fecha_extraccion=timezone.now(),
    )
    answer = api.delete(f"{LISTA}{empresa.pk}/")
    assert answer.status_code == 409
    assert list(answer.json()["error"]["dependientes"].values()) == [1]


def test_delete_of_a_limited_users_company_answers_409(como, dos):
    """Without its last company the user would no longer be limited."""
    api = como("delete_empresaservidor", empresas=[dos[0]])
    answer = api.delete(f"{LISTA}{dos[0].pk}/")
    assert (answer.status_code, list(answer.json()["error"]["dependientes"].values())) == (409, [1])


def test_descubrir_answers_202_with_the_documented_body(api, servidor):
    answer = post(api, "/api/sistema/descubrir_empresas", {"servidor_id": servidor.pk})
    run = Ejecucion.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "estado": "procesando",
        "task_id": run.task_id,
        "mensaje": "Se descubren las empresas de BCE.",
        "endpoint_progreso": f"/api/sistema/estado-descubrimiento/?task_id={run.task_id}",
    }
    again = post(api, "/api/sistema/descubrir_empresas/", {"servidor_id": servidor.pk})
    assert (again.status_code, again.json()["task_id"]) == (202, run.task_id)


def test_estado_descubrimiento_tells_what_became_of_each_company(api, crear_maestra, admin):
    servidor = crear_maestra(ORTO).servidor
    run = discovery.solicitar(servidor, por=admin, encolar=False)[0]
    ruta = f"/api/sistema/estado-descubrimiento/?task_id={run.task_id}"
    waiting = api.get(ruta).json()
    assert (waiting["status"], waiting["total_empresas"], waiting["empresas"]) == ("PENDING", 0, [])
    ejecutar(run.pk, discovery.cumplir)
    body = api.get(ruta).json()
    assert (body["status"], body["total_empresas"]) == ("SUCCESS", 1)
    assert body["empresas"] == [
        {"empresa": "Ortopedia del Valle", "nit": "9001234568", "anio_fiscal": 2025, "accion": "creada"}
    ]


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?task_id=x", 400), (f"?task_id={'0' * 32}", 404)])
def test_estado_descubrimiento_without_a_run(api, query, status):
    assert api.get(f"/api/sistema/estado-descubrimiento/{query}").status_code == status


@pytest.mark.parametrize("cuerpo", [{}, {"servidor_id": 999}, {"servidor_id": "x"}, [], {"servidor_id": None}])
def test_descubrir_answers_400_to_a_bad_body(api, cuerpo):
    assert post(api, "/api/sistema/descubrir_empresas/", cuerpo).status_code == 400


def test_descubrir_of_an_inactive_server_answers_409(api, crear_servidor):
    servidor = crear_servidor("Apagado", activo=False)
    answer = post(api, "/api/sistema/descubrir_empresas/", {"servidor_id": servidor.pk})
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (409, "servidor_inactivo")


def test_mover_answers_202_and_where_to_ask(api, empresa, crear_servidor):
    answer = post(api, f"{LISTA}{empresa.pk}/mover/", {"servidor_id": crear_servidor("Nuevo").pk})
    assert answer.status_code == 202
    assert api.get(answer.json()["endpoint_progreso"]).json()["status"] == "PENDING"


def test_mover_to_the_present_server_answers_409(api, empresa):
    assert post(api, f"{LISTA}{empresa.pk}/mover/", {"servidor_id": empresa.servidor_id}).status_code == 409
