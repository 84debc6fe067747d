"""Every answer has its policy."""

import pytest
from django.http import HttpResponse

from lib.content_policy import CABECERA, NINGUNA_PAGINA, PAGINA, SIN_EVAL, ContentPolicyMiddleware


@pytest.mark.parametrize(
    ("tipo", "politica"),
    [("text/html; charset=utf-8", PAGINA), ("application/json", NINGUNA_PAGINA), ("text/csv", NINGUNA_PAGINA)],
)
def test_an_answer_gets_the_policy_of_its_kind(rf, tipo, politica):
    answer = ContentPolicyMiddleware(lambda request: HttpResponse(content_type=tipo))(rf.get("/"))
    assert answer[CABECERA] == politica


def test_a_view_keeps_the_policy_that_it_set(rf):
    answer = ContentPolicyMiddleware(lambda request: HttpResponse(headers={CABECERA: SIN_EVAL}))(rf.get("/"))
    assert answer[CABECERA] == SIN_EVAL


def test_a_page_runs_scripts_of_this_site_only():
    assert "script-src 'self' 'unsafe-eval';" in PAGINA
    assert "script-src 'self';" in SIN_EVAL
    for politica in (PAGINA, SIN_EVAL, NINGUNA_PAGINA):
        assert politica.startswith("default-src 'none'; ")
        assert politica.endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("ruta", "politica"),
    [
        ("/admin/login/", PAGINA),
        ("/cuenta/entrar/", PAGINA),
        ("/nada", PAGINA),
        ("/api/empresas-servidor/", NINGUNA_PAGINA),
        ("/static/desk/icono.svg", NINGUNA_PAGINA),
    ],
)
def test_the_policy_is_on_every_answer(client, db, ruta, politica):
    answer = client.get(ruta, follow=True)
    assert answer[CABECERA] == politica
