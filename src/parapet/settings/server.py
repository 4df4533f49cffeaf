"""Many people: PostgreSQL, or a public address, or both. With an https address, cookies travel only over it."""

from urllib.parse import urlsplit

from parapet.settings.base import *  # noqa: F403
from parapet.settings.base import ALLOWED_HOSTS, ENVIRONMENT, MIDDLEWARE

if ENVIRONMENT.public_url:
    _public = urlsplit(ENVIRONMENT.public_url)
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, _public.hostname or ""]
    # A proxy ends TLS in front of us. Origins are compared with this list, so no header of the proxy need be believed.
    CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _public.scheme == "https"
    if _public.scheme == "https":
        SESSION_COOKIE_NAME = "__Host-parapet_session"
        CSRF_COOKIE_NAME = "__Host-parapet_csrf"
        # 30 days: long enough that a visit to a hostile network is covered, short enough to undo a mistake.
        SECURE_HSTS_SECONDS = 30 * 24 * 3600
        MIDDLEWARE = ["parapet.web.https_only.HttpsOnly", *MIDDLEWARE]
