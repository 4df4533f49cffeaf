"""Django's settings, the same for everyone. `embedded` and `server` add the little that differs.

Read `PARAPET_*` through `environment`; call `start.configure_for(home)` rather than importing this.
"""

from __future__ import annotations

import base64
from pathlib import Path

import parapet
from parapet.evidence.keys import derive
from parapet.settings import assets, logs
from parapet.settings.environment import LOOPBACK_NAMES, Environment
from parapet.settings.unlocking import instance_key

ENVIRONMENT = Environment.read()
PACKAGE = Path(parapet.__file__).parent

# Derived, so that one file is all that must be kept secret, and sessions end when the key is changed.
_key = instance_key(ENVIRONMENT)
SECRET_KEY = base64.urlsafe_b64encode(derive(_key.secret_of(_key.generation), "parapet/django-secret-key/v1")).decode("ascii")
del _key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [*LOOPBACK_NAMES, *ENVIRONMENT.allowed_hosts]

INSTALLED_APPS = [
    "django.contrib.contenttypes",  # auth's permissions stand on it
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "parapet.records",
    "parapet.jobs",
    "parapet.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parapet.web.opened.Opened",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "parapet.web.urls"
WSGI_APPLICATION = "parapet.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each screen's templates lie beside its views.
        "DIRS": sorted((PACKAGE / "web").glob("*/templates")),
        "OPTIONS": {
            "libraries": {"veil": "parapet.web.veil"},
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.django_database()}
JOBS_FILE = str(ENVIRONMENT.jobs_file)
RUN_FOLDER = str(ENVIRONMENT.run)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "records.Person"
LOGIN_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "parapet.records.sessions"
SESSION_COOKIE_NAME = "parapet_session"
SESSION_COOKIE_HTTPONLY = True
# Lax, not Strict: a Strict cookie is not sent back when the login link is opened from a mail or a terminal.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "parapet_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "parapet.web.answers.csrf_failed"
LANGUAGE_COOKIE_NAME = "parapet_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What a browser may do with our pages
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr-ca", "Français (Canada)")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

# Files. The address of every asset carries a digest of them all, so that browsers may keep them for ever, and an
# installed wheel needs no collecting step.
STATIC_URL = f"/static/{assets.digest(PACKAGE / 'web')}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = assets.is_ours
# What is sent up may lie in the clear for a moment: inside the home then, without a name, never in the machine's /tmp.
FILE_UPLOAD_HANDLERS = ["parapet.web.uploads.Unnamed"]
FILE_UPLOAD_TEMP_DIR = str(ENVIRONMENT.run)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 10_000  # a dropped folder

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # alerts go through their own door; Django sends nothing
LOGGING_CONFIG = None
logs.configure(debug=DEBUG)
