"""An account that is to be watched, as a person types it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.connections import means_many

MAX_LINE = 300
MAX_FOLDERS = 5
MAX_NAMES = 10
#: How far back mail may be read when it is connected.
OLDEST_DAYS = 3_660
PORTS = {"tls": 993, "starttls": 143}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,45}\]")
_ACCOUNT = re.compile(r"([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}|did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]{1,250})")
_SERVER = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")
_OF_HERE = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
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
        return _folders(self.cleaned_data["folders"])

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


class ServiceMailbox(forms.Form):
    """A mailbox at a service where she signs in: no password is asked for here."""

    user = _line()
    what = forms.ChoiceField(choices=[("all", ""), ("folders", "")])
    folders = forms.CharField(required=False, max_length=MAX_FOLDERS * MAX_LINE, error_messages={"max_length": _TOO_LONG})
    since = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Choose a day.")})

    def clean_user(self) -> str:
        """No line may be slipped in."""
        return _printable(self.cleaned_data["user"])

    def clean_folders(self) -> list[str]:
        """One a line, where folders were chosen."""
        if self.data.get("what") == "all":
            return []
        if not self.cleaned_data["folders"].strip():
            raise ValidationError(_REQUIRED)
        return _folders(self.cleaned_data["folders"])

    def clean_since(self) -> date | None:
        """Not in days to come, and not before there was such mail."""
        return _lately(self.cleaned_data["since"])

    def typed(self, usual: dict[str, Any]) -> dict[str, Any]:
        """What the fields show."""
        return {name: self.data.get(name, "") for name in self.fields} if self.is_bound else usual

    def told(self, *, all_mail: bool) -> dict[str, Any]:
        """What is to be kept. Everything: the folder that holds all, or the one where mail arrives; and junk, since threats end there."""
        given = self.cleaned_data
        everything = ["\\All" if all_mail else "INBOX", "\\Junk"]
        since = given["since"]
        return {
            "user": given["user"],
            "folders": given["folders"] or everything,
            "since": since.isoformat() if since else "",
        }


class BlueskyAccount(WatchedAccount):
    """An account of Bluesky.

    offered    whether she can allow it on the page of its server, so that no password is needed
    permitted  whether that is how it is opened: then its name is settled
    """

    user = _line()
    host = _line(required=False)
    again = forms.BooleanField(required=False)
    messages = forms.BooleanField(required=False)
    blocks = forms.BooleanField(required=False)
    public = forms.BooleanField(required=False)
    names = forms.CharField(max_length=MAX_NAMES * MAX_LINE, required=False, error_messages={"max_length": _TOO_LONG})

    def __init__(self, data: Any = None, *, known: bool = False, offered: bool = False, permitted: bool = False) -> None:
        super().__init__(data, known=known)
        self.offered, self.permitted = offered, permitted
        if offered:
            self.fields["password"].required = False
        if permitted:
            del self.fields["user"], self.fields["host"]

    def goes_there(self, *, messages_before: bool) -> bool:
        """Whether she must say yes on the page of her server: no password was typed, and there is nothing that opens what is chosen now."""
        given = self.cleaned_data
        if not self.offered or given["password"]:
            return False
        more = self.permitted and given["messages"] and not messages_before
        return not self.known or bool(given["again"]) or more

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

    def clean_names(self) -> list[str]:
        """One a line, each of one person, as far as a name can be; they are needed once all public posts are read."""
        names = list(dict.fromkeys(" ".join(line.split()) for line in self.cleaned_data["names"].splitlines() if line.strip()))
        if len(names) > MAX_NAMES:
            raise ValidationError(_("Ten names are enough."))
        if not all(name.isprintable() and len(name) <= MAX_LINE for name in names):
            raise ValidationError(_("There is a sign in it that cannot be typed."))
        if any(means_many(name) for name in names):
            raise ValidationError(_("One word alone names too many people. Write the first name too, or the title: Dr. Doe."))
        if self.cleaned_data.get("public") and not names:
            raise ValidationError(_("Write at least one name, as people write it."))
        return names

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the Bluesky channel."""
        given = self.cleaned_data
        names = ("user", "password", "host", "messages", "blocks", "public", "names")
        told: dict[str, Any] = {name: given[name] for name in names if name in given}
        return told | self.beginning()


class MastodonAccount(WatchedAccount):
    """An account of Mastodon, or of a server that speaks like it: where its server is, and what is watched.

    inside  whether a server of this machine may be named
    """

    password = None  # type: ignore[assignment]  # there is a token instead, and mostly she makes none
    server = _line()
    token = _line(required=False)
    messages = forms.BooleanField(required=False)
    reports = forms.BooleanField(required=False)
    blocks = forms.BooleanField(required=False)
    again = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, known: bool = False, inside: bool = False) -> None:
        forms.Form.__init__(self, data)
        self.known, self.inside = known, inside
        if known:
            del self.fields["server"]
        else:
            del self.fields["again"]

    def clean_server(self) -> str:
        """Its name, out of what people write for it: a whole address, or their own name with it."""
        server = str(self.cleaned_data["server"]).strip().rstrip("/")
        if "://" not in server:
            server = server.rpartition("@")[2].partition("/")[0]
        server = server.removeprefix("https://")
        if _OF_HERE.fullmatch(server) and self.inside:
            return server
        if not _HOST.fullmatch(server) or "." not in server:
            raise ValidationError(_("Write the name of your server alone, such as mastodon.example."))
        return server.lower()

    def clean_token(self) -> str:
        """No line may be slipped in."""
        token = str(self.cleaned_data["token"])
        if not token.isascii():
            raise ValidationError(_("There is a sign in it that cannot be typed."))
        return _printable(token)

    def typed(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show; never a token."""
        if not self.is_bound:
            return kept
        return {name: self.data.get(name, "") for name in self.fields if name != "token"}

    def first_errors(self) -> dict[str, str]:
        """One a field."""
        return {name: str(errors[0]) for name, errors in self.errors.items()} if self.is_bound else {}

    def goes_there(self, *, reported_before: bool, blocked_before: bool) -> bool:
        """Whether she must say yes on her server: no token was typed, and there is none, or none that may do what is chosen now."""
        given = self.cleaned_data
        more = (given["reports"] and not reported_before) or (given["blocks"] and not blocked_before)
        return not given["token"] and (not self.known or bool(given["again"]) or bool(more))

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the Mastodon channel."""
        given = self.cleaned_data
        told: dict[str, Any] = {name: given[name] for name in ("messages", "reports", "blocks")}
        if not self.known:
            server = given["server"]
            here = "://" in server
            told |= {"host": server.partition("://")[2] if here else server, "url": server if here else ""}
        if given["token"]:
            told |= {"token": given["token"], "client": "", "secret": ""}
        return told | self.beginning()


class Code(forms.Form):
    """What her server showed her."""

    code = _line()

    def clean_code(self) -> str:
        """Without what people copy along."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not code.isascii():
            raise ValidationError(_("There is a sign in it that cannot be typed."))
        return _printable(code)

    def first_errors(self) -> dict[str, str]:
        """One a field."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}


class Shielded(forms.Form):
    """A shielded address."""

    local = _line(required=False)
    domain = _line(required=False)
    to = _line()
    hold = forms.ChoiceField(choices=[("grave", ""), ("abusive", "")], error_messages={"required": _REQUIRED})
    hold_unsure = forms.BooleanField(required=False)

    def typed(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show: what was typed, else what is `kept`."""
        return {name: self.data.get(name, "") for name in self.fields} if self.is_bound else kept

    def rule(self) -> dict[str, Any]:
        """Where mail goes, and what is held."""
        return {name: self.cleaned_data[name] for name in ("to", "hold", "hold_unsure")}


def _folders(typed: str) -> list[str]:
    folders = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if len(folders) > MAX_FOLDERS:
        raise ValidationError(_("Five folders are enough for one connection."))
    if not all(folder.isprintable() for folder in folders):
        raise ValidationError(_("Write each name as your mail program shows it."))
    return folders


def _lately(since: date | None) -> date | None:
    today = datetime.now(UTC).date()
    if since is not None and not today - timedelta(days=OLDEST_DAYS) <= since <= today + timedelta(days=1):
        raise ValidationError(_("Choose a day of the last ten years."))
    return since


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValidationError(_("There is a sign in it that cannot be typed."))
    return value
