"""The demonstration itself, served by its own processes, looked at through Chromium.

Every page that a test looks at leaves a picture; pytest names the directory at the end of a run with `-rA`, and
`CAPTURAS=<directory>` chooses another.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTOS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
POLITICA = "Content Security Policy"  # what the console says where a page did what that forbids
ARRANQUE_SEGUNDOS = 180
PARADA_SEGUNDOS = 60


@dataclass
class Sitio:
    url: str
    clave: str
    pid: int
    correo: Path

    @contextmanager
    def fuente_lenta(self) -> Iterator[Callable[[], None]]:
        """The demonstration's Firebird stands still within; what is given lets it work for a moment."""
        firebird = self._firebird()

        def moment() -> None:
            os.kill(firebird, signal.SIGCONT)
            time.sleep(0.01)
            os.kill(firebird, signal.SIGSTOP)

        os.kill(firebird, signal.SIGSTOP)
        try:
            yield moment
        finally:
            os.kill(firebird, signal.SIGCONT)

    def _firebird(self) -> int:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        [found] = [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == "firebird"]
        return found


def _puerto_libre() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def sitio(tmp_path_factory):
    """The demonstration in a directory of its own; Ctrl-C must end it well."""
    directory = tmp_path_factory.mktemp("sitio")
    port = _puerto_libre()
    options = ["--directorio", str(directory), "--puerto", str(port), "--lineas", "200"]
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment["EXPORTACION_DIRECTA_FILAS"] = "100"  # the demonstration's movements are more, its other lists are not
    environment["EMAIL_URL"] = f"filemail:///{directory}/correo"
    with subprocess.Popen(
        [sys.executable, "-m", "desk.demo", *options],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        impatient = threading.Timer(ARRANQUE_SEGUNDOS, process.kill)
        impatient.start()
        told = ""
        for line in process.stdout:
            told += line
            if line.startswith("Listo:"):
                break
        impatient.cancel()
        found = re.search(r"Contraseña: (\S+)", told)
        assert "Listo:" in told, told
        assert found is not None, told
        yield Sitio(f"http://127.0.0.1:{port}", found[1], process.pid, directory / "correo")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PARADA_SEGUNDOS)
        assert process.returncode == 0, rest


@pytest.fixture(scope="package")  # while it lives, its event loop keeps Django from the database of other tests
def navegador():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTOS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def capturas(tmp_path_factory) -> Path:
    chosen = os.environ.get("CAPTURAS")
    directory = Path(chosen) if chosen else tmp_path_factory.mktemp("capturas")
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@dataclass
class Vista:
    """A logged-in browser page; `ir` goes to a path, `capturar` leaves a picture of what is seen."""

    page: Page
    sitio: Sitio
    capturas: Path

    def ir(self, path: str) -> Page:
        answer = self.page.goto(self.sitio.url + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.page

    def pedir(self, path: str, **body: object) -> dict:
        """Ask the API for something with the session of the page."""
        token = next(c["value"] for c in self.page.context.cookies() if c["name"] == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": self.sitio.url}
        answer = self.page.request.post(self.sitio.url + path, data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json()

    def leer(self, path: str) -> dict:
        return self.page.request.get(self.sitio.url + path).json()

    def leer_con(self, clave: str, path: str) -> dict:
        """Read the API as a client does: with its key and without the session."""
        with urlopen(Request(self.sitio.url + path, headers={"Api-Key": clave})) as answer:
            return json.load(answer)

    def capturar(self, name: str) -> None:
        self.page.screenshot(path=self.capturas / f"{name}.png")


@pytest.fixture
def vista(sitio, navegador, sesion, capturas):
    """A logged-in page; an error of its scripts, a refused address, a request beyond loopback or anything that the
    page's policy forbids fails the test.
    """
    context = navegador.new_context(
        viewport={"width": 1440, "height": 900}, locale="es-CO", storage_state=sesion, color_scheme="light"
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}") if POLITICA in line.text else None)
    page.on("response", lambda answer: None if answer.ok or answer.status < 400 else wrong.append(str(answer)))
    page.on("request", lambda request: None if request.url.startswith(sitio.url) else wrong.append(request.url))
    yield Vista(page, sitio, capturas)
    context.close()
    assert not [what for what in wrong if not what.startswith(("data:", "blob:"))]


@pytest.fixture(scope="package")
def sesion(sitio, navegador, capturas):
    """The cookies of one login through the login page."""
    context = navegador.new_context(viewport={"width": 1440, "height": 900}, locale="es-CO")
    page = context.new_page()
    page.goto(f"{sitio.url}/")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", sitio.clave)
    page.screenshot(path=capturas / "entrada.png")
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{sitio.url}/admin/")
    state = context.storage_state()
    context.close()
    return state
