"""The engine inside the child: databases that lie on this machine, opened without a server.

A file must not be open in a server at the same time. The engine gets a root of its own, in which several processes
may read one file (ServerMode Classic) and nothing leads to the network (only the engine is a provider).
"""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from lib.errors import Fatal

BIBLIOTECAS = Path("/usr/lib")
INTL_CONF = Path("/etc/firebird/3.0/fbintl.conf")
CONF = "ServerMode = Classic\nProviders = Engine12\nUdfAccess = None\nDatabaseAccess = Restrict {carpeta}\n"


def ruta_local(ruta: str) -> str:
    """`ruta` with its links resolved; Fatal `ruta_invalida` unless it lies inside DIRECTORIO_FIREBIRD_LOCAL."""
    permitida = settings.DIRECTORIO_FIREBIRD_LOCAL
    real = Path(ruta).resolve()
    if permitida and Path(ruta).is_absolute() and real.is_relative_to(Path(permitida).resolve()):
        return str(real)
    raise Fatal(
        "ruta_invalida",
        f"El motor embebido no abre {ruta[:120]!r}: está fuera de la carpeta de bases locales.",
        "Ponga el archivo en la carpeta de DIRECTORIO_FIREBIRD_LOCAL, o pida que se configure.",
    )


def entorno() -> dict[str, str]:
    """The variables of a child that embeds the engine; its root is laid out the first time."""
    raiz = Path(settings.DIRECTORIO_DATOS).resolve() / "firebird-embebido"
    conf = CONF.format(carpeta=Path(settings.DIRECTORIO_FIREBIRD_LOCAL).resolve())
    if not raiz.exists():
        _preparar(raiz)
    if not (raiz / "firebird.conf").exists() or (raiz / "firebird.conf").read_text() != conf:
        _escribir(raiz / "firebird.conf", conf)
    return {"FIREBIRD": str(raiz), "FIREBIRD_LOCK": str(raiz / "lock"), "FIREBIRD_TMP": str(raiz / "tmp")}


def _preparar(raiz: Path) -> None:
    """Lay out the root beside its place and move it there; another process may have been first."""
    biblioteca = _biblioteca()
    raiz.parent.mkdir(parents=True, exist_ok=True)
    borrador = Path(tempfile.mkdtemp(dir=raiz.parent, prefix="firebird-"))
    for carpeta in ("lock", "tmp", "intl"):
        (borrador / carpeta).mkdir()
    for nombre in ("plugins", "firebird.msg", "plugins.conf"):
        (borrador / nombre).symlink_to(biblioteca / nombre)
    for original in (biblioteca / "intl" / "libfbintl.so", INTL_CONF):
        shutil.copy(original, borrador / "intl")  # through a link the engine does not find the character sets
    try:
        borrador.rename(raiz)
    except OSError:
        shutil.rmtree(borrador)


def _escribir(archivo: Path, texto: str) -> None:
    """Replace a file that other processes may be reading."""
    with tempfile.NamedTemporaryFile("w", dir=archivo.parent, delete=False) as borrador:
        borrador.write(texto)
    Path(borrador.name).replace(archivo)


def _biblioteca() -> Path:
    encontradas = sorted(BIBLIOTECAS.glob("*/firebird/3.0/plugins/libEngine12.so"))
    if not encontradas:
        raise Fatal(
            "motor_embebido_ausente",
            "El motor de Firebird 3.0 no está instalado en esta máquina.",
            "apt-get install --no-install-recommends firebird3.0-server-core libfbclient2",
        )
    return encontradas[-1].parent.parent
