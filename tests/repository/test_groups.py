"""Tests that share something expensive run in one process: `xdist_group`, which a pytest can ignore in silence."""

import os

import pytest


@pytest.mark.xdist_group("grupo")
def test_a_group_of_tests_stays_together(request):
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@grupo")
