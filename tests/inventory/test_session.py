import sys
import threading
from importlib import import_module

from inventory import session


def hilos():
    return [thread for thread in threading.enumerate() if thread.name == "arreglos"]


def test_cargar_mientras_loads_in_a_thread_what_is_missing(monkeypatch):
    monkeypatch.setattr(session, "CON_ARREGLOS", ("colorsys",))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    session.cargar_mientras()
    for thread in hilos():
        thread.join()
    assert "colorsys" in sys.modules
    session.cargar_mientras()
    assert hilos() == []


def test_con_arreglos_names_modules_that_are_there():
    assert all(import_module(name) for name in session.CON_ARREGLOS)
