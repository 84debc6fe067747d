"""What beat asks for is there, under the name that the schedule has."""

from apikeys.models import APIKeyCliente
from apikeys.tasks import asentar_usos_task, limpiar_accesos_task
from config.schedule import HORARIO
from lib import limits


def test_the_schedule_names_them():
    asked = {entry["task"] for entry in HORARIO.values()}
    assert {asentar_usos_task.name, limpiar_accesos_task.name} <= asked


def test_asentar_writes_what_was_counted(emitida):
    limits.sumar(f"uso:clave:{emitida.clave.identificador}", 2)
    assert asentar_usos_task() == 1
    assert limpiar_accesos_task() == 0
    assert APIKeyCliente.objects.get().usos == 2
