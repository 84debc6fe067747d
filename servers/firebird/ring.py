"""The memory that a child and its parent share: raw rows lie in it, the pipes only say where.

An anonymous file, memfd_create(2), of a few slots that are filled in turn. It is sealed: no side can make it shorter,
so reading it never ends in SIGBUS. Used on both sides: nothing of Django here.
"""

import fcntl
import mmap
import os

RANURAS = 4
BYTES_POR_RANURA = 1 << 20
FILAS_POR_RANURA = 4096
BYTES = RANURAS * BYTES_POR_RANURA


def crear() -> int:
    """The descriptor of a new ring."""
    descriptor = os.memfd_create("anillo", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, BYTES)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


def tope(paso: int) -> int:
    """How many messages of so many bytes a slot takes."""
    return min(FILAS_POR_RANURA, BYTES_POR_RANURA // paso)


def abrir(descriptor: int, *, escritura: bool = False) -> mmap.mmap:
    """The whole ring as memory."""
    permisos = mmap.PROT_READ | mmap.PROT_WRITE if escritura else mmap.PROT_READ
    return mmap.mmap(descriptor, BYTES, mmap.MAP_SHARED, permisos)
