"""What an officer sees: the cases that were referred to her, of each what is on its list, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import referred as access
from parapet.access.counsel import channels_to
from parapet.access.views import Row
from parapet.actions.answer_referral import (
    accept_referral,
    decline_referral,
    hand_back_referral,
    note_referred,
    referred_dossier,
)
from parapet.domain.errors import RequestRefused
from parapet.domain.veil import Level
from parapet.web import rows, veil, when, words
from parapet.web.cases.forms import NoteText
from parapet.web.counsel.said import waiting_in
from parapet.web.counsel.words import STATE
from parapet.web.frame import Visit, page, show
from parapet.web.item.forms import Ask
from parapet.web.item.views import attachment
from parapet.web.referrals import said
from parapet.web.referrals.forms import Answer


@page("GET")
def referred(request: Visit) -> HttpResponseBase:
    """All of them, and the code by which somebody can refer a case to her."""
    cards = [said.received(card) for card in access.referred_to(request.user)]
    guest = request.user.invited_by is not None
    unread = waiting_in(request.user)
    channels = [(card.id, card.other, str(STATE[card.state]), unread.get(card.id, "")) for card in channels_to(request.user)]
    context = {"cards": cards, "channels": channels, "code": "" if guest else request.user.id}
    return show(request, "referrals/list.html", context, here="referred")


@page("GET")
def one(request: Visit, referral_id: str) -> HttpResponseBase:
    """One case: an offer to answer, or its messages, notes and what she may do."""
    return _one(request, referral_id)


@page("POST")
def accept(request: Visit, referral_id: str) -> HttpResponseBase:
    """Take it."""
    accept_referral(request.user, referral_id)
    messages.success(request, _("You have the case. Whoever referred it sees that you accepted."))
    return redirect("referred-case", referral_id)


@page("POST")
def decline(request: Visit, referral_id: str) -> HttpResponseBase:
    """Do not take it, and say why."""
    return _end(request, referral_id, decline_referral, _("You declined. Nothing of the case is shown to you any more."))


@page("POST")
def hand_back(request: Visit, referral_id: str) -> HttpResponseBase:
    """Give it back."""
    return _end(request, referral_id, hand_back_referral, _("You handed the case back. Thank you for your work."))


@page("POST")
def note(request: Visit, referral_id: str) -> HttpResponseBase:
    """Write a note."""
    form = NoteText(request.POST)
    if not form.is_valid():
        return _one(request, referral_id, form=form, status=400)
    note_referred(request.user, referral_id, form.cleaned_data["text"])
    return redirect("referred-case", referral_id)


@page("POST")
def dossier(request: Visit, referral_id: str) -> HttpResponseBase:
    """The dossier of what she sees, as a PDF."""
    language = request.POST.get("lang", "")
    language = language if language in ("en", "fr") else when.tongue()
    response = HttpResponse(referred_dossier(request.user, referral_id, language), content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"dossier-{referral_id}-{language}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page("GET")
def item(request: Visit, referral_id: str, item_id: str) -> HttpResponseBase:
    """One message, veiled. Coming back to it veils again."""
    card, row = access.referred_row(request.user, referral_id, item_id)
    level = access.level_referred(request.user, referral_id, item_id)
    if "more" in request.GET:
        row = evolve(row, hidden=False)
    return show(request, "referrals/item.html", {**_item(card, row), "masks": level is Level.MASKED}, here="referred")


@page("POST")
def text(request: Visit, referral_id: str, item_id: str) -> HttpResponseBase:
    """Its text, after the look is noted."""
    form = Ask(request.POST)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"why": "case", "version": None}
    if asked.get("covered"):
        return _covered(request, referral_id, item_id, asked)
    card, opened = access.opened_referred(request.user, referral_id, item_id, why=asked["why"], version=asked["version"])
    context = {**_item(card, evolve(opened.row, hidden=False)), **veil.opened_elsewhere(opened), "shown_now": True}
    return show(request, "referrals/item.html", context, here="referred")


def _covered(request: Visit, referral_id: str, item_id: str, asked: dict[str, Any]) -> HttpResponse:
    card, row, number, found = access.covered_referred(
        request.user, referral_id, item_id, why=asked["why"], version=asked["version"]
    )
    if found is None:
        return show(request, "referrals/item.html", {**_item(card, row), "untold": True}, here="referred")
    context = {**_item(card, evolve(row, hidden=False)), **veil.masked(found), "shown_now": True, "version": number}
    return show(request, "referrals/item.html", context, here="referred")


def _one(request: Visit, referral_id: str, *, form: NoteText | None = None, trouble: str = "", status: int = 200) -> HttpResponse:
    found = access.referred_page(request.user, referral_id)
    context = {
        "case": said.received(found.card),
        "lines": [_line(found.card.id, row) for row in found.rows],
        "notes": [{"who": n.who, "at": when.moment(n.at), "iso": n.at.isoformat(), "text": n.text} for n in found.notes],
        "broken": found.notes_broken is not None,
        "form": form or NoteText(),
        "trouble": trouble,
        "typed": request.POST.get("words", "") if trouble else "",
        "tongue": when.tongue(),
    }
    template = "referrals/case.html" if found.card.accepted else "referrals/offer.html"
    return show(request, template, context, here="referred", status=status)


def _line(referral_id: str, row: Row) -> dict[str, Any]:
    line = rows.line(row)
    line["href"] = reverse("referred-item", args=[referral_id, row.id])
    return {**line, "body": rows.body(line)}


def _item(card: access.ReferredCard, row: Row) -> dict[str, Any]:
    return {
        "case": said.received(card),
        "line": rows.line(row),
        "item_id": row.id,
        "sent_exactly": when.exact(row.sent_at),
        "harms": [(words.word("harm", harm), words.word("harm_meaning", harm)) for harm in row.harms],
        "whys": words.choices("why"),
        "default_why": "case",
        "versions": row.versions,
        "hidden": row.hidden,
    }


def _words(request: Visit) -> str:
    """What she typed; too much of it is refused where all else is."""
    form = Answer(request.POST)
    return form.cleaned_data["words"] if form.is_valid() else request.POST.get("words", "")


def _end(request: Visit, referral_id: str, end: Callable[..., None], done: str) -> HttpResponseBase:
    access.referred_page(request.user, referral_id)
    try:
        end(request.user, referral_id, words=_words(request))
    except RequestRefused as error:
        return _one(request, referral_id, trouble=error.said(_), status=400)
    messages.success(request, done)
    return redirect("referred")
