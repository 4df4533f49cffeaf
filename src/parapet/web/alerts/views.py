"""How a person is reached, who is called for whom, and the page of an alert with its one button."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.alerts import alert_page
from parapet.access.reach import on_call_of, reach_of
from parapet.actions.change_on_call import change_on_call
from parapet.actions.change_reach import add_way, remove_way, set_quiet_hours, test_way
from parapet.actions.take_alert import take_alert
from parapet.domain.errors import RequestRefused
from parapet.web import rows, when
from parapet.web.alerts import words
from parapet.web.alerts.standing import sentence
from parapet.web.frame import Visit, mine, page, show
from parapet.web.zones import zone_of, zones

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


@page("GET", "POST")
def reach(request: Visit) -> HttpResponseBase:
    """Her ways and her quiet hours; a button to try each way."""
    said, typed = "", {"kind": "", "address": ""}
    if request.method == "POST":
        try:
            _change_reach(request)
            return redirect("reach")
        except RequestRefused as error:
            said = error.said(_)
            typed = {name: request.POST.get(name, "")[:2_000] for name in typed}
    card = reach_of(request.user)
    kinds = [(code, str(word)) for code, word in words.WAYS.items() if code != "email" or settings.ENVIRONMENT.alerts.mail]
    zone = card.zone if card.quiet_from is not None else settings.TIME_ZONE
    context = {
        "ways": [(way, str(words.WAYS.get(way.kind, way.kind))) for way in card.ways],
        "kinds": kinds,
        "mail": settings.ENVIRONMENT.alerts.mail is not None,
        "quiet_from": _clock(card.quiet_from),
        "quiet_until": _clock(card.quiet_until),
        "same_day": card.same_day,
        "zones": zones(zone),
        "refused": said,
        "typed": typed,
    }
    return show(request, "alerts/reach.html", context, here="preferences", status=400 if said else 200)


def _change_reach(request: Visit) -> None:
    """Do what one of the forms asks for. Raises RequestRefused."""
    asked = request.POST.get("do", "")
    if asked == "add":
        add_way(request.user, request.POST.get("kind", ""), request.POST.get("address", ""))
        messages.success(request, _("The way is kept. Try it now with its button."))
    elif asked == "remove":
        remove_way(request.user, request.POST.get("way", ""))
        messages.success(request, _("The way is taken away."))
    elif asked == "test":
        outcome = test_way(request.user, request.POST.get("way", ""))
        (messages.success if outcome.sent else messages.warning)(request, words.came_of_it(outcome.code))
    else:
        zone = request.POST.get("zone", "")
        begin, end = _minutes(request.POST.get("from", "")), _minutes(request.POST.get("until", ""))
        set_quiet_hours(request.user, begin, end, zone_of(zone), request.POST.get("same_day") == "1")
        messages.success(request, _("Your settings are kept."))


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(typed: str) -> int | None:
    """Minutes after midnight; None when nothing was typed, -1 for what is no time."""
    if not typed.strip():
        return None
    found = _TIME.match(typed.strip())
    return int(found[1]) * 60 + int(found[2]) if found else -1


@page("GET", "POST")
def on_call(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Who is called for an advocate, in which order."""
    advocate, advocates = mine(request, advocate_id)
    said = ""
    if request.method == "POST":
        try:
            wait = request.POST.get("wait_min", "")
            change_on_call(
                request.user,
                advocate.id,
                _in_order(request),
                wait_min=int(wait) if wait.isdecimal() and len(wait) < 4 else 0,
                called=request.POST.get("called", ""),
            )
            messages.success(request, _("Who is called is kept."))
            return redirect("on-call", advocate.id)
        except RequestRefused as error:
            said = error.said(_)
    card = on_call_of(request.user, advocate.id)
    context: dict[str, Any] = {"of": advocate, "card": card, "refused": said, "unmatched": advocate.role == "unmatched"}
    status = 400 if said else 200
    return show(request, "alerts/on_call.html", context, here="protected", advocate=advocate, advocates=advocates, status=status)


def _in_order(request: Visit) -> list[str]:
    """The people who have a place in the form, by place; who has none is not called."""
    placed = []
    for at, name in enumerate(request.POST.getlist("person")[:200]):
        place = request.POST.get(f"place_{name}", "").strip()
        if place.isdecimal() and int(place[:4]) > 0:
            placed.append((int(place[:4]), at, name))
    return [name for _place, _at, name in sorted(placed)]


@page("GET", "POST")
def alert(request: Visit, alert_id: str) -> HttpResponseBase:
    """An alert: what became of it, its messages under the veil, and the button that says "I have it"."""
    if request.method == "POST":
        if take_alert(request.user, alert_id):
            messages.success(request, _("You have it. Nobody else is called."))
        return redirect("alert", alert_id)
    found = alert_page(request.user, alert_id)
    context = {
        "alert": found.card,
        "may_take": found.may_take,
        "may_read": found.may_read,
        "said": sentence(found.card),
        "rows": rows.drawn(found.rows, choose=False) if found.rows else "",
        "lines": [
            {
                "what": str(words.EVENTS.get(line.what, line.what)),
                "who": line.who,
                "why": words.came_of_it(line.code) if line.what in ("failed", "undelivered") else "",
                "at": when.exact(line.at),
                "iso": line.at.isoformat(),
            }
            for line in found.lines
        ],
    }
    return show(request, "alerts/alert.html", context, here="inbox", advocate=found.card.advocate)
