"""Fixtures that every test may use."""

import pytest
from django.contrib.auth import get_user_model


@pytest.fixture
def admin(db):
    """A superuser; log in with `client.force_login(admin)`."""
    return get_user_model().objects.create_superuser("admin", "admin@example.com", "clave-larga-1")
