"""Django's PostgreSQL backend, with a cheaper answer to whether a connection that was kept is still good."""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """CONN_HEALTH_CHECKS asks the socket first, and the server only where the socket has something to say.

    A server that restarts or ends the session closes its side, which makes the socket readable; an idle one is silent.
    So a request on a sound connection saves a trip to the server.
    """

    def is_usable(self) -> bool:
        connection: Any = self.connection
        if connection is None or connection.closed:
            return False
        socket = select.poll()
        socket.register(connection.fileno(), select.POLLIN)
        return not socket.poll(0) or super().is_usable()
