"""Sessions in the database, asked for by keys that could be ours only."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie with anything else, such as a NUL that PostgreSQL refuses (a 500), is no session."""

    def __init__(self, session_key: str | None = None) -> None:
        propia = session_key is not None and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if propia else None)
