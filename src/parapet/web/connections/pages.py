"""Pages with reviews, watched: which, how each does, and whether more came than usual."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parapet.access import connections as watched
from parapet.access.review_waves import Wave, review_wave
from parapet.access.views import AdvocateCard
from parapet.actions import connect
from parapet.web import veil, when
from parapet.web.connections.hers import hers
from parapet.web.connections.tried import Trouble, tried
from parapet.web.connections.words import PAGE_FAULTS
from parapet.web.frame import Visit, page, show

MAX_PAGES = 20
MAX_ADDRESS = 2_048
_REQUIRED = gettext_lazy("This is needed.")


class Addresses(forms.Form):
    """Addresses, one a line."""

    user = forms.CharField(max_length=100, required=False)
    addresses = forms.CharField(max_length=MAX_PAGES * (MAX_ADDRESS + 2), error_messages={"required": _REQUIRED})

    def clean_user(self) -> str:
        """A name that can be read."""
        name = str(self.cleaned_data["user"])
        if not name.isprintable():
            raise ValidationError(_("There is a sign in it that cannot be typed."))
        return name or self.unnamed()

    def unnamed(self) -> str:
        """What it is called without a name."""
        return _("Reviews")

    def clean_addresses(self) -> list[str]:
        """Whole addresses of pages anybody can open."""
        lines = dict.fromkeys(line.strip() for line in self.cleaned_data["addresses"].splitlines() if line.strip())
        if len(lines) > MAX_PAGES:
            raise ValidationError(_("Twenty addresses are enough for one connection."))
        for line in lines:
            if not is_address(line):
                raise ValidationError(_("Write each address whole, as the browser shows it: it begins with https:// or http://."))
        return list(lines)

    def told(self) -> dict[str, Any]:
        """What is to be kept, by the fields of the channel."""
        pages = [[each, (urlsplit(each).hostname or "").removeprefix("www.")] for each in self.cleaned_data["addresses"]]
        return {"user": self.cleaned_data["user"], "pages": pages}

    def typed(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show: what was typed, else what is kept."""
        return {name: self.data.get(name, "") for name in self.fields} if self.is_bound else kept


def is_address(line: str) -> bool:
    """Whether it is the whole address of a page, with no name or password in it."""
    try:
        parts = urlsplit(line)
    except ValueError:
        return False
    fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    return fits and len(line) <= MAX_ADDRESS and line.isprintable() and " " not in line


@page("GET", "POST")
def new_pages(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Watch pages with reviews."""
    advocate = hers(request, advocate_id)
    form = Addresses(request.POST) if request.method == "POST" else Addresses()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        made, trouble = tried("web", lambda: connect.connect(request.user, advocate.id, "web", form.told()))
        if trouble is None:
            messages.success(request, _("The pages are watched. They are opened for the first time in the next minutes."))
            return redirect("connection", made)
    return _form(request, form, advocate, trouble=trouble)


def change_pages(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Which pages are watched, and how each does."""
    form = Addresses(request.POST) if request.method == "POST" else Addresses()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        _made, trouble = tried("web", lambda: connect.change_connection(request.user, card.id, form.told()))
        if trouble is None:
            messages.success(request, _("It is kept as you wrote it."))
            return redirect("connection", card.id)
    return _form(request, form, advocate, card=card, trouble=trouble)


def _form(
    request: Visit,
    form: Addresses,
    advocate: AdvocateCard,
    *,
    card: watched.Watched | None = None,
    trouble: Trouble | None = None,
) -> HttpResponse:
    kept: dict[str, Any] = {}
    if card is not None:
        kept = {"user": card.account, "addresses": "\n".join(each.address for each in card.pages)}
    hides = veil.hides_sums(request.user, advocate)
    wave = review_wave(request.user, advocate.id) if card is not None and not hides else None
    context = {
        "known": card,
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
        "states": states(card),
        "wave": wave_said(wave) if wave else (),
    }
    return show(
        request, "connections/pages.html", context, here="intake", advocate=advocate, status=400 if form.is_bound else 200
    )


def states(card: watched.Watched | None) -> list[dict[str, str]]:
    """How each page does, in words."""
    return [_state(each) for each in (card.pages if card else ())]


def _state(each: watched.WatchedPage) -> dict[str, str]:
    if each.fault:
        said = str(PAGE_FAULTS.get(each.fault, PAGE_FAULTS["unreachable"]))
    elif each.at is None:
        said = _("Not opened yet.")
    elif each.found:
        said = ngettext("%(n)s review stands there.", "%(n)s reviews stand there.", each.found) % {"n": when.number(each.found)}
        if each.count is not None and each.count > each.found:
            said += " " + _("The site says that it has %(n)s; the newest are on this page.") % {"n": when.number(each.count)}
    else:
        said = _("No review was found on it. The page itself is kept.")
    return {
        "name": each.name,
        "address": each.address,
        "said": said,
        "at": when.moment(each.at) if each.at else "",
        "next": when.moment(each.next_at) if each.next_at else "",
    }


def wave_said(wave: Wave) -> list[str]:
    """That more came than usual, in sentences."""
    burst = wave.burst
    told = {"n": when.number(burst.count), "first": when.day(burst.first), "last": when.day(burst.last)}
    said = [_("%(n)s reviews were written from %(first)s to %(last)s.") % told]
    if burst.usual_days >= 2:
        said.append(_("Usually one comes in about %(n)s days.") % {"n": when.number(round(burst.usual_days))})
    if wave.rated:
        stars = {"low": when.number(wave.low), "n": when.number(wave.rated)}
        said.append(_("%(low)s of %(n)s have one or two stars.") % stars)
    if wave.abusive:
        n = when.number(wave.abusive)
        said.append(ngettext("%(n)s was judged harmful.", "%(n)s were judged harmful.", wave.abusive) % {"n": n})
    if burst.post_at is not None:
        said.append(_("It began after something that you said in public: %(at)s.") % {"at": when.moment(burst.post_at)})
    return said
