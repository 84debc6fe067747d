"""A TCP proxy on loopback that can stall or cut the connections that pass through it."""

import contextlib
import socket
import threading


class Proxy:
    """Forwards to 127.0.0.1:`target`; after `limit` bytes from the server it stalls, or cuts when `cut`."""

    def __init__(self, target: int, *, limit: int, cut: bool = False) -> None:
        self._target = target
        self._limit = limit
        self._cut = cut
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.tripped = threading.Event()

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._close(self._listener, *self._sockets)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [client, server]
                for source, sink, limit in ((client, server, None), (server, client, self._limit)):
                    threading.Thread(target=self._pump, args=(source, sink, limit), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, limit: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                passed += len(data)
                if limit is not None and passed > limit:
                    self.tripped.set()
                    if self._cut:
                        self._close(sink, source)
                    return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def _close(self, *sockets: socket.socket) -> None:
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
