"""Where a client connects to, and with whom it then speaks."""

import datetime as dt
import ipaddress
import socket
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lib.errors import Fatal, Retriable
from lib.http import ClienteHTTP, Limites
from tests.fakes.partner import Socio, respuesta, servidor_tls

AQUI = ["127.0.0.0/8"]
UNA_VEZ = Limites(intentos=1)


@pytest.fixture(scope="module")
def certificado(tmp_path_factory):
    """A certificate for the name localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "clave.pem").write_bytes(plain)
    (folder / "cert.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(pem))
    return folder / "cert.pem", folder / "clave.pem"


@pytest.fixture
def socio_tls(certificado):
    with Socio(respuesta(200, b"[1]"), contexto=servidor_tls(*certificado)) as socio:
        yield socio


def pedir(url, **opciones):
    with ClienteHTTP(url, limites=UNA_VEZ, **{"permitidas": AQUI} | opciones) as http:
        return http.pedir("GET", "x")


def test_a_name_is_what_tls_verifies_and_host_says(socio_tls, certificado, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificado[0]))
    assert pedir(f"https://localhost:{socio_tls.puerto}").cuerpo == b"[1]"
    assert socio_tls.peticiones[0].cabeceras["host"] == f"localhost:{socio_tls.puerto}"


def test_a_certificate_of_another_name_is_refused(socio_tls, certificado, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificado[0]))
    with pytest.raises(Fatal) as error:
        pedir(f"https://127.0.0.1:{socio_tls.puerto}")
    assert error.value.codigo == "tls_no_valido"
    assert socio_tls.peticiones == []


def test_a_certificate_that_nobody_vouches_for_is_refused(socio_tls):
    with pytest.raises(Fatal) as error:
        pedir(f"https://localhost:{socio_tls.puerto}")
    assert error.value.codigo == "tls_no_valido"


def test_what_speaks_no_tls_is_no_partner():
    with Socio(respuesta(200)) as socio, pytest.raises(Retriable) as error:
        pedir(f"https://localhost:{socio.puerto}")
    assert error.value.codigo == "conexion_rechazada"


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
def test_what_is_no_public_network_is_not_connected_to(host):
    with pytest.raises(Fatal) as error:
        pedir(f"https://{host}", permitidas=[])
    assert error.value.codigo == "host_no_permitido"


def test_a_key_does_not_travel_in_the_open():
    with pytest.raises(Fatal) as error:
        pedir("http://8.8.8.8")
    assert error.value.codigo == "sin_cifrar"


def test_a_name_is_looked_up_once_and_its_answer_connected_to(monkeypatch):
    """A name server that answers an allowed address first and another one then gains nothing."""
    asked = []
    look_up = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        asked.append(host)
        return look_up("127.0.0.1" if asked.count(host) == 1 else "192.0.2.1", *args, **kwargs)

    with Socio(respuesta(200, b"[1]")) as socio:
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        assert pedir(f"http://cambia.example:{socio.puerto}").cuerpo == b"[1]"
    assert asked.count("cambia.example") == 1


def test_a_look_up_without_end_ends_at_the_deadline(monkeypatch):
    ended, look_up = threading.Event(), socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        if host == "lento.example":
            ended.wait(20)
        return look_up("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    http = ClienteHTTP("https://lento.example", limites=Limites(conexion=0.2, intentos=1))
    with http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    ended.set()
    assert error.value.codigo == "conexion_rechazada"


def test_a_look_up_can_be_cancelled(monkeypatch):
    class Cancelada(Exception):
        pass

    def comprobar():
        if asked.is_set():
            raise Cancelada

    def getaddrinfo(host, *args, **kwargs):
        asked.set()
        ended.wait(20)
        raise socket.gaierror

    asked, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with ClienteHTTP("https://lento.example", comprobar=comprobar) as http, pytest.raises(Cancelada):
        http.pedir("GET", "x")
    ended.set()


def test_direccion_says_where_a_name_leads():
    with ClienteHTTP("http://localhost:1", permitidas=[*AQUI, "::1/128"]) as http:
        assert ipaddress.ip_address(http.direccion()).is_loopback
