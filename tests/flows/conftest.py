"""A worker within the test's own process: it does what waits, by the name that the broker would carry."""

import pytest
from celery import current_app
from django.contrib.auth.models import Permission

from companies.models import UsuarioEmpresa
from jobs.models import Ejecucion, Estado


@pytest.fixture
def trabajar():
    """Do every waiting run, in the order in which they were asked for."""
    current_app.loader.import_default_modules()

    def work() -> None:
        for run in Ejecucion.objects.filter(estado=Estado.PENDIENTE).order_by("creada"):
            current_app.tasks[run.tarea](run.task_id)

    return work


@pytest.fixture
def api(client, admin):
    """The API as staff use it: JSON in and out, with a session."""
    client.force_login(admin)
    return Api(client)


@pytest.fixture
def limitado(django_user_model):
    """A factory of staff who may view everything, but of the given companies only."""

    def make(*empresas):
        user = django_user_model.objects.create_user("limitado", password="x", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        for empresa in empresas:
            UsuarioEmpresa.objects.create(usuario=user, empresa_id=empresa)
        return user

    return make


class Api:
    def __init__(self, client) -> None:
        self.client = client

    def get(self, path, *, status=200, **query):
        return self._checked(self.client.get(path, query), status)

    def post(self, path, *, status, **body):
        return self._checked(self.client.post(path, body, content_type="application/json"), status)

    def pages(self, path, **query):
        """All rows of a list, page by page."""
        page = self.get(path, **query)
        yield from page["results"]
        while page["next"]:
            page = self._checked(self.client.get(page["next"]), 200)
            yield from page["results"]

    def _checked(self, response, status):
        assert response.status_code == status, response.content
        return response.json()
