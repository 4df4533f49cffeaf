"""PARAPET_MAIL_SERVICES: mail services that open a mailbox to whoever signed in there (OAuth 2.0), so that no password is given to us."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

MAX_SERVICES = 10
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CLIENT = re.compile(r"[\x21-\x7e]{1,300}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,100}")
_MAX_SECRET_CHARS = 1_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Where nothing but this name is registered, and PKCE proves that who comes back is who went.
NO_SECRET = "-"  # noqa: S105 - the sign for none


@frozen
class MailService:
    """One of them.

    name       a short name of ours, in addresses and in what is kept of a connection
    title      as it stands on the button
    host       the server of the mailboxes; `port` as of TLS from the first byte on
    authorise, token  its addresses; `revoke`, where it takes back what it gave, or ""
    scope      what is asked for
    more       what it wants to be asked besides
    all_mail   whether it keeps all mail in one folder, whatever its labels
    """

    name: str
    title: str
    host: str
    authorise: str
    token: str
    scope: str
    revoke: str = ""
    more: tuple[tuple[str, str], ...] = ()
    port: int = 993
    all_mail: bool = False
    client: str = ""
    secret: str = field(default="", repr=False)


#: https://developers.google.com/identity/protocols/oauth2/web-server and /gmail/imap/xoauth2-protocol, read in November 2026.
_GOOGLE = MailService(
    "google", "Google", "imap.gmail.com", "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token",
    "https://mail.google.com/", "https://oauth2.googleapis.com/revoke", (("access_type", "offline"), ("prompt", "consent")), all_mail=True,
)  # fmt: skip
#: https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"


def read_mail_services(listed: str) -> tuple[MailService, ...]:
    """From "google CLIENT FILE; microsoft CLIENT FILE TENANT; NAME CLIENT FILE HOST AUTHORISE TOKEN SCOPE TITLE". Raises SettingRefused."""
    found = tuple(_service(one.split()) for one in listed.split(";") if one.strip())
    if len({each.name for each in found}) != len(found) or len(found) > MAX_SERVICES:
        raise SettingRefused(_("PARAPET_MAIL_SERVICES names each service once, and at most ten of them."))
    return found


def _service(words: list[str]) -> MailService:
    name, client, file = (*words, "", "", "")[:3]
    known = _known(name, words[3:])
    if known is None or not _NAME.fullmatch(name) or not _CLIENT.fullmatch(client):
        raise SettingRefused(
            _(
                "PARAPET_MAIL_SERVICES must look like google CLIENT FILE; microsoft CLIENT FILE TENANT; "
                "NAME CLIENT FILE HOST https://authorise https://token SCOPE TITLE."
            )
        )
    return evolve(known, client=client, secret=_secret(name, file))


def _known(name: str, rest: list[str]) -> MailService | None:
    if name == "google":
        return None if rest else _GOOGLE
    if name == "microsoft":
        tenant = rest[0] if rest else "common"
        there = _MICROSOFT.format(tenant=tenant)
        scope = "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
        said = MailService(name, "Microsoft", "outlook.office365.com", there + "authorize", there + "token", scope)
        return said if len(rest) < 2 and _TENANT.fullmatch(tenant) else None
    if len(rest) < 5 or not _HOST.fullmatch(rest[0]) or not all(map(_is_address, rest[1:3])):
        return None
    host, _colon, port = rest[0].partition(":")
    if port and not 1 <= int(port) <= 65_535:
        return None
    return MailService(name, " ".join(rest[4:]), host, rest[1], rest[2], rest[3].replace("+", " "), port=int(port or 993))


def _secret(name: str, file: str) -> str:
    if file == NO_SECRET:
        return ""
    try:
        secret = Path(file).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: ~somebody who is not known
        secret = ""
    if not 0 < len(secret) <= _MAX_SECRET_CHARS:
        raise SettingRefused(
            _("PARAPET_MAIL_SERVICES names a file for %(name)s that cannot be read, or holds no secret."), name=name
        )
    return secret


def _is_address(url: str) -> bool:
    """https, or this machine: a secret goes there."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        return (
            (parts.scheme == "https" or plain)
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.username or parts.fragment)
        )
    except ValueError:
        return False
