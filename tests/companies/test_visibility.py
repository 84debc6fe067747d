from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from companies.models import EmpresaServidor, UsuarioEmpresa
from companies.visibility import ve_todas, visibles
from inventory.models import Articulo


@dataclass
class Clave:
    """What visibility asks of a key."""

    empresas: list[int]


def peticion(user=None, auth=None):
    return SimpleNamespace(user=user or AnonymousUser(), auth=auth)


@pytest.fixture
def dos(crear_empresa):
    return crear_empresa(), crear_empresa("800197268-4", codigo="02")


def nits(request):
    return sorted(visibles(EmpresaServidor.objects.all(), request).values_list("nit_base", flat=True))


def test_visibles_gives_staff_every_company(dos, crear_usuario):
    assert nits(peticion(crear_usuario(is_staff=True))) == ["800197268", "900123456"]


def test_visibles_gives_a_limited_user_only_the_own_ones(dos, crear_usuario):
    user = crear_usuario(is_staff=True)
    UsuarioEmpresa.objects.create(usuario=user, empresa=dos[1])
    assert nits(peticion(user)) == ["800197268"]


def test_visibles_gives_nothing_to_anyone_else(dos, crear_usuario):
    assert nits(peticion()) == []
    assert nits(peticion(crear_usuario("eva"))) == []
    assert nits(peticion(crear_usuario("luz", is_staff=True, is_active=False))) == []


def test_visibles_gives_nothing_to_an_inactive_user_with_companies(dos, crear_usuario):
    user = crear_usuario(is_active=False)
    UsuarioEmpresa.objects.create(usuario=user, empresa=dos[0])
    assert nits(peticion(user)) == []


def test_visibles_binds_a_key_to_its_nit_whoever_the_user_is(dos, crear_usuario):
    user = crear_usuario(is_staff=True)
    assert nits(peticion(user, Clave([dos[0].pk]))) == [dos[0].nit_base]
    assert nits(peticion(user, Clave([]))) == []


def test_visibles_gives_nothing_to_a_key_without_nit(dos, crear_usuario):
    assert nits(peticion(crear_usuario(is_staff=True), auth=object())) == []


def test_visibles_works_on_a_plain_request_of_the_admin(dos, crear_usuario, rf):
    request = rf.get("/admin/")
    request.user = crear_usuario(is_staff=True)
    assert nits(request) == ["800197268", "900123456"]


def test_visibles_scopes_rows_that_hang_on_a_company(dos, crear_usuario, django_assert_num_queries):
    user = crear_usuario(is_staff=True)
    UsuarioEmpresa.objects.create(usuario=user, empresa=dos[0])
    with django_assert_num_queries(1):
        rows = visibles(Articulo.objects.order_by("pk"), peticion(user))
    assert "JOIN" not in str(rows.query)
    assert f"({dos[0].pk})" in str(rows.query)
    assert "JOIN" not in str(visibles(Articulo.objects.order_by("pk"), peticion(auth=Clave([1]))).query)


def test_ve_todas_is_true_only_for_staff_without_limits(dos, crear_usuario):
    staff, limited = crear_usuario(is_staff=True), crear_usuario("eva", is_staff=True)
    UsuarioEmpresa.objects.create(usuario=limited, empresa=dos[0])
    assert ve_todas(peticion(staff))
    assert not ve_todas(peticion(limited))
    assert not ve_todas(peticion(staff, Clave([dos[0].pk])))
    assert not ve_todas(peticion())
