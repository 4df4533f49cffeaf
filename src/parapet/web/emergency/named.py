"""What somebody who was named sees: for whom, how to ask, what waits for an agreement; and, once let in, what is urgent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import emergencies as access
from parapet.access.emergency_plans import emergency_about
from parapet.access.emergency_rows import HOURS
from parapet.access.views import Row
from parapet.actions.break_glass import agree_to_let_in, ask_to_be_let_in, end_emergency
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.web import rows, veil, when, words
from parapet.web.emergency import said
from parapet.web.emergency.forms import Asked
from parapet.web.frame import Visit, page, show
from parapet.web.proof import proven

_USUAL_HOURS = 4


@page("GET")
def emergency(request: Visit) -> HttpResponseBase:
    """Who named her, and what stands. Who was named by nobody sees how that is done, whoever she is."""
    found = access.emergencies(request.user)
    context = {
        "named": found.named,
        "requests": [said.request(card) for card in found.requests],
        "code": request.user.id if request.user.invited_by is None else "",
    }
    return show(request, "emergency/named.html", context, here="emergency")


@page("GET", "POST")
@proven
def ask(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Say why and for how long; then another has to agree."""
    found = access.named_by(request.user, advocate_id)
    if request.method != "POST":
        return _ask(request, found)
    form = Asked(request.POST)
    if not form.is_valid():
        return _ask(request, found, form=form, status=400)
    try:
        made = ask_to_be_let_in(request.user, advocate_id, reason=form.cleaned_data["reason"], hours=form.cleaned_data["hours"])
    except RequestRefused as error:
        return _ask(request, found, form=form, trouble=error.said(_), status=400)
    messages.success(request, _("You asked. Now one of the others has to agree: call them."))
    return redirect("emergency-request", made)


@page("GET")
def one(request: Visit, request_id: str) -> HttpResponseBase:
    """One request: for who is named while it stands, and for the advocate and who may read, whatever became of it."""
    try:
        return _hers(request, request_id)
    except NotFound:
        found = access.emergency_page(request.user, request_id)
    context = {
        "request_": said.request(found.card),
        "others": ", ".join(found.others),
        "lines": [_line(request_id, row) for row in found.rows],
        "more": found.more,
        "most": when.number(access.MOST_ROWS),
    }
    return show(request, "emergency/request.html", context, here="emergency")


@page("POST")
@proven
def agree(request: Visit, request_id: str) -> HttpResponseBase:
    """Say yes to what another asked."""
    try:
        agree_to_let_in(request.user, request_id)
    except RequestRefused as error:
        messages.warning(request, error.said(_))
    else:
        messages.success(request, _("You agreed. It is open now."))
    return redirect("emergency-request", request_id)


@page("POST")
def end(request: Visit, request_id: str) -> HttpResponseBase:
    """End it, at once."""
    end_emergency(request.user, request_id)
    messages.success(request, _("It is ended. From now on nothing can be read by it."))
    try:
        emergency_about(request.user, request_id)
    except NotFound:
        return redirect("emergency")
    return redirect("emergency-request", request_id)


@page("GET")
def item(request: Visit, request_id: str, item_id: str) -> HttpResponseBase:
    """One message, veiled. Coming back to it veils again."""
    card, row = access.urgent_row(request.user, request_id, item_id)
    return show(request, "emergency/item.html", _item(card, row), here="emergency")


@page("POST")
def text(request: Visit, request_id: str, item_id: str) -> HttpResponseBase:
    """Its text, after the look is noted; nothing of it where it opens with keys of people alone."""
    card, row = access.urgent_row(request.user, request_id, item_id)
    try:
        card, opened = access.opened_urgent(request.user, request_id, item_id)
    except KeyClosed:
        return show(request, "emergency/item.html", _item(card, row), here="emergency", status=409)
    context = {**_item(card, opened.row), **veil.opened_elsewhere(opened), "shown_now": True}
    return show(request, "emergency/item.html", context, here="emergency")


def _ask(
    request: Visit, found: access.NamedFor, *, form: Asked | None = None, trouble: str = "", status: int = 200
) -> HttpResponse:
    hours = request.POST.get("hours", str(_USUAL_HOURS))
    context = {
        "for_": found,
        "others": ", ".join(found.others),
        "hours": [(n, said.hours(n), str(n) == hours) for n in HOURS],
        "reason": request.POST.get("reason", ""),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form is not None else {},
        "trouble": trouble,
    }
    return show(request, "emergency/ask.html", context, here="emergency", status=status)


def _hers(request: Visit, request_id: str) -> HttpResponse:
    """For the advocate and who may read what is hers: what became of it, and what was seen."""
    card, looks = emergency_about(request.user, request_id)
    seen = [
        {
            "at": when.exact(look.at),
            "iso": look.at.isoformat(),
            "index": when.number(look.log_index),
            "as_written": look.as_written,
            "line": rows.line(look.row) if look.row is not None else None,
        }
        for look in looks
    ]
    advocate_id = card.advocate_id
    context = {"request_": said.request(card), "seen": seen, "of": advocate_id}
    return show(request, "emergency/hers.html", context, here="emergency")


def _line(request_id: str, row: Row) -> dict[str, Any]:
    line = rows.line(row)
    line["href"] = reverse("emergency-item", args=[request_id, row.id])
    return {**line, "body": rows.body(line)}


def _item(card: access.RequestCard, row: Row) -> dict[str, Any]:
    return {
        "request_": said.request(card),
        "line": rows.line(row),
        "item_id": row.id,
        "sent_exactly": when.exact(row.sent_at),
        "harms": [(words.word("harm", harm), words.word("harm_meaning", harm)) for harm in row.harms],
    }
