"""An account that is to be watched, as a person types it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_LINE = 300
MAX_FOLDERS = 5
#: How far back mail may be read when it is connected.
OLDEST_DAYS = 3_660
PORTS = {"tls": 993, "starttls": 143}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,45}\]")
_ACCOUNT = re.compile(r"([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}|did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]{1,250})")
_SERVER = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")
_REQUIRED = gettext_lazy("This is needed.")
_TOO_LONG = gettext_lazy("Make this shorter.")


def _line(*, required: bool = True, strip: bool = True) -> forms.CharField:
    return forms.CharField(
        max_length=MAX_LINE, required=required, strip=strip, error_messages={"required": _REQUIRED, "max_length": _TOO_LONG}
    )


class WatchedAccount(forms.Form):
    """What every account has: a password, and since when it is read.

    known  it is connected already, so that an empty password means the one that is kept, and the beginning is settled
    """

    password = _line(strip=False)
    since = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Choose a day.")})

    def __init__(self, data: Any = None, *, known: bool = False) -> None:
        super().__init__(data)
        self.known = known
        if known:
            self.fields["password"].required = False

    def clean_password(self) -> str:
        """No line may be slipped in."""
        return _printable(self.cleaned_data["password"])

    def clean_since(self) -> date | None:
        """Not in days to come, and not before there was such mail."""
        return _lately(self.cleaned_data["since"])

    def typed(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show: what was typed, else what is `kept`; never a password."""
        if not self.is_bound:
            return kept
        return {name: self.data.get(name, "") for name in self.fields if name != "password"}

    def beginning(self) -> dict[str, str]:
        """Since when, as it is kept; nothing for one that has begun."""
        since = self.cleaned_data["since"]
        return {} if self.known else {"since": since.isoformat() if since else ""}


class Mailbox(WatchedAccount):
    """A mailbox over IMAP."""

    host = _line()
    user = _line()
    folders = forms.CharField(max_length=MAX_FOLDERS * MAX_LINE, error_messages={"required": _REQUIRED, "max_length": _TOO_LONG})
    security = forms.ChoiceField(choices=[("tls", ""), ("starttls", "")])
    port = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=65_535,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("A number from 1 to 65535, or nothing.")
        ),
    )

    def clean_host(self) -> str:
        """A name or an address, and nothing around it."""
        host = str(self.cleaned_data["host"])
        if not _HOST.fullmatch(host):
            raise ValidationError(_("Write the name of the server alone, such as imap.example.ca."))
        return host

    def clean_user(self) -> str:
        """No line may be slipped in."""
        return _printable(self.cleaned_data["user"])

    def clean_folders(self) -> list[str]:
        """One a line."""
        folders = list(dict.fromkeys(line.strip() for line in self.cleaned_data["folders"].splitlines() if line.strip()))
        if len(folders) > MAX_FOLDERS:
            raise ValidationError(_("Five folders are enough for one connection."))
        if not all(folder.isprintable() for folder in folders):
            raise ValidationError(_("Write each name as your mail program shows it."))
        return folders

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the mail channel."""
        given = self.cleaned_data
        told: dict[str, Any] = {
            "host": given["host"].strip("[]"),
            "user": given["user"],
            "password": given["password"],
            "folders": given["folders"],
            "starttls": given["security"] == "starttls",
            "port": given["port"] or PORTS[given["security"]],
        }
        return told | self.beginning()


class BlueskyAccount(WatchedAccount):
    """An account of Bluesky."""

    user = _line()
    host = _line(required=False)
    messages = forms.BooleanField(required=False)

    def clean_user(self) -> str:
        """A name or a DID, without what people put around it."""
        user = str(self.cleaned_data["user"]).removeprefix("@").strip()
        if not _ACCOUNT.fullmatch(user):
            raise ValidationError(_("Write the whole name, such as name.bsky.social."))
        return user

    def clean_host(self) -> str:
        """The address of a server and nothing behind it; https unless it says otherwise."""
        host = str(self.cleaned_data["host"]).rstrip("/")
        if not host:
            return ""
        host = host if "://" in host else f"https://{host}"
        if not _SERVER.fullmatch(host):
            raise ValidationError(_("Write the address of the server alone, such as https://bsky.social."))
        return host

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the Bluesky channel."""
        given = self.cleaned_data
        told: dict[str, Any] = {name: given[name] for name in ("user", "password", "host", "messages")}
        return told | self.beginning()


def _lately(since: date | None) -> date | None:
    today = datetime.now(UTC).date()
    if since is not None and not today - timedelta(days=OLDEST_DAYS) <= since <= today + timedelta(days=1):
        raise ValidationError(_("Choose a day of the last ten years."))
    return since


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValidationError(_("There is a sign in it that cannot be typed."))
    return value
