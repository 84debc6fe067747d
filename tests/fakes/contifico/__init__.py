"""A Contífico on loopback: `FakeContifico(Inquilino())`, with its data at hand and faults to switch on."""

from tests.fakes.contifico.server import FakeContifico
from tests.fakes.contifico.tenant import Inquilino

__all__ = ["FakeContifico", "Inquilino"]
