"""«Probar conexión»: from the host's name to the companies in EMPRESAS, step by step."""

import socket
from contextlib import ExitStack
from copy import copy

from django.conf import settings

from lib.doctor import Diagnostico, Hallazgo, Paso, Resultado, examinar
from lib.errors import Fatal, Retriable, TrastiendaError
from lib.network import resolver
from servers import source
from servers.firebird.dsn import validar_host
from servers.firebird.errors import OTRO_CONTROLADOR
from servers.models import Controlador, Servidor, TipoServidor
from servers.source import Fuente, Instantanea

# What `abrir` complains of once the server has let us in: it is the database that is wrong, not the user.
DE_LA_BASE = frozenset(
    {
        "archivo_inexistente",
        "base_danada",
        "base_inexistente",
        "base_no_disponible",
        "no_es_base_de_datos",
        "ruta_invalida",
        "ruta_no_permitida",
        "sin_permiso_en_tabla",
        "version_no_soportada",
    }
)
EL_OTRO = {Controlador.NATIVO.value: Controlador.PURO.value, Controlador.PURO.value: Controlador.NATIVO.value}
COLUMNAS_EMPRESAS = frozenset({"CODIGO", "NOMBRE", "NIT", "ANOFIS", "ARCHIVO"})
CONTAR_EMPRESAS = "SELECT COUNT(*) FROM EMPRESAS WHERE NIT IS NOT NULL"
SIN_CIFRAR = "Llegue a él por la VPN: usuario, contraseña y datos viajan a la vista de quien esté en la red."


def probar(servidor: Servidor) -> Diagnostico:
    """Try the server as discovery would use it; what fails is in the answer, nothing is raised."""
    with ExitStack() as abierto:
        examen = _Examen(servidor, abierto)
        pasos = [
            Paso("direccion", "Dirección", examen.direccion),
            Paso("tcp", "Puerto TCP", examen.tcp),
            Paso("acceso", "Acceso", examen.acceso),
            Paso("base_maestra", "Base maestra", examen.base_maestra),
            Paso("empresas", "Tabla EMPRESAS", examen.empresas),
        ]
        return examinar(pasos, examen.datos)


class _Examen:
    """The steps, and what each leaves for the next."""

    def __init__(self, servidor: Servidor, abierto: ExitStack) -> None:
        self.datos: dict[str, str | int | None] = {"servidor": servidor.nombre}
        self._servidor = servidor
        self._abierto = abierto
        self._sql_server = servidor.tipo_servidor == TipoServidor.SQL_SERVER
        self._embebido = not self._sql_server and servidor.controlador == Controlador.EMBEBIDO
        self._ip = ""
        self._fuente: Fuente | None = None
        self._foto: Instantanea | None = None
        self._base_fallo: TrastiendaError | None = None

    def direccion(self) -> Hallazgo:
        if self._embebido:
            return _no_aplica()
        host = validar_host(self._servidor.host)
        self._ip = resolver(host, self._servidor.puerto_efectivo, permitidas=settings.RED_PERMITIDA)
        return Hallazgo(f"{host} es {self._ip}." if host != self._ip else f"La dirección {host} está permitida.")

    def tcp(self) -> Hallazgo:
        if self._embebido:
            return _no_aplica()
        puerto = self._servidor.puerto_efectivo
        try:
            socket.create_connection((self._ip, puerto), timeout=settings.FUENTE_CONEXION_SEGUNDOS).close()
        except TimeoutError:
            raise _nadie("sin_respuesta", f"El puerto {puerto} no contesta.") from None
        except OSError:
            raise _nadie("conexion_rechazada", f"El puerto {puerto} está cerrado.") from None
        return Hallazgo(f"El puerto {puerto} contesta.")

    def acceso(self) -> Hallazgo:
        try:
            self._abrir(self._servidor)
        except TrastiendaError as error:
            if error.codigo in DE_LA_BASE:
                self._base_fallo = error
                return Hallazgo("El servidor dejó entrar al usuario.")
            return self._con_el_otro(error)
        return self._entro()

    def base_maestra(self) -> Hallazgo:
        if self._base_fallo:
            raise self._base_fallo
        assert self._fuente is not None
        self._foto = self._abierto.enter_context(self._fuente.instantanea())
        if self._sql_server:
            return self._aislamiento()
        return Hallazgo(
            f"Abierta: dialecto {self._fuente.dialecto}, juego de caracteres {self._fuente.juego_caracteres}."
        )

    def empresas(self) -> Hallazgo:
        assert self._foto is not None
        _comprobar_columnas(self._foto.catalogo().get("EMPRESAS", frozenset()))
        ((total,),) = self._foto.filas(CONTAR_EMPRESAS)
        self.datos["empresas"] = int(total)
        if not total:
            return Hallazgo(
                "EMPRESAS no tiene ninguna empresa con NIT.",
                "Revise que la ruta maestra sea la de la instalación en uso.",
                Resultado.AVISO,
            )
        return Hallazgo(f"Empresas con NIT: {total}; cada año fiscal cuenta como una.")

    def _abrir(self, servidor: Servidor) -> None:
        fuente = self._abierto.enter_context(source.abrir(servidor, servidor.ruta_maestra))
        self._fuente = fuente
        self.datos |= {
            "version": fuente.version,
            "controlador": fuente.controlador,
            "dialecto": fuente.dialecto or None,
            "juego_caracteres": fuente.juego_caracteres,
        }

    def _con_el_otro(self, error: TrastiendaError) -> Hallazgo:
        """A driver that was forced and does not get on with the server: would the other one?"""
        otro = EL_OTRO.get(str(self._servidor.controlador))
        if otro is None or error.codigo not in OTRO_CONTROLADOR:
            raise error
        servidor = copy(self._servidor)
        servidor.controlador = otro
        try:
            self._abrir(servidor)
        except TrastiendaError:
            raise error from None
        return Hallazgo(
            f"Con {self._servidor.controlador} no se pudo entrar ({error.mensaje}) y con {otro} sí.",
            f"Elija «Automático» o {otro} como controlador de este servidor.",
            Resultado.AVISO,
        )

    def _entro(self) -> Hallazgo:
        assert self._fuente is not None
        version, controlador = self._fuente.version, self._fuente.controlador
        nombre = str(TipoServidor(self._servidor.tipo_servidor).label)
        entro = f"Entró con {controlador}. {nombre} {version}."
        if self._sql_server:
            return Hallazgo(f"{entro} El enlace no va cifrado.", SIN_CIFRAR, Resultado.AVISO)
        if version.startswith("2.") and not self._embebido:
            return Hallazgo(f"{entro} En Firebird 2.5 el enlace nunca va cifrado.", SIN_CIFRAR, Resultado.AVISO)
        if self._servidor.controlador == Controlador.AUTOMATICO and controlador == Controlador.PURO:
            return Hallazgo(f"{entro} El controlador preferido, {Controlador.NATIVO}, no pudo.")
        return Hallazgo(entro)

    def _aislamiento(self) -> Hallazgo:
        assert self._foto is not None
        if getattr(self._foto, "aislamiento", "") == "SNAPSHOT":
            return Hallazgo("Abierta: se lee en una instantánea (SNAPSHOT).")
        return Hallazgo(
            "Abierta, pero la base no admite instantáneas: se lee con READ COMMITTED.",
            "Pida ALLOW_SNAPSHOT_ISOLATION ON para esa base; sin él, lo que cambie mientras se lee puede descuadrar.",
            Resultado.AVISO,
        )


def _no_aplica() -> Hallazgo:
    return Hallazgo("No aplica: el motor embebido abre el archivo en esta máquina.", resultado=Resultado.OMITIDO)


def _nadie(codigo: str, mensaje: str) -> Retriable:
    return Retriable(
        codigo,
        mensaje,
        "Revise el puerto, que el servicio de la base de datos esté iniciado, el cortafuegos y la VPN.",
    )


def _comprobar_columnas(columnas: frozenset[str]) -> None:
    faltan = sorted(COLUMNAS_EMPRESAS - columnas)
    if faltan:
        raise Fatal(
            "sin_tabla_empresas",
            f"No es una base maestra de TNS: falta la tabla EMPRESAS o sus columnas {', '.join(faltan)}.",
            "Ponga en la ruta maestra la base ADMIN de la instalación, no la de una empresa.",
        )
