import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desk.demo.supervisor import Programa, Supervisor, _atada
from lib.errors import Fatal

DORMIR = [sys.executable, "-c", "import time; time.sleep(60)"]
CON_HIJO = [
    sys.executable,
    "-c",
    "import subprocess, time, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); time.sleep(60)",
]


def _supervisor(tmp_path, *programas, said=None):
    heard = said if said is not None else []
    return Supervisor(programas, directorio=tmp_path, entorno=os.environ, decir=heard.append)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def _interrupt_after(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_correr_ends_everything_on_a_signal(tmp_path):
    pids = []
    supervisor = _supervisor(tmp_path, Programa("uno", DORMIR), Programa("dos", DORMIR))
    supervisor.correr(
        al_arrancar=lambda: (pids.extend(p.pid for p in supervisor._vivos.values()), _interrupt_after(0.2))
    )
    assert len(pids) == 2
    assert not any(map(_lives, pids))


def test_correr_ends_what_a_program_started(tmp_path):
    supervisor = _supervisor(tmp_path, Programa("padre", CON_HIJO))
    log = tmp_path / "padre.log"
    supervisor.correr(al_arrancar=lambda: (_until(lambda: log.exists() and log.read_text()), _interrupt_after(0.1)))
    assert _until(lambda: not _lives(int(log.read_text())))


def test_correr_starts_a_dead_program_again(tmp_path):
    said = []
    supervisor = _supervisor(tmp_path, Programa("uno", DORMIR), said=said)

    def kill_it():
        supervisor._vivos["uno"].kill()
        threading.Thread(target=lambda: (_until(lambda: said), _interrupt_after(0.3))).start()

    supervisor.correr(al_arrancar=kill_it)
    assert said == ["uno terminó (-9); se levanta de nuevo."]


def test_correr_gives_up_on_a_program_that_keeps_dying(tmp_path):
    supervisor = _supervisor(tmp_path, Programa("roto", [sys.executable, "-c", "raise SystemExit(3)"]))
    with pytest.raises(Fatal, match="roto no se mantiene en pie"):
        supervisor.correr(al_arrancar=lambda: None)


def test_programs_die_with_a_killed_supervisor(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from desk.demo.supervisor import Programa, Supervisor;"
        f"s = Supervisor([Programa('uno', {DORMIR!r})], directorio=Path(sys.argv[1]), entorno=os.environ, decir=print);"
        "s.correr(al_arrancar=lambda: print(s._vivos['uno'].pid, flush=True))"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    assert _lives(pid)
    owner.kill()
    owner.wait()
    assert _until(lambda: not _lives(pid))


@pytest.mark.parametrize(("padre", "dicho"), [(None, "corre\n"), (1, "")])
def test_atada_runs_nothing_without_its_parent(padre, dicho):
    ended = subprocess.run(
        _atada(["echo", "corre"], padre=padre or os.getpid()), stdout=subprocess.PIPE, text=True, check=False
    )
    assert ended.stdout == dicho
