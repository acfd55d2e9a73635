"""All settings, in reading order. Each is read through chatserver.env and described in .env.example."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from chatserver import static_headers
from chatserver.env import BASE_DIR, data_dir, env, secret

# -- What kind of installation this is ---------------------------------------------------------------------------

DATA_DIR: Path = data_dir()
REDIS_URL: str = env.str("REDIS_URL", default="")
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'trongtruong.sqlite3'}")
}
ON_SQLITE: bool = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# Embedded: one process on SQLite, everything inside it. Anything else names its secrets itself.
EMBEDDED: bool = ON_SQLITE and not REDIS_URL
DEBUG = False

SECRET_KEY: str = secret("SECRET_KEY", embedded=EMBEDDED)
# Messages on the layer are encrypted with it: Redis must not be able to read what children and parents write.
LAYER_KEY: str = secret("LAYER_KEY", embedded=EMBEDDED) if REDIS_URL else ""

PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# Origins whose pages may open the socket and post forms; never a wildcard.
ORIGINS: list[str] = env.list("ORIGINS", default=[PUBLIC_URL])
if any("*" in origin for origin in ORIGINS):
    raise ImproperlyConfigured("ORIGINS must name every origin in full; '*' would let any page act for a parent.")
BEHIND_TLS: bool = PUBLIC_URL.startswith("https://")

# -- Applications -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.headless",
    "csp",
    "registry",
    "realtime",
    "delivery",
    "rooms",
    "broadcasts",
    "chatserver",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the files: the service worker lives under the policy of its own response.
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chatserver.language.LanguageMiddleware",
    "chatserver.caching.NoStoreMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chatserver.signin.browser.BrowserMarkMiddleware",
]

ROOT_URLCONF = "chatserver.urls"
ASGI_APPLICATION = "chatserver.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Storage ------------------------------------------------------------------------------------------------------

# The consumers' threads and the pool are the same number: threads beyond the pool would only queue.
DATABASE_THREADS: int = env.int("DATABASE_THREADS", default=8)
if ON_SQLITE:
    # IMMEDIATE: a transaction that reads and then writes must not fail with "database is locked" (it did, 308 of 800).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # What the address itself asks for (sslmode, say) stays.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        # Only what asks for it is prepared (rooms/posting/planned.py): Django's default, None, refuses even that.
        "prepare_threshold": 1_000_000_000,
        "pool": {"min_size": 1, "max_size": DATABASE_THREADS + 4, "timeout": 5},
        "options": env.str("DATABASE_OPTIONS", default="-c statement_timeout=30s -c lock_timeout=10s -c jit=off"),
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 0

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "symmetric_encryption_keys": [LAYER_KEY]},
        }
        if REDIS_URL
        else {"BACKEND": "realtime.embedded_layer.EmbeddedChannelLayer"}
    )
}

# Rate limits must hold across processes, so the cache is shared: Redis, or the one process of the embedded default.
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "tt"}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# -- Signing in ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "chatserver.signin.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "chatserver.signin.adapter.SocialAccountAdapter"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/30m/key", "change_password": "5/m/user"}
HEADLESS_ONLY = True
# Browsers only: the "app" client carries its session in a header, which no page of ours needs.
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {"socialaccount_login_error": f"{PUBLIC_URL}/dang-nhap"}
MFA_ADAPTER = "chatserver.signin.second_factors.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# One step back and forth: codes are typed slowly, and telephones' clocks are not exact (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1

SESSION_ENGINE = "chatserver.signin.session_store"
SESSION_COOKIE_AGE = 180 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
# The __Host- prefix binds the cookie to this origin; browsers accept it over TLS only.
SESSION_COOKIE_NAME = "__Host-sid" if BEHIND_TLS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if BEHIND_TLS else "csrf"
BROWSER_COOKIE_NAME = "__Host-browser" if BEHIND_TLS else "browser"
CSRF_TRUSTED_ORIGINS = ORIGINS
# How many proxies stand in front; 0 means that the address of the connection is the client's.
PROXIES: int = env.int("PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# -- HTTP ---------------------------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_SOCKET_ORIGINS = [origin.replace("http", "ws", 1) for origin in ORIGINS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        # What was spoken: recorded here, or fetched with a pass and never by its address.
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "connect-src": ["'self'", *_SOCKET_ORIGINS],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["chatserver.signin.authentication.SignedInSession"],
    # Deny by default: a view says whom it serves, or it serves nobody.
    "DEFAULT_PERMISSION_CLASSES": ["chatserver.signin.permissions.SignedInPerson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "chatserver.refusals.refusal_response",
    "NUM_PROXIES": PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trống Trường",
    "DESCRIPTION": "Rooms, notices and delivery for school communities. The socket is described in docs/protocol.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# -- The app's files ----------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
WHITENOISE_ROOT = FRONTEND_DIST if FRONTEND_DIST.is_dir() else None
# The page itself is served by chatserver.shell, for every address of the app.
WHITENOISE_INDEX_FILE = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers.keep
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[A-Za-z0-9_-]{8}\."

# -- Files that people send ---------------------------------------------------------------------------------------

# Below DATA_DIR, or in a bucket of anything that speaks S3 (requirements-s3.txt): its credentials are AWS_* as everywhere.
FILES_BUCKET: str = env.str("FILES_BUCKET", default="")
FILES_ENDPOINT: str = env.str("FILES_ENDPOINT", default="")

# -- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "chatserver" / "locale"]
USE_I18N = True
USE_TZ = True
# Dates of the registry are Vietnamese days: a right that ends on the 31st ends at midnight there.
TIME_ZONE = "Asia/Ho_Chi_Minh"

# -- Notices ------------------------------------------------------------------------------------------------------

# For so long the author can take a notice back after sending it off.
UNDO_SECONDS: int = env.int("UNDO_SECONDS", default=10)
# No ordinary or urgent notice rings in a family between these hours, unless an org has others; empty: always.
QUIET_HOURS: str = env.str("QUIET_HOURS", default="21:00-06:00")

# -- Delivery -----------------------------------------------------------------------------------------------------

VAPID_SUBJECT: str = env.str("VAPID_SUBJECT", default="mailto:quantri@trongtruong.invalid")
# A test opens one host of its own by this setting; serve refuses to start with it outside tests.
OUTSIDE_TEST_HOSTS: list[str] = env.list("OUTSIDE_TEST_HOSTS", default=[])
TESTING: bool = env.bool("TESTING", default=False)

# -- Demo ---------------------------------------------------------------------------------------------------------

# Loads the demo province on the first start and prints its accounts. Only the demo has ready accounts.
DEMO: bool = env.bool("DEMO", default=False)

# -- Logs: ids, never names or texts ------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # It tells which letters stand in a document, and so much of a name.
        "fontTools": {"level": "WARNING"},
    },
}
