"""Every setting of Trastienda, grouped by what it is for; docs/settings.md tells those of the environment."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse
from kombu import Exchange, Queue

from config.env import (
    BASE_DIR,
    api_url,
    cache,
    database_url,
    fernet_keys,
    generate_once,
    is_redis,
    log_handlers,
    log_level,
    networks,
    open_env,
    origins,
    peppers,
    positive,
    redis_url,
)
from config.schedule import HORARIO

env = open_env()

# --- where things are ---

DIRECTORIO_DATOS = Path(env.str("DIRECTORIO_DATOS", str(BASE_DIR / "var")))
DATABASE_URL = database_url(
    env.str("DATABASE_URL", ""), env.str("INVENTORY_DB_PATH", ""), DIRECTORIO_DATOS / "trastienda.sqlite3"
)
EMBEBIDO = DATABASE_URL.startswith("sqlite:")  # the embedded shape: nothing to install, secrets generated once

if EMBEBIDO:
    DIRECTORIO_DATOS.mkdir(parents=True, exist_ok=True)
    generate_once(DIRECTORIO_DATOS / "secretos.env")

# --- security ---

SECRET_KEY = env.str("SECRET_KEY")
CLAVES_CIFRADO = fernet_keys(env.list("CLAVES_CIFRADO"))  # Fernet keys: the first encrypts, all decrypt
PIMIENTAS = peppers(env.list("PIMIENTAS"))  # of the digests of keys: the first makes them, all prove them
if not SECRET_KEY or not CLAVES_CIFRADO or not PIMIENTAS:
    raise ImproperlyConfigured("SECRET_KEY, CLAVES_CIFRADO and PIMIENTAS must be set (docs/settings.md)")
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if EMBEBIDO else env.NOTSET)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
RED_PERMITIDA = networks(
    env.list("RED_PERMITIDA", default=[])
)  # those opened beside the private ones, e.g. 127.0.0.0/8

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEBIDO
DETRAS_DE_PROXY = env.bool("DETRAS_DE_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DETRAS_DE_PROXY else None
SECURE_HSTS_SECONDS = 0 if EMBEBIDO else 31_536_000
SECURE_SSL_REDIRECT = env.bool("REDIRIGIR_A_HTTPS", not EMBEBIDO)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # other subdomains and the preload list: the owner's choice
X_FRAME_OPTIONS = "DENY"

# --- staff accounts ---

SESSION_ENGINE = "desk.accounts.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
SEGUNDO_FACTOR_OBLIGATORIO = not EMBEBIDO  # staff without a second factor get no further than setting one up
FICHA_DIAS = env.int("FICHA_DIAS", 30)  # how long a personal token lives
HAY_CORREO = env.str("EMAIL_URL", "") != ""  # without a mail server nobody is offered to reset a password by mail
vars().update(env.email_url("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "trastienda@localhost")

ACCOUNT_ADAPTER = "desk.accounts.adapter.CuentaAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # there is no sign-up page: see /api/auth/register/
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail of ours
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip,200/h/ip",
    "login_failed": "10/m/ip,5/5m/key",  # key: the name that was tried, or the person whose code was
    "reset_password": "5/m/ip,3/h/key",
    "signup": "5/m/ip,20/d/ip",
    "ficha": "10/h/user",
}
MFA_ADAPTER = "desk.accounts.adapter.SegundoFactorAdapter"
MFA_FORMS = {
    "activate_totp": "desk.accounts.forms.ActivarForm",
    "authenticate": "desk.accounts.forms.CodigoForm",
    "reauthenticate": "desk.accounts.forms.ConfirmarCodigoForm",
}
MFA_TOTP_ISSUER = "Trastienda"
MFA_TOTP_TOLERANCE = 1  # clocks of phones drift; desk.accounts.second_factor sees that no code counts twice
SECRETOS_EN_JSON = {"mfa.Authenticator.data": ("secret", "seed")}  # encrypted by MFA_ADAPTER, turned by rotar_claves

# --- applications ---

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "jobs",
    "servers",
    "companies",
    "inventory",
    "inventory.contifico",
    "apikeys",
    "desk",
]

MIDDLEWARE = [
    "apikeys.middleware.SinClavesEnLaDireccion",  # before any that may write the address down
    "lib.content_policy.ContentPolicyMiddleware",  # above all that answers
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",  # above all that answers, so that a page can read errors too
    "lib.caching.ApiCachingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "desk.accounts.middleware.SegundoFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # both forms of every path answer; nothing redirects

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "desk" / "templates"],  # before the applications': some pages of unfold are ours
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.accounts.context.pagina",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "desk.accounts.passwords.RevocarFichas"}]  # it refuses nothing: it is told of each change

# --- database ---

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if EMBEBIDO:
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a transaction that will write says so at its start
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA temp_store=FILE; PRAGMA temp.page_size=32768;",  # wide rows wait there: fewer pages to fill and free
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "lib.postgresql"

# --- counters and cache ---

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://" if EMBEBIDO else env.NOTSET)
CACHE_URL = redis_url(env.str("CACHE_URL", CELERY_BROKER_URL if is_redis(CELERY_BROKER_URL) else ""))
ARCHIVO_LIMITES = DIRECTORIO_DATOS / "limites.sqlite3"  # where hits are counted without Redis; lib/limits.py
CACHES = cache(CACHE_URL, DIRECTORIO_DATOS / "cache")

# --- language and time ---

LANGUAGE_CODE = "es"
TIME_ZONE = env.str("ZONA_HORARIA", "America/Bogota")  # how screens show an instant; the database keeps UTC
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]  # unfold's filters of dates read these and not those of the language
DATETIME_INPUT_FORMATS = [f"{day} {hour}" for day in DATE_INPUT_FORMATS for hour in ("%H:%M:%S", "%H:%M")]
USE_TZ = True

# --- static files ---

STATIC_URL = "static/"
STATIC_ROOT = DIRECTORIO_DATOS / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True  # nothing to collect before the first start
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- background work ---

CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
    "visibility_timeout": 25 * 3600,  # above any run; a message that comes twice does nothing
    "socket_connect_timeout": 2,
    "socket_timeout": 30,  # a publish into a dead link ends
    "socket_keepalive": True,
    "max_retries": 1,  # a request that launches a run does not wait for a broker that is down
    "interval_start": 0,
    "interval_step": 0.2,
}
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER_DIR = DIRECTORIO_DATOS / "broker"
    for name in ("cola", "control", "hecho"):
        (BROKER_DIR / name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "cola"),
        "data_folder_out": str(BROKER_DIR / "cola"),
        "control_folder": str(BROKER_DIR / "control"),
        "processed_folder": str(BROKER_DIR / "hecho"),
    }
# Not prefork: a child of its pool that is killed between two tasks leaves the worker waiting for good, with the
# filesystem broker (its lock on the pool's one pipe seems to stay) and now and then with Redis (the task that was meant
# for it is never started, and fills the prefetch). Seen with Celery 5.7 and billiard 4.3; docs/adr/0006.
CELERY_WORKER_POOL = "threads"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # no results, so nothing of Celery's own to clean up every night
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "general"
COLAS = ("general", "fuentes")  # a worker without -Q serves all of them; `fuentes` reads foreign databases
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in COLAS]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "desk.scheduling:Planificador"
CELERY_BEAT_SCHEDULE = HORARIO

EJECUCIONES_ACOTADAS_POR = "companies.visibility.acotar_ejecuciones"  # who may see a run of whom
LIMITE_DE_SERVIDORES = "companies.visibility.limite_de_servidores"  # which servers a request may write to
IDENTIDAD_DE_SOLICITANTE = "apikeys.requesters.identidad"  # who is behind the credential that started a run

LATIDO_SEGUNDOS = env.int("LATIDO_SEGUNDOS", 5)  # how often a run says that its process lives
LATIDO_MAXIMO_SEGUNDOS = env.int("LATIDO_MAXIMO_SEGUNDOS", 60)  # silence after which a run counts as interrupted
AVANCE_MAXIMO_SEGUNDOS = env.int("AVANCE_MAXIMO_SEGUNDOS", 3600)  # time without any work done that counts as stuck
ESPERA_MAXIMA_SEGUNDOS = env.int("ESPERA_MAXIMA_SEGUNDOS", 25)  # longest wait of a request that says `esperar`
REENVIO_SEGUNDOS = env.int("REENVIO_SEGUNDOS", 30)  # age at which the message of a waiting run is sent again

# --- exports ---

# The lists of the API that can be taken away whole: name → viewset and action. Those of the admin are all that have
# columns for it.
EXPORTABLES = {
    "movimientos": "inventory.views.MovimientoViewSet.list",
    "articulos": "inventory.views.ArticuloViewSet.list",
    "existencias": "inventory.views.ExistenciaViewSet.list",
    "ventanas": "inventory.views.VentanaViewSet.list",
    "resumen_mensual": "inventory.views_monthly.ResumenMensualViewSet.list",
}
ALCANCE_DE_LISTAS = "companies.visibility.alcance"  # which companies a request is limited to
EXPORTAR_DESDE_ADMIN = "jobs.admin_exports.exportar"
EXPORTACION_DIRECTA_FILAS = env.int("EXPORTACION_DIRECTA_FILAS", 10_000)  # lists up to this size go out at once
EXPORTACION_MAXIMO_FILAS = env.int("EXPORTACION_MAXIMO_FILAS", 2_000_000)  # of one export
EXPORTACION_HORAS = env.int("EXPORTACION_HORAS", 24)  # how long an exported file can be fetched

# --- sources ---

FUENTE_CONEXION_SEGUNDOS = env.int("FUENTE_CONEXION_SEGUNDOS", 15)
FUENTE_SILENCIO_SEGUNDOS = env.int("FUENTE_SILENCIO_SEGUNDOS", 120)  # a source that sends no row for this long is cut
EXTRACCION_COLA_MESES = env.int("EXTRACCION_COLA_MESES", 1)  # months before the current one that are always read again
DIRECTORIO_FIREBIRD_LOCAL = env.str("DIRECTORIO_FIREBIRD_LOCAL", "")  # where embedded databases may lie; empty: nowhere

# --- Contífico ---

# The account that these make, and when what they say is applied: docs/settings.md.
CONTIFICO_API_KEY = env.str("CONTIFICO_API_KEY", "")
CONTIFICO_API_TOKEN = env.str("CONTIFICO_API_TOKEN", "")
CONTIFICO_API_BASE_URL = api_url("CONTIFICO_API_BASE_URL", env.str("CONTIFICO_API_BASE_URL", ""))
CONTIFICO_PAGE_SIZE = positive("CONTIFICO_PAGE_SIZE", env.int("CONTIFICO_PAGE_SIZE", None))

# --- API ---

RECHAZOS_POR_MINUTO = env.int("RECHAZOS_POR_MINUTO", 60)  # refused credentials after which an address has to wait
VALIDACIONES_POR_MINUTO = env.int("VALIDACIONES_POR_MINUTO", 30)  # of one address, without a credential
INTENTOS_DIAS = env.int("INTENTOS_DIAS", 90)  # how long refused credentials are kept on record

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apikeys.auth.ClaveAuthentication",
        "apikeys.auth.FichaAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["lib.permissions.ModelPermissions"],
    "DEFAULT_PAGINATION_CLASS": "lib.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["lib.filters.StrictFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["lib.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lib.parsing.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "lib.schema.Esquema",
    "EXCEPTION_HANDLER": "lib.api.handle_exception",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": None,  # as the database gives them, in UTC: the renderer writes every instant in one way
}

# Pages of other origins: apikeys/origins.py decides, with this list and those of the keys; cookies are never asked for.
CORS_ORIGENES = origins(env.list("CORS_ORIGENES", default=[]))
CORS_URLS_REGEX = r"^/api(?:/|$)"
CORS_ALLOW_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CORS_ALLOW_HEADERS = ("authorization", "api-key", "content-type", "if-none-match")
CORS_EXPOSE_HEADERS = ("ETag", "Retry-After", "Content-Disposition")
CORS_PREFLIGHT_MAX_AGE = 3600

SPECTACULAR_SETTINGS = {
    "TITLE": "Trastienda",
    "DESCRIPTION": "La API de la trastienda: empresas, movimientos, existencias, claves, exportaciones y ejecuciones."
    " Un cliente envía su clave en la cabecera Api-Key; una persona, su ficha en Authorization, o abre una sesión.",
    "VERSION": "0.1.0",
    "ENUM_NAME_OVERRIDES": {
        "EstadoEjecucion": "jobs.models.Estado",
        "EstadoEmpresa": "companies.models.EstadoEmpresa",
    },
    "COMPONENT_SPLIT_REQUEST": True,  # what a request must have is not what an answer promises
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- log ---

LOG_LEVEL = log_level(env.str("LOG_LEVEL", "INFO"))
LOG_HANDLERS = log_handlers(env.str("LOG_FILE", ""))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"sin_enlaces": {"()": "lib.logs.SinEnlaces"}},
    "handlers": LOG_HANDLERS,
    "root": {"handlers": list(LOG_HANDLERS), "level": LOG_LEVEL},
    "loggers": {
        "pytds": {"level": "WARNING"},  # below that it logs the statements that it sends
        "httpcore": {"level": "WARNING"},  # below that it logs the headers of answers; lib.http logs without secrets
        "httpx": {"level": "WARNING"},
    },
}

# --- admin ---

UNFOLD = {
    "SITE_TITLE": "Trastienda",
    "SITE_HEADER": "Trastienda",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": None,  # there is no site behind the admin to return to
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("desk/icono.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("desk/admin.css")],
    "ACCOUNT": {
        "navigation": [
            {"title": "Segundo factor", "link": lambda request: reverse("mfa_index")},
            {"title": "Cambiar la contraseña", "link": lambda request: reverse("account_change_password")},
        ]
    },
    "DASHBOARD_CALLBACK": "desk.home.dashboard",
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "config.admin.navigation"},
}
