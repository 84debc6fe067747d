"""Tests never reach beyond loopback."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_network_beyond_loopback_is_closed():
    closed = pytest.raises(SocketConnectBlockedError)
    with pytest.warns(UserWarning, match="192.0.2.1"), closed, socket.socket() as open_socket:
        open_socket.connect(("192.0.2.1", 80))


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
