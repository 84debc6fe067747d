"""Hosts and paths that a customer's database may name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Fatal
from servers.firebird.dsn import dsn, validar_host, validar_ruta

RUTAS = [
    r"C:\Datos TNS\X2024.GDB",
    "D:/Datos/ADMIN.gdb",
    r"c:\Año 2024\peña_ñ.fdb",
    "/var/lib/firebird/x.fdb",
    "/datos/tns 2024/x.gdb",
    "ADMIN",
    "tns_2024.gdb",
    "EMPRESA-1",
]
MALAS = [
    "",
    "  ",
    "evil:/x",
    "evil:C:\\x.gdb",
    "10.0.0.1/3051:/x",
    "inet://evil/x",
    "inet4://evil/x",
    "xnet://x",
    "wnet:x",
    "wnet://evil/x",
    r"\\srv\share\x.gdb",
    "//srv/share/x.gdb",
    r"\x.gdb",
    "C:x.gdb",
    r"C:\x.gdb:flujo",
    r"C:\datos\..\x.gdb",
    "/datos/../etc/x",
    "..",
    "datos/x.gdb",
    "/datos/x;y",
    "/datos/'x'",
    '/datos/"x"',
    "/datos/x\n",
    "/datos/x\x00",
    "/datos/\u202ex",
    "/datos/\u00a0x",
    "/" + "x" * 600,
    "@",
    "localhost:",
]


@pytest.mark.parametrize("ruta", RUTAS)
def test_validar_ruta_takes_drive_paths_unix_paths_and_aliases(ruta):
    assert validar_ruta(f" {ruta}  ") == ruta


@pytest.mark.parametrize("ruta", MALAS)
def test_validar_ruta_refuses_other_machines_and_tricks(ruta):
    with pytest.raises(Fatal) as error:
        validar_ruta(ruta)
    assert error.value.codigo == "ruta_invalida"


@given(st.text(max_size=60))
def test_validar_ruta_lets_no_second_machine_through(texto):
    try:
        ruta = validar_ruta(texto)
    except Fatal:
        return
    assert ":" not in (ruta[2:] if ruta[1:2] == ":" else ruta)
    if ruta[1:2] == ":":
        assert ruta[0] in string.ascii_letters
        assert ruta[2] in "\\/"
    assert not ruta.startswith(("\\", "//"))
    assert ".." not in ruta.replace("\\", "/").split("/")
    assert ruta == ruta.strip()
    assert ruta.isprintable()


@given(st.from_regex(r"\A[A-Za-z]:[\\/][\w .-]{1,20}[\\/]\w{1,8}\.GDB\Z"))
def test_validar_ruta_takes_any_plain_drive_path(ruta):
    if ".." not in ruta:
        assert validar_ruta(ruta) == ruta


@pytest.mark.parametrize("host", ["servidor", "tns.example.com", "10.0.0.5", "fd00::7", "SRV_TNS-2", " servidor "])
def test_validar_host_takes_names_and_addresses(host):
    assert validar_host(host) == host.strip()


@pytest.mark.parametrize(
    "host",
    ["", " ", "a/3051", "a:3051", "a b", "a;b", "inet://a", "[::1]", "a\nb", "-a", "a@b", "fe80::1%eth0", "ñ.co"],
)
def test_validar_host_refuses_everything_else(host):
    with pytest.raises(Fatal) as error:
        validar_host(host)
    assert error.value.codigo == "host_invalido"


@pytest.mark.parametrize(
    ("direccion", "esperado"), [("10.0.0.5", r"10.0.0.5/3050:C:\x.gdb"), ("fd00::7", r"[fd00::7]/3050:C:\x.gdb")]
)
def test_dsn_joins_address_port_and_path(direccion, esperado):
    assert dsn(direccion, 3050, r"C:\x.gdb") == esperado
