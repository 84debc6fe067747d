"""The page of the API for people."""

from lib.content_policy import CABECERA, SIN_EVAL


def test_page_says_in_spanish_what_it_is(client, admin):
    client.force_login(admin)
    pagina = client.get("/api/docs/")
    assert '<html lang="es">' in pagina.text
    assert "<title>API | Trastienda</title>" in pagina.text
    assert "Volver a Trastienda" in pagina.text


def test_page_evaluates_no_text(client, admin):
    client.force_login(admin)
    assert client.get("/api/docs/")[CABECERA] == SIN_EVAL


def test_page_gives_its_script_the_description_and_the_csrf_token(client, admin):
    client.force_login(admin)
    pagina = client.get("/api/docs")
    assert 'data-esquema="/api/schema' in pagina.text
    assert 'data-csrf="' in pagina.text
    assert "csrftoken" in client.cookies
