"""What a person did is in the admin's history; what a command did, in the log."""

import logging

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AnonymousUser, Group

from lib.audit import anotar


@pytest.fixture
def fila(db):
    return Group.objects.create(name="Lectores")


def test_anotar_leaves_an_entry_of_who_did_what(fila, admin):
    anotar(fila, CHANGE, "Le dio un permiso.", por=admin)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.object_repr, entry.action_flag, entry.get_change_message()) == (
        admin, str(fila.pk), "Lectores", CHANGE, "Le dio un permiso.",
    )  # fmt: skip
    assert entry.get_edited_object() == fila


def test_anotar_before_a_deletion_keeps_what_it_was(fila, admin):
    anotar(fila, DELETION, "Ya no hacía falta.", por=admin)
    fila.delete()
    assert LogEntry.objects.get().object_repr == "Lectores"


@pytest.mark.parametrize("por", [None, AnonymousUser()])
def test_anotar_of_nobody_is_in_the_log_only(fila, caplog, por):
    caplog.set_level(logging.INFO)
    anotar(fila, CHANGE, "Cambió.", por=por)
    assert not LogEntry.objects.exists()
    assert f"group {fila.pk}: Cambió., by user None" in caplog.text


def test_anotar_cuts_a_name_that_is_too_long(db, admin):
    anotar(Group.objects.create(name="x" * 150), CHANGE, "y" * 5000, por=admin)
    assert len(LogEntry.objects.get().change_message) == 5000
