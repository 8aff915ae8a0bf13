"""Every setting of the portal, in one file.

With nothing set in the environment this is the *embedded* portal that `make run` starts: SQLite, Celery's
filesystem broker and plain HTTP on this machine alone. `PORTAL_MODE=production` turns on HTTPS-only cookies
and makes each secret and address a thing that must be given. docs/developer-guide.md lists the variables.
"""

from datetime import time, timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from safeguarding import environment, single_sign_on

# --- Where things are -----------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("PORTAL_DATA_DIR", BASE_DIR / "var")
KEY_DIR = environment.folder("PORTAL_KEY_DIR", DATA_DIR / "keys")
PACK_ROOT = environment.folder("PORTAL_PACK_ROOT", DATA_DIR / "packs")

# --- What kind of portal this is ------------------------------------------------------------------------------

EMBEDDED = environment.one_of("PORTAL_MODE", ("embedded", "production"), "embedded") == "embedded"
if EMBEDDED:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DEBUG = environment.yes_or_no("PORTAL_DEBUG", False)
PORTAL_NAME = environment.text("PORTAL_NAME", "Online Safety Referral Portal")
PORTAL_ADDRESS = environment.text(
    "PORTAL_ADDRESS",
    f"http://localhost:{environment.whole_number('PORT', 8000, at_least=1)}" if EMBEDDED else None,
    cure="Set it to the address people type, such as https://referrals.example.org.",
)
ALLOWED_HOSTS = environment.names(
    "PORTAL_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else [PORTAL_ADDRESS.split("://")[-1].split("/")[0]]
)
ROOT_URLCONF = "safeguarding.urls"
WSGI_APPLICATION = "safeguarding.wsgi.application"

# --- Secrets: files outside the database and the repository, mode 0600 ----------------------------------------

SECRET_KEY_FILE = KEY_DIR / "django-secret.key"
KEY_RING_FILE = KEY_DIR / "field-keys.json"
AUDIT_KEY_FILE = KEY_DIR / "audit.key"
# Heads of the audit chain are published here, out of reach of whoever can write the database.
AUDIT_ANCHOR_FILE = environment.folder("PORTAL_AUDIT_ANCHOR_FILE", DATA_DIR / "audit-anchors.txt")
if EMBEDDED and not SECRET_KEY_FILE.exists():
    # Before the first run there is no file. A key that lives as long as this process is safe, and lets every
    # command work; the run command makes the lasting one before it starts anything.
    SECRET_KEY = get_random_secret_key()
else:
    SECRET_KEY = environment.secret(SECRET_KEY_FILE, cure="Make it with `python manage.py make_keys`.")

# --- Apps -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "safeguarding",
    "casework",
    "referrals",
    "procedures",
    "accounts",
    "audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_forms_gds",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]


# Images are refused before anything reads the body: Django would otherwise write an uploaded file to disk
# while looking for the CSRF token in it, before refusing the request.
MIDDLEWARE = [
    "safeguarding.middleware.headers.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "safeguarding.middleware.image_refusal.ImageRefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "safeguarding.middleware.read_once.ReadOnceMiddleware",
    "safeguarding.middleware.second_factor.SecondFactorMiddleware",
    "safeguarding.middleware.session_limits.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "safeguarding.middleware.not_opened.NotOpenedMiddleware",
]

# --- Pages ----------------------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "safeguarding.web.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.folder("PORTAL_STATIC_ROOT", DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PACK_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
LANGUAGES = [("en-gb", "English")]

# --- Database: all that must last, and everything a request needs ---------------------------------------------

DATABASES = {"default": environment.database("DATABASE_URL", DATA_DIR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The web process never talks to Redis: a frozen broker must not hold up a referral.
# The cache holds rate limits and which one-time codes were used. A full one throws entries out, so it is large: a
# stranger who makes many must not make the portal forget a used code.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 500_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Jobs: the database's outbox remembers, Celery executes ---------------------------------------------------

BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "visibility_timeout": 600}
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(BROKER_DIR / "beat-schedule")
# Every task may be missed or run twice: each looks for what is not done yet.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "tell workers of jobs that wait": {"task": "referrals.sweep", "schedule": 60, "options": {"expires": 55}},
    "alert about unsent danger": {"task": "referrals.alert_unsent_danger", "schedule": 60, "options": {"expires": 55}},
    "remind of clocks": {"task": "casework.remind", "schedule": 60, "options": {"expires": 55}},
    "make the managers' overviews": {"task": "casework.digest", "schedule": 600, "options": {"expires": 550}},
    "hand on what was left": {"task": "casework.hand_on_left", "schedule": 1800, "options": {"expires": 1700}},
    "send promised letters": {"task": "accounts.send_letters", "schedule": 20, "options": {"expires": 18}},
    "end invitations": {"task": "accounts.end_invitations", "schedule": 3600, "options": {"expires": 3500}},
    "remind reviewers": {"task": "accounts.remind_reviewers", "schedule": 86400, "options": {"expires": 80000}},
    "ask for checks of the directory": {
        "task": "accounts.ask_for_checks",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "match accounts that changed": {"task": "referrals.match_people", "schedule": 300, "options": {"expires": 290}},
    "end case exports": {"task": "casework.end_exports", "schedule": 300, "options": {"expires": 290}},
    "end drafts": {"task": "referrals.end_drafts", "schedule": 900, "options": {"expires": 850}},
    "anchor the record": {"task": "audit.publish_anchor", "schedule": 300, "options": {"expires": 290}},
    "send the anchor": {"task": "audit.send_anchor", "schedule": 3600, "options": {"expires": 3500}},
}

# --- People and sign-in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.LeakedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.web.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "accounts.web.new_password.AskForm"}
ACCOUNT_USER_DISPLAY = "accounts.web.adapters.user_display"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An administrator makes each account for an address that the person's organisation vouches for.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# By the sender's address, not by the account it names: nobody can be locked out by a stranger. The key of
# "password_tried" is account and address together (accounts/web/adapters.py); that of "login_failed" is the person
# whose code is asked for after the right password.
ACCOUNT_RATE_LIMITS = {
    "password_tried": "10/m/ip,5/5m/key",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "5/m/ip",
    "begin_unproven": "10/h/ip",
}
# Behind a proxy every request comes from the proxy: the sender's address is in the header that it adds.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number("PORTAL_PROXIES", 0 if EMBEDDED else 1)
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_ADAPTER = "accounts.web.single_sign_on.SingleSignOnAdapter"
# At the first sign-in the provider's own name for the person is kept: whoever has the address later is not them.
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_PROVIDERS_FILE = environment.text("OIDC_PROVIDERS_FILE", "")
SOCIALACCOUNT_PROVIDERS = (
    single_sign_on.providers(Path(OIDC_PROVIDERS_FILE), only_https=not EMBEDDED) if OIDC_PROVIDERS_FILE else {}
)
MFA_ADAPTER = "accounts.web.adapters.MFAAdapter"
# Not the library's recovery codes: it can show them again. Printed codes are ours (accounts/actions/printed_codes.py).
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_FORMS = {
    "authenticate": "accounts.web.second_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.web.second_factor_forms.ReauthenticateForm",
    "add_webauthn": "accounts.web.second_factor_forms.AddKeyForm",
}
# A code is also taken in the thirty seconds before and after its own: clocks differ, and typing takes time.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PORTAL_NAME
# Browsers allow passkeys on plain HTTP for "localhost" alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED

# --- Sessions and cookies -------------------------------------------------------------------------------------

SESSION_IDLE_LIMITS = {"staff": timedelta(minutes=15), "practitioner": timedelta(minutes=30)}
SESSION_ABSOLUTE_LIMITS = {"staff": timedelta(hours=10), "practitioner": timedelta(hours=4)}
SESSION_WARNING_BEFORE = timedelta(minutes=2)
SESSION_COOKIE_AGE = int(max(SESSION_ABSOLUTE_LIMITS.values()).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# A __Host- cookie must be Secure, and a browser drops it on the embedded portal's plain HTTP.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED
SESSION_COOKIE_NAME = "portal_session" if EMBEDDED else "__Host-portal_session"
CSRF_COOKIE_NAME = "portal_csrf" if EMBEDDED else "__Host-portal_csrf"
CSRF_FAILURE_VIEW = "safeguarding.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [] if EMBEDDED else [PORTAL_ADDRESS.rstrip("/")]

# --- Headers (safeguarding/middleware/headers.py adds those that Django does not know) ------------------------

SECURE_SSL_REDIRECT = not EMBEDDED
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not EMBEDDED else None
SECURE_HSTS_SECONDS = 0 if EMBEDDED else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not EMBEDDED
SECURE_HSTS_PRELOAD = not EMBEDDED
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- What a request may carry: text, and not much of it -------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS = ["safeguarding.uploads.RefuseEveryFile"]

# --- Unusual reading: from when on a day's reading is put on the list of questions to ask ----------------------

UNUSUAL_CASES_A_DAY = environment.whole_number("PORTAL_UNUSUAL_CASES_A_DAY", 40, at_least=1)
UNUSUAL_READS_AT_NIGHT = environment.whole_number("PORTAL_UNUSUAL_READS_AT_NIGHT", 3, at_least=1)
UNUSUAL_DENIALS_A_DAY = environment.whole_number("PORTAL_UNUSUAL_DENIALS_A_DAY", 10, at_least=1)
UNUSUAL_NIGHT = (time(22, 0), time(6, 0))

# --- Email: never more than "You have a safeguarding task. Sign in." ------------------------------------------

EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.whole_number("EMAIL_PORT", 25, at_least=1)
EMAIL_TIMEOUT = 10
# Whoever answers for data protection is sent the head of the audit chain each day; nobody where none is named.
DATA_PROTECTION_EMAIL = environment.text("PORTAL_DATA_PROTECTION_EMAIL", "")
DEFAULT_FROM_EMAIL = environment.text("PORTAL_EMAIL_FROM", "portal@referrals.example")
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if EMBEDDED else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"

# --- Logs: no request bodies, no local variables, no exception text that might quote one ----------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "safeguarding.reporting.NothingPersonalFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "safeguarding.reporting.NothingPersonalFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stream"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stream"], "level": "WARNING", "propagate": False},
        "celery": {"handlers": ["stream"], "level": "WARNING", "propagate": False},
        "safeguarding": {"handlers": ["stream"], "level": "INFO", "propagate": False},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
