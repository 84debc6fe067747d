"""The errors that leave a client or a verb, sorted by what the caller does next.

    TrastiendaError
    ├── Retriable    the same call may succeed later
    ├── Rejected     this record or request is refused; note it, go on
    │   ├── Conflict     it contradicts what is there now
    │   ├── Missing      it names what is not there
    │   ├── Unproven     who asks did not show who that is
    │   └── Denied       who asks may not do it, or not like this
    └── Fatal        credentials, settings or contract are wrong; stop

Each carries a stable code, a Spanish sentence and a remedy; API, admin and command line show the same three.
"""

from typing import Any


class TrastiendaError(Exception):
    """An error that a person can act on; `extra` goes into the API's answer beside code, sentence and remedy."""

    def __init__(self, codigo: str, mensaje: str, remedio: str = "", **extra: Any) -> None:
        super().__init__(mensaje)
        self.codigo = codigo
        self.mensaje = mensaje
        self.remedio = remedio
        self.extra = extra

    def __str__(self) -> str:
        return f"[{self.codigo}] {self.mensaje}" + (f" {self.remedio}" if self.remedio else "")

    def as_dict(self) -> dict[str, Any]:
        return {"codigo": self.codigo, "mensaje": self.mensaje, "remedio": self.remedio, **self.extra}


class Retriable(TrastiendaError):
    """Timeout, refused connection, overload: the same call may succeed later."""


class Rejected(TrastiendaError):
    """This record or request is refused; write it down and go on."""


class Conflict(Rejected):
    """The request contradicts the present state, such as a run that is already active."""


class Missing(Rejected):
    """The request names something that is not there."""


class Unproven(Rejected):
    """Who asks did not show who that is: a wrong password, a missing code."""


class Denied(Rejected):
    """Who asks is known and may not do this, or not like this."""


class Fatal(TrastiendaError):
    """Credentials, settings or contract are wrong; stop the run."""
