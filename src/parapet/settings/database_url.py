"""PARAPET_DATABASE_URL, read and checked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

_POSTGRES_OPTIONS = frozenset(
    "channel_binding connect_timeout host sslcert sslkey sslmode sslrootcert target_session_attrs".split()
)


def read_database_url(url: str) -> str:
    """As it was given, with the scheme `postgresql` or `sqlite`; "" for the home's own file. Raises SettingRefused."""
    if not url:
        return ""
    refused = SettingRefused(
        _("PARAPET_DATABASE_URL must look like postgresql://user:password@host:5432/name or sqlite:////full/path.")
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None  # the cause would print the password
    if parts.scheme == "sqlite" and not parts.netloc and re.match("//[^/]", parts.path) and not parts.query:
        return url
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2 or "/" in parts.path[1:] or port == 0:
        raise refused
    unknown = sorted(set(dict(parse_qsl(parts.query, keep_blank_values=True))) - _POSTGRES_OPTIONS)
    if unknown or parts.fragment:
        options = ", ".join(sorted(_POSTGRES_OPTIONS))
        raise SettingRefused(_("PARAPET_DATABASE_URL may only carry: %(options)s."), options=options)
    return "postgresql" + url[len(parts.scheme) :]
