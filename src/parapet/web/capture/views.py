"""Keeping web pages: ask for one, see how it goes, look at what was kept, have it looked at again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from parapet.access import captures, items, people
from parapet.actions.capture_page import keep_page
from parapet.actions.find_browser import has_browser
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import rows, veil, when, words
from parapet.web.capture.words import BY, NOTE, STANDING
from parapet.web.frame import CURRENT, UNMATCHED, Visit, mine, page, show
from parapet.web.item.forms import DEFAULT_WHY, Ask
from parapet.web.item.pause import paused
from parapet.web.item.views import card_context

#: So long after she asked for them, the addresses of pictures lead to them. Then they lead nowhere.
TICKET_S = 300
_SALT = "picture of a page"


@page("GET", "POST")
def keep(request: Visit) -> HttpResponseBase:
    """Ask for a page: its address, and whom it is about."""
    error = ""
    if request.method == "POST":
        advocate, _advocates = mine(request, request.POST.get("advocate", ""))
        try:
            return redirect("page-progress", keep_page(request.user, advocate.id, request.POST.get("address", "")))
        except RequestRefused as refused:
            error = str(refused.said(gettext))
    advocates = people.advocates_of(request.user)
    targets = [card for card in advocates if card.role != UNMATCHED and Right.SORT in card.rights]
    context = {
        "error": error,
        "typed": request.POST.get("address", "")[:2048],
        "targets": targets,
        "current": request.POST.get("advocate") or request.session.get(CURRENT, ""),
        "has_browser": has_browser(settings.ENVIRONMENT),
    }
    return show(request, "capture/keep.html", context, here="intake", advocates=advocates, status=400 if error else 200)


@page("GET")
def progress(request: Visit, intake_id: str) -> HttpResponseBase:
    """How it goes, and in the end what came of it. Asks again every second while it runs."""
    found = captures.progress(request.user, intake_id)
    code = found.look.standing
    context = {
        "intake_id": intake_id,
        "address": veil.shown(found.address),
        "running": found.look.running,
        "refused": found.look.refused,
        "said": words.word("refused", code) if found.look.refused else STANDING.get(code, ""),
        "detail": words.detail(found.detail),
        "advice": words.table("refused_advice").get(code, "") if found.look.refused else "",
        "rows": rows.drawn(found.rows),
        "several": len(found.rows) > 1,
        "none": not found.rows,
        "again": found.again,
        "may_retry": found.look.refused and not found.again,
    }
    if request.htmx:
        return render(request, "capture/state.html", context)
    return show(request, "capture/progress.html", context, here="intake")


@page("POST")
def seen(request: Visit, item_id: str) -> HttpResponseBase:
    """Where a page came from, and its pictures: grey and blurred, until she asks for them clear."""
    form = Ask(request.POST)
    if not form.is_valid():
        raise NotFound
    asked = form.cleaned_data
    if answer := paused(request, item_id, asked, of="item-page", whole=card_context):
        return answer
    found = captures.seen(request.user, item_id, why=asked["why"], version=asked["version"])
    card = items.card(request.user, item_id)
    context = {
        "item_id": item_id,
        "title": card_context(card)["line"]["title"],
        "seen": _seen(found),
        "clear": request.POST.get("clear") == "on",
        "why": asked["why"],
        "whys": words.choices("why"),
        "default_why": DEFAULT_WHY,
        "pictures": [_address_of(request, item_id, found.version, n, asked["why"]) for n in range(1, found.pictures + 1)],
    }
    return show(request, "capture/seen.html", context, here="inbox", advocate=card.advocate)


@page("GET")
def picture(request: Visit, item_id: str, ticket: str) -> HttpResponseBase:
    """One picture, to who asked for it some minutes ago."""
    try:
        person, item, version, number, why = signing.loads(ticket, salt=_SALT, max_age=TICKET_S)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    if (person, item) != (request.user.id, item_id):
        raise NotFound
    response = HttpResponse(captures.picture(request.user, item_id, number, why=why, version=version), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _address_of(request: Visit, item_id: str, version: int, number: int, why: str) -> str:
    ticket = signing.dumps([request.user.id, item_id, version, number, why], salt=_SALT)
    return reverse("item-picture", args=[item_id, ticket])


def _seen(found: captures.Seen) -> dict[str, Any]:
    return {
        "version": found.version,
        "asked": veil.shown(found.asked),
        "landed": veil.shown(found.landed) if found.landed != found.asked else "",
        "at": when.exact(found.at) if found.at else "",
        "by": BY.get(found.by, ""),
        "agent": veil.shown(found.agent),
        "served": [_served(each) for each in found.served],
        "notes": [NOTE[note] for note in found.notes if note in NOTE],
        "left_out": [veil.shown(name) for name in found.left_out],
        "files": [(veil.shown(name), when.size(size), digest) for name, size, digest in found.files],
    }


def _served(each: captures.Served) -> dict[str, Any]:
    shown = each.certificate
    return {
        "url": veil.shown(each.url),
        "status": each.status,
        "ip": veil.shown(each.ip),
        "certificate": {
            "subject": veil.shown(shown.subject),
            "issuer": veil.shown(shown.issuer),
            "begins": when.exact(shown.begins),
            "ends": when.exact(shown.ends),
            "sha256": shown.sha256,
        }
        if shown
        else None,
    }
