"""A person edits a row that a run changes at the same moment: both changes stay."""

from datetime import time

import pytest
from django.contrib import admin

from companies.models import EmpresaServidor
from companies.serializers import EmpresaServidorSerializer
from lib.saving import guardar_cambios, valores
from servers.models import Servidor
from servers.serializers import ServidorSerializer


@pytest.fixture
def peticion(rf, admin):
    request = rf.post("/")
    request.user = admin
    return request


@pytest.fixture
def mover(crear_servidor):
    """What a move and an extraction write meanwhile; gives back what must be there afterwards."""

    def mover(empresa):
        meanwhile = {"servidor_id": crear_servidor("Otro").pk, "ruta_base": "/otra.gdb", "codigo": "77"}
        EmpresaServidor.objects.filter(pk=empresa.pk).update(**meanwhile)
        return meanwhile | {"nombre": "Nuevo"}

    return mover


def guardado(row):
    return type(row).objects.values().get(pk=row.pk)


def test_api_writes_only_what_the_request_changed(empresa, peticion, mover):
    serializer = EmpresaServidorSerializer(empresa, {"nombre": "Nuevo"}, partial=True, context={"request": peticion})
    serializer.is_valid(raise_exception=True)
    esperado = mover(empresa)
    serializer.save()
    assert guardado(empresa) == guardado(empresa) | esperado


def test_admin_writes_only_what_the_person_changed(empresa, peticion, mover):
    page = admin.site.get_model_admin(EmpresaServidor)
    row = page.get_object(peticion, str(empresa.pk))
    row.nombre = "Nuevo"
    esperado = mover(empresa)
    page.save_model(peticion, row, None, change=True)
    assert guardado(empresa) == guardado(empresa) | esperado


def test_an_edited_server_keeps_the_token_that_was_rotated_meanwhile(servidor):
    serializer = ServidorSerializer(servidor, {"nombre": "Nuevo"}, partial=True)
    serializer.is_valid(raise_exception=True)
    Servidor.objects.update(password_cifrada="rotada")
    serializer.save()
    assert guardado(servidor) == guardado(servidor) | {"nombre": "Nuevo", "password_cifrada": "rotada"}


def test_two_edits_at_once_never_join_one_host_with_the_other_password(servidor):
    one = ServidorSerializer(servidor, {"host": "10.9.9.9", "password": "de ese host"}, partial=True)
    two = ServidorSerializer(Servidor.objects.get(), {"password": "la de siempre"}, partial=True)
    for serializer in (one, two):
        serializer.is_valid(raise_exception=True)
    for serializer in (one, two):
        serializer.save()
    row = Servidor.objects.get()
    assert (row.host, row.password) == ("127.0.0.1", "la de siempre")


def test_two_edits_at_once_never_leave_half_of_the_hours(servidor):
    Servidor.objects.update(lectura_desde=time(22), lectura_hasta=time(6))
    one, two = Servidor.objects.get(), Servidor.objects.get()
    changes = [(one, {"lectura_desde": time(20)}), (two, {"lectura_desde": None, "lectura_hasta": None})]
    for row, change in changes:
        before = valores(row)
        for name, value in change.items():
            setattr(row, name, value)
        row.before = before
    for row in (two, one):
        guardar_cambios(row, row.before)
    row = Servidor.objects.get()
    assert (row.lectura_desde, row.lectura_hasta) == (time(20), time(6))


def test_a_new_password_is_written(servidor):
    serializer = ServidorSerializer(servidor, {"password": "otra"}, partial=True)
    serializer.is_valid(raise_exception=True)
    serializer.save()
    assert Servidor.objects.get().password == "otra"
