from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from apikeys import keys
from apikeys.issuing import emitir, emitir_ficha, renovar, revocar
from apikeys.models import APIKeyCliente
from companies.models import EquivalenciaNit
from lib.errors import Conflict, Missing, Rejected, TrastiendaError


def vale(emitida):
    fila = APIKeyCliente.objects.get(pk=emitida.fila.pk)
    return fila.vigente() and keys.coincide(emitida.clave, fila.huella, fila.pimienta)


def test_emitir_fills_in_what_nobody_said(crear_empresa):
    crear_empresa(anio_fiscal=2024, nombre="Nombre viejo")
    crear_empresa(anio_fiscal=2025, nombre="Nombre nuevo")
    emitida = emitir(nit="900123456")
    assert emitida.fila.nombre_cliente == "Nombre nuevo"
    assert emitida.fila.alcances == ["lectura"]
    assert abs(emitida.fila.fecha_caducidad - timezone.now() - timedelta(days=365)) < timedelta(minutes=1)
    assert emitida.accion == "Creada"
    assert vale(emitida)


def test_emitir_keeps_no_key(emitida):
    stored = repr(APIKeyCliente.objects.values().get())
    assert emitida.clave.texto[15:47] not in stored
    assert emitida.clave.texto not in repr(emitida)


def test_emitir_refuses_a_nit_without_companies(empresa):
    with pytest.raises(Missing, match="nit_sin_empresas"):
        emitir(nit="800197268-4", nombre_cliente="Quien sea")
    assert not APIKeyCliente.objects.exists()


def test_emitir_takes_a_nit_that_was_confirmed_as_anothers(empresa):
    EquivalenciaNit.objects.create(nit_base="9001234568", equivale_a="900123456")
    assert emitir(nit="9001234568").fila.empresas_asociadas.get() == empresa


@pytest.mark.parametrize(("dueno", "alcance"), [({"id_sucursal": "7"}, "ventas"), ({"local": "Centro"}, "cajas")])
def test_emitir_for_a_branch_or_till_sees_no_company(empresa, dueno, alcance):
    fila = emitir(**dueno).fila
    assert fila.alcances == [alcance]
    assert not fila.empresas_asociadas.exists()
    assert fila.nombre_cliente


def test_emitir_is_all_or_nothing(empresa):
    before = emitir(nit="900123456")
    with pytest.raises(Rejected):
        emitir(nit="900123456", reemplazar=True, origenes=["*"])
    assert vale(before)


def test_emitir_again_is_a_further_key(emitida):
    other = emitir(nit="900123456")
    assert other.accion == "Creada"
    assert vale(emitida)
    assert vale(other)


def test_reemplazar_ends_the_owners_others_only(crear_empresa, emitida):
    crear_empresa(nit="800197268-4")
    foreign = emitir(nit="800197268-4")
    new = emitir(nit="900123456", reemplazar=True)
    assert new.accion == "Actualizada"
    assert vale(new)
    assert vale(foreign)
    assert not vale(emitida)
    assert emitir(local="Centro", reemplazar=True).accion == "Creada"


def test_revocar_ends_it_once(emitida, admin):
    revocar(emitida.fila, por=admin)
    assert emitida.fila.revocada
    with pytest.raises(Conflict, match="ya_revocada"):
        revocar(emitida.fila, por=admin)


def test_renovar_hands_over(empresa, admin):
    old = emitir(
        nit="900123456-8", alcances=["lectura", "sincronizar"], limite_por_minuto=7, redes_permitidas=["10.0.0.0/8"],
        origenes=["https://tienda.example.com"],
    )  # fmt: skip
    new = renovar(old.fila, dias_validez=30, solape=timedelta(hours=2), por=admin)
    for name in ("nit_base", "nit_original", "alcances", "limite_por_minuto", "redes_permitidas", "nombre_cliente"):
        assert getattr(new.fila, name) == getattr(old.fila, name)
    assert new.fila.origenes.get().origen == "https://tienda.example.com"
    assert vale(new)
    assert vale(old)
    assert old.fila.sucesora == new.fila
    assert timedelta(hours=1) < old.fila.fecha_caducidad - timezone.now() <= timedelta(hours=2)


def test_renovar_without_overlap_ends_the_old_key_at_once(emitida):
    renovar(emitida.fila, por=None)
    assert not vale(emitida)


def test_renovar_never_lengthens_the_old_key(empresa):
    old = emitir(nit="900123456", dias_validez=1)
    end = old.fila.fecha_caducidad
    renovar(old.fila, solape=timedelta(days=30), por=None)
    assert old.fila.fecha_caducidad == end


def test_renovar_refuses_twice_and_revoked(emitida):
    new = renovar(emitida.fila, por=None)
    with pytest.raises(Conflict, match="ya_renovada"):
        renovar(emitida.fila, por=None)
    revocar(new.fila, por=None)
    with pytest.raises(Conflict, match="ya_revocada"):
        renovar(new.fila, por=None)
    assert APIKeyCliente.objects.count() == 2


def test_emitir_ficha_is_the_persons(admin):
    fila, clave = emitir_ficha(admin, dias=30, nombre="portátil")
    assert clave.texto.startswith("pt_")
    assert keys.coincide(clave, fila.huella, fila.pimienta)


def a_la_vez(action, hilos=4):
    barrier = Barrier(hilos)

    def one(n):
        try:
            barrier.wait(10)
            return action()
        except TrastiendaError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(hilos) as pool:
        return list(pool.map(one, range(hilos)))


@pytest.mark.django_db(transaction=True)
def test_reemplazar_many_times_at_once_leaves_one_key(empresa):
    written = iter(["900123456", "900123456-8", "900.123.456", "900.123.456-8"])
    answers = a_la_vez(lambda: emitir(nit=next(written), reemplazar=True))
    assert sum(vale(emitida) for emitida in answers) == 1
    assert [emitida.accion for emitida in answers].count("Creada") == 1


@pytest.mark.django_db(transaction=True)
def test_renovar_many_times_at_once_renews_once(emitida):
    answers = a_la_vez(lambda: renovar(emitida.fila, por=None))
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3
    assert APIKeyCliente.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_reemplazar_while_another_renews_leaves_one_key(emitida):
    """Either the renewed key ends as well, or there is nothing left to renew."""
    turns = iter([lambda: emitir(nit="900123456", reemplazar=True), lambda: renovar(emitida.fila, por=None)])
    a_la_vez(lambda: next(turns)(), hilos=2)
    assert APIKeyCliente.objects.filter(activa=True, fecha_caducidad__gt=timezone.now()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_revocar_many_times_at_once_revokes_once(emitida):
    answers = a_la_vez(lambda: revocar(APIKeyCliente.objects.get(), por=None))
    assert sum(answer is None for answer in answers) == 1
