"""How alerts leave a home: its mail server, and whether they may go to addresses that only its own network reaches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from parapet.domain.errors import SettingRefused
from parapet.domain.errors import gettext_noop as _

#: Scheme to how the connection is encrypted, and the port where none is named.
SCHEMES = {"smtps": ("ssl", 465), "smtp+starttls": ("starttls", 587), "smtp": ("insecure", 25)}
_ADDRESS = re.compile(r"[^@\s<>,;]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")


@frozen
class MailServer:
    """Where mails are handed in. `mode` is "ssl", "starttls" or "insecure"; `user` and `password` may be ""."""

    host: str
    port: int
    mode: str
    sender: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@frozen
class AlertSettings:
    """What whoever runs this home says of alerts.

    mail     None: this home sends no mails
    private  whether other ways may lead to addresses that are not public, also where other people reach this home
    """

    mail: MailServer | None = None
    private: bool = False


def read_alerts(given: Mapping[str, str]) -> AlertSettings:
    """From PARAPET_SMTP_URL, PARAPET_SMTP_FROM and PARAPET_ALERTS_TO_PRIVATE. Raises SettingRefused."""
    url, sender = given.get("PARAPET_SMTP_URL", "").strip(), given.get("PARAPET_SMTP_FROM", "").strip()
    private = given.get("PARAPET_ALERTS_TO_PRIVATE", "").strip()
    if private not in ("", "0", "1"):
        raise SettingRefused(_("%(variable)s must be 0 or 1."), variable="PARAPET_ALERTS_TO_PRIVATE")
    if bool(url) != bool(sender):
        raise SettingRefused(_("PARAPET_SMTP_URL and PARAPET_SMTP_FROM go together: set both, or neither."))
    return AlertSettings(_mail(url, sender) if url else None, private == "1")


def _mail(url: str, sender: str) -> MailServer:
    refused = SettingRefused(
        _("PARAPET_SMTP_URL must look like smtps://user:password@host, smtp+starttls://host:587 or smtp://host.")
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None  # the cause would print the password
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise refused
    if _ADDRESS.fullmatch(sender) is None:
        raise SettingRefused(_("PARAPET_SMTP_FROM must be an e-mail address."))
    mode, usual = SCHEMES[parts.scheme]
    return MailServer(parts.hostname, port or usual, mode, sender, unquote(parts.username or ""), unquote(parts.password or ""))
