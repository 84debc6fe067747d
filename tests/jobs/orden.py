"""A command in the foreground for tests: `python -m tests.jobs.orden RUN`."""

import sys

import django

django.setup()

from django.core.management.base import OutputWrapper  # noqa: E402

from jobs.foreground import correr  # noqa: E402
from jobs.models import Ejecucion  # noqa: E402
from tests.jobs.tareas import contar  # noqa: E402

if __name__ == "__main__":
    sys.exit(correr(Ejecucion.objects.get(pk=sys.argv[1]), contar, stdout=OutputWrapper(sys.stdout)))
