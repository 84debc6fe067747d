"""Cookies of sessions, ours and those that nobody of ours wrote."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from desk.accounts.sessions import SessionStore


@pytest.mark.parametrize("cookie", ["\0" * 32, "ñ" * 32, "a b" * 20, "a" * 4000, "a", ""])
def test_a_cookie_that_is_no_key_of_ours_is_no_session(client, db, cookie):
    client.cookies["sessionid"] = cookie
    assert client.get("/api/empresas-servidor/").status_code == 401
    assert client.get("/cuenta/entrar/").status_code == 200


def test_a_session_of_ours_is_one(client, admin):
    client.force_login(admin)
    assert client.get("/api/empresas-servidor/").status_code == 200


def test_what_the_database_would_refuse_is_never_looked_for():
    assert SessionStore("\0" * 32).session_key is None
    assert SessionStore("a" * 32).session_key == "a" * 32


def test_a_session_key_out_of_a_dump_opens_until_the_sessions_are_deleted(client, ana):
    """As docs/operations.md says of a backup in other hands."""
    client.force_login(ana)
    ajeno = Client()
    ajeno.cookies["sessionid"] = Session.objects.get().session_key
    assert ajeno.get("/api/auth/fichas/").status_code == 200
    Session.objects.all().delete()
    assert ajeno.get("/api/auth/fichas/").status_code == 401
