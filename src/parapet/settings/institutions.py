"""PARAPET_INSTITUTIONS: whose word counts when somebody signs in with her account there (OpenID Connect)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from attrs import field, frozen

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

MAX_INSTITUTIONS = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CLIENT = re.compile(r"[\x21-\x7e]{1,200}")
_MAX_SECRET_CHARS = 1_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@frozen
class Institution:
    """A provider of single sign-on.

    name    a short name of ours, in addresses; a person's account there is found by it no more when the issuer changes
    title   as it stands on the button
    issuer  its address, as it writes it itself in what it signs
    client, secret  what this home is called there, and by what it proves that
    """

    name: str
    title: str
    issuer: str
    client: str
    secret: str = field(repr=False)


def read_institutions(listed: str) -> tuple[Institution, ...]:
    """From "NAME ISSUER CLIENT FILE TITLE; NAME ISSUER CLIENT FILE TITLE". Raises SettingRefused."""
    found = tuple(_institution(one) for one in listed.split(";") if one.strip())
    if len({each.name for each in found}) != len(found) or len(found) > MAX_INSTITUTIONS:
        raise SettingRefused(_("PARAPET_INSTITUTIONS names each institution once, and at most twenty of them."))
    return found


def _institution(listed: str) -> Institution:
    parts = listed.split(maxsplit=4)
    if len(parts) != 5 or not _NAME.fullmatch(parts[0]) or not _is_issuer(parts[1]) or not _CLIENT.fullmatch(parts[2]):
        raise SettingRefused(
            _("PARAPET_INSTITUTIONS must look like NAME https://issuer CLIENT FILE TITLE; NAME https://issuer CLIENT FILE TITLE.")
        )
    name, issuer, client, file, title = parts
    try:
        secret = Path(file).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: ~somebody who is not known
        secret = ""
    if not 0 < len(secret) <= _MAX_SECRET_CHARS:
        raise SettingRefused(
            _("PARAPET_INSTITUTIONS names a file for %(name)s that cannot be read, or holds no secret."), name=name
        )
    return Institution(name, " ".join(title.split()), issuer, client, secret)


def _is_issuer(url: str) -> bool:
    """https, or this machine: what an issuer signs is believed, and its keys come from there."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        return (
            (parts.scheme == "https" or plain)
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.username or parts.query or parts.fragment)
        )
    except ValueError:
        return False
