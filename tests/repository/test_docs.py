"""The docs and the code say the same, both ways."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from drf_spectacular.generators import EndpointEnumerator

ROOT = Path(__file__).resolve().parents[2]
API_MD = (ROOT / "docs" / "api.md").read_text()
UNLISTED = {"/api/schema/", "/api/docs/"}  # they describe the others
DOCUMENTED = {
    (method, path)
    for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/api/[^`?\s]*)", API_MD)
    if path not in UNLISTED
}
SETTING = re.compile(r"""env\.\w+\(\s*"([A-Z_]+)\"""")


def _routes():
    return {
        (method, re.sub(r"{\w+}", "{id}", path))
        for path, _, method, _ in EndpointEnumerator().get_api_endpoints()
        if path.startswith("/api/") and path not in UNLISTED
    }


def _settings():
    return set(SETTING.findall((ROOT / "config" / "settings.py").read_text()))


@pytest.mark.parametrize(("method", "path"), sorted(DOCUMENTED))
def test_a_documented_endpoint_resolves(method, path):
    try:
        resolve(path.replace("{id}", "1"))
    except Resolver404:
        resolve(path.replace("{id}", "12345678-1234-5678-1234-567812345678"))


def test_endpoints_and_docs_are_the_same():
    assert _routes() == DOCUMENTED


@pytest.mark.parametrize("path", sorted(UNLISTED))
def test_the_description_of_the_api_is_named(path):
    assert f"`{path}`" in API_MD
    resolve(path)


def test_settings_and_docs_are_the_same():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.M)
    assert sorted(documented) == sorted(_settings())


def test_settings_and_the_example_are_the_same():
    example = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert sorted(example) == sorted(_settings())


def test_only_the_settings_read_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for room in ("lib", "jobs", "servers", "companies", "inventory", "config")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bgetenv\(|environ\.get\(|environ\[\"", path.read_text())
    ]
    assert readers == []


def test_each_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text().split("[tool.uv]")[0]
    lines = re.findall(r'^    ".*$', text, re.M)
    assert len(lines) > 20
    assert [line for line in lines if not re.search(r'",  # \S+', line)] == []


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_script_is_executable():
    scripts = [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run", ROOT / "manage.py"]
    assert [script.name for script in scripts if not script.stat().st_mode & 0o100] == []


def test_pictures_stay_small():
    sizes = {picture.name: picture.stat().st_size for picture in (ROOT / "docs" / "img").iterdir()}
    assert {name: size for name, size in sizes.items() if size > 120_000} == {}


def test_every_page_for_operators_is_named_in_their_index():
    folder = ROOT / "docs" / "operador"
    index = (folder / "README.md").read_text()
    assert [
        page.name for page in folder.glob("*.md") if page.name != "README.md" and f"]({page.name})" not in index
    ] == []
