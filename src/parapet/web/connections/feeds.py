"""Feeds and searches, watched for a name: which, for which names, and how each does."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parapet.access import connections as watched
from parapet.access.views import AdvocateCard
from parapet.actions import connect
from parapet.web import when
from parapet.web.connections.hers import hers
from parapet.web.connections.pages import MAX_PAGES, Addresses, is_address
from parapet.web.connections.tried import Trouble, tried
from parapet.web.connections.words import FEED_FAULTS
from parapet.web.frame import Visit, page, show

MAX_NAMES = 20
#: Stands in the address of a search for the name that is searched for.
NAME = "{name}"
_REQUIRED = gettext_lazy("This is needed.")


class Feeds(Addresses):
    """Addresses of feeds and searches, and the names that are looked for there."""

    names = forms.CharField(max_length=MAX_NAMES * 200, error_messages={"required": _REQUIRED})
    password = forms.CharField(max_length=1_000, required=False, strip=True)
    capture = forms.BooleanField(required=False)

    def unnamed(self) -> str:
        """What it is called without a name."""
        return _("Feeds and searches")

    def clean_addresses(self) -> list[str]:
        """As of pages; a search has {name} in it."""
        lines = list(dict.fromkeys(line.strip() for line in self.cleaned_data["addresses"].splitlines() if line.strip()))
        for line in lines:
            if not is_address(line.replace(NAME, "x")) or NAME in line.partition("?")[0]:
                raise ValidationError(_("Write each address whole, as the browser shows it: it begins with https:// or http://."))
        return lines

    def clean_names(self) -> list[str]:
        """A first name and a surname at least: a surname alone is anybody's."""
        names = list(dict.fromkeys(" ".join(line.split()) for line in self.cleaned_data["names"].splitlines() if line.strip()))
        if len(names) > MAX_NAMES or not all(name.isprintable() and len(name) <= 200 for name in names):
            raise ValidationError(_("At most twenty names, one a line."))
        if not all(len([word for word in name.split() if len(word.strip(".,")) > 1]) > 1 for name in names):
            raise ValidationError(_("Write a first name and a surname: a surname alone is anybody’s."))
        return names

    def clean_password(self) -> str:
        """No line may be slipped in."""
        key = str(self.cleaned_data["password"])
        if not key.isascii() or not key.isprintable():
            raise ValidationError(_("There is a sign in it that cannot be typed."))
        return key

    def clean(self) -> dict[str, Any]:
        """A search is asked once for each name."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if len(self._asked()) > MAX_PAGES:
            self.add_error("addresses", _("Twenty addresses are enough for one connection."))
        return given

    def _asked(self) -> list[str]:
        addresses, names = self.cleaned_data.get("addresses", []), self.cleaned_data.get("names", [])
        return [
            address.replace(NAME, quote(f'"{name}"', safe="")) if NAME in address else address
            for address in addresses
            for name in (names if NAME in address else [""])
        ]

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the channel."""
        given = self.cleaned_data
        pages = [[each, (urlsplit(each).hostname or "").removeprefix("www.")] for each in self._asked()]
        return {
            "user": given["user"], "pages": pages, "addresses": given["addresses"], "names": given["names"],
            "password": given["password"], "capture": given["capture"],
        }  # fmt: skip

    def typed(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show; never a key."""
        return {name: value for name, value in super().typed(kept).items() if name != "password"}


@page("GET", "POST")
def new_feed(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Watch feeds and searches: each is asked at once, so that what is wrong is said here."""
    advocate = hers(request, advocate_id)
    form = Feeds(request.POST) if request.method == "POST" else Feeds()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        made, trouble = tried("feed", lambda: connect.connect(request.user, advocate.id, "feed", form.told()))
        if trouble is None:
            messages.success(request, _("They are watched. What names you there is taken in within the hour."))
            return redirect("connection", made)
    return _form(request, form, advocate, trouble=trouble)


def change_feed(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Which feeds are watched, for which names."""
    form = Feeds(request.POST) if request.method == "POST" else Feeds()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        _made, trouble = tried("feed", lambda: connect.change_connection(request.user, card.id, form.told()))
        if trouble is None:
            messages.success(request, _("It is kept as you wrote it."))
            return redirect("connection", card.id)
    return _form(request, form, advocate, card=card, trouble=trouble)


def _form(
    request: Visit,
    form: Feeds,
    advocate: AdvocateCard,
    *,
    card: watched.Watched | None = None,
    trouble: Trouble | None = None,
) -> HttpResponse:
    kept: dict[str, Any] = {"names": advocate.name}
    if card is not None:
        kept = {
            "user": card.account, "addresses": "\n".join(card.addresses), "names": "\n".join(card.names), "capture": card.capture,
        }  # fmt: skip
    context = {
        "known": card,
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
        "states": [feed_state(each) for each in (card.pages if card else ())],
    }
    return show(request, "connections/feed.html", context, here="intake", advocate=advocate, status=400 if form.is_bound else 200)


def feed_state(each: watched.WatchedPage) -> dict[str, str]:
    """How one address does, in words."""
    if each.fault:
        said = str(FEED_FAULTS.get(each.fault, FEED_FAULTS["unreachable"]))
    elif each.at is None:
        said = _("Not asked yet.")
    elif each.found:
        said = ngettext("%(n)s entry there names you.", "%(n)s entries there name you.", each.found) % {
            "n": when.number(each.found)
        }
    else:
        said = _("Nothing there names you.")
    return {
        "name": each.name,
        "address": each.address,
        "said": said,
        "at": when.moment(each.at) if each.at else "",
        "next": when.moment(each.next_at) if each.next_at else "",
    }
