"""`python -m desk.demo`: the demonstration, whatever the settings of this machine are."""

import sys

from desk.demo.environment import lanzar

lanzar(sys.argv[1:])
