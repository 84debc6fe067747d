"""The canary sings where something escapes, and only there."""

import gzip
import io
import logging
import subprocess
import zipfile
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from apikeys import keys
from tests.canary import ENTERA

CLAVE = keys.nueva(keys.CLIENTE)
ROOT = Path(__file__).resolve().parents[2]
logger = logging.getLogger(__name__)


def comprimida(request):
    return HttpResponse(
        gzip.compress(f"<b>{request.META['HTTP_Q']}</b>".encode()), headers={"Content-Encoding": "gzip"}
    )


def hoja(request):
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", f"<t>{request.META['HTTP_Q']}</t>")
        return HttpResponse(file.getvalue())


urlpatterns = [
    path("dice/", lambda request: HttpResponse(request.META["HTTP_Q"])),
    path("cabecera/", lambda request: HttpResponse(headers={"X-Clave": request.META["HTTP_Q"]})),
    path("corriente/", lambda request: StreamingHttpResponse(iter([*request.META["HTTP_Q"]]))),
    path("comprimida/", comprimida),
    path("hoja/", hoja),
    path("api/auth/login/", lambda request: HttpResponse(request.META.get("HTTP_Q") or keys.nueva(keys.PERSONA).texto)),
]
RUTAS = ("dice", "cabecera", "corriente", "comprimida", "hoja")
pytestmark = pytest.mark.urls("tests.repository.test_canary")


@pytest.fixture
def clave():
    return keys.nueva(keys.CLIENTE)


@pytest.mark.parametrize("ruta", RUTAS)
def test_it_finds_a_key_in_an_answer(client, canario, clave, ruta):
    list(client.get(f"/{ruta}/", HTTP_Q=clave.texto))
    assert [found.split(" in ")[0] for found in canario.tomar()] == ["a key"]


@pytest.mark.parametrize("ruta", RUTAS)
def test_it_finds_digests_and_peppers(client, canario, clave, settings, ruta):
    list(client.get(f"/{ruta}/", HTTP_Q=f"{keys.huella(clave)[0]} {settings.PIMIENTAS[0]}"))
    assert {found.split(" in ")[0] for found in canario.tomar()} == {"a digest", "a pepper"}


def test_it_finds_the_secret_alone_and_a_key_from_elsewhere(client, canario, clave):
    client.get("/dice/", HTTP_Q=clave.texto[15:47])
    client.get("/dice/", HTTP_Q=CLAVE.texto)
    assert canario.tomar() == ["a key in GET /dice/", "a key that nobody made here in GET /dice/"]


@pytest.mark.parametrize("ruta", RUTAS)
def test_it_lets_the_public_part_and_the_mark_of_the_pepper_pass(client, canario, clave, ruta):
    list(client.get(f"/{ruta}/", HTTP_Q=f"{clave} {clave.texto[:15]} {keys.huella(clave)[1]}"))
    assert canario.tomar() == []


def test_an_issuing_answer_may_hold_its_own_key_only(client, canario, clave):
    client.post("/api/auth/login/")
    assert canario.tomar() == []
    client.get("/api/auth/login/")
    client.post("/api/auth/login/", HTTP_Q=clave.texto)
    client.post("/api/auth/login/", HTTP_Q=keys.huella(clave)[0])
    found = [one.split(" in ")[0] for one in canario.tomar()]
    assert found == ["a key", "a key", "a digest", "a digest"]


def con_traza(clave):
    try:
        raise ValueError(clave.texto)
    except ValueError:
        logger.exception("refused")


@pytest.mark.parametrize(
    "anotar",
    [
        lambda clave: logger.warning("refused: %s", clave.texto),
        lambda clave: logger.warning("refused", extra={"clave": clave.texto}),
        con_traza,
    ],
)
def test_it_finds_a_key_in_the_log(canario, clave, anotar):
    anotar(clave)
    assert set(canario.tomar()) == {"a key in the log tests.repository.test_canary"}


def test_it_finds_a_key_in_a_message_to_the_broker(canario, clave):
    current_app.send_task("nadie.la.hace", args=[clave.texto], queue="general")
    assert set(canario.tomar()) == {"a key in a message to the broker"}


class Command(BaseCommand):
    stealth_options = ("clave",)

    def handle(self, *args, **options):
        self.stdout.write(options["clave"])


def test_it_finds_a_key_that_a_command_prints(canario, clave):
    call_command(Command(stdout=io.StringIO()), clave=clave.texto, skip_checks=True)
    assert canario.tomar() == ["a key in manage.py test_canary"]


def test_no_file_of_the_project_holds_a_key():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    texts = {name: (ROOT / name).read_text(errors="replace") for name in names if (ROOT / name).is_file()}
    found = {name: [key for key in ENTERA.findall(text) if keys.leer(key, key[:3])] for name, text in texts.items()}
    assert {name: held for name, held in found.items() if held} == {}
