"""Imports flow one way: faces → verb → (client, mapping, models) → jobs → lib, and between rooms as listed here."""

import ast
import importlib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
BELOW = {
    "lib": set(),
    "jobs": {"lib"},
    "servers": {"jobs", "lib"},
    "companies": {"servers", "jobs", "lib"},
    "inventory": {"companies", "servers", "jobs", "lib"},
    "apikeys": {"companies", "servers", "jobs", "lib"},
    "desk": set(ROOMS) - {"tests"},
    "config": set(ROOMS) - {"tests"},
    "tests": set(ROOMS),
}
FACES = {"tasks", "views", "admin", "serializers", "management", "urls"}
OF_FACES = FACES | {"api", "foreground"}  # what faces are made of, in jobs and lib
FOREIGN = ("firebird", "firebirdsql", "pytds", "MySQLdb", "paramiko", "mlflow", "prophet", "xgboost")


def _sources():
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _imports(path):
    """Dotted names that a file imports, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_one(names, parts):
    return any(part.split("_")[0] in names for part in parts[1:])


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room):
    allowed = BELOW[room] | {room}
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / room).rglob("*.py")
        for name in _imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in allowed
    }
    assert not wrong


@pytest.mark.parametrize("app", ["inventory.contifico"])
def test_an_app_within_a_room_stands_by_itself(app):
    """It imports what its room does not bring: itself, jobs and lib."""
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / Path(*app.split("."))).rglob("*.py")
        for name in _imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in ("jobs", "lib") and not f"{name}.".startswith(app)
    }
    assert not wrong


def test_a_verb_does_not_import_a_face():
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _sources()
        for name in _imports(path)
        if path.relative_to(ROOT).parts[0] not in ("config", "tests", "desk")
        and not _is_one(OF_FACES, path.relative_to(ROOT).with_suffix("").parts)
        and name.split(".")[0] in BELOW
        and (ROOT / Path(*name.split("."))).with_suffix(".py").exists()
        and _is_one(FACES, name.split("."))
    }
    assert not wrong


def test_a_foreign_sdk_is_imported_in_one_module():
    users = defaultdict(set)
    for path in _sources():
        if path.relative_to(ROOT).parts[0] != "tests":
            for name in _imports(path):
                if name.split(".")[0] in FOREIGN:
                    users[name.split(".")[0]].add(str(path.relative_to(ROOT)))
    assert {sdk: paths for sdk, paths in users.items() if len(paths) > 1} == {}


def test_http_to_others_goes_through_lib():
    """`lib.http` is what bounds it, checks where it leads and keeps its secrets."""
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _sources()
        for name in _imports(path)
        if path.relative_to(ROOT).parts[0] not in ("lib", "tests")
        and name.split(".")[0] in ("httpx", "httpcore", "requests")
    }
    assert not wrong


@pytest.mark.parametrize("name", ROOMS)
def test_a_top_level_name_is_ours(name):
    """Also guards .gitignore and the machine: an installed `lib` or `config` would be taken instead."""
    assert Path(importlib.import_module(name).__file__).resolve().is_relative_to(ROOT)
