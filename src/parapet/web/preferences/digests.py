"""Digests: how often, when, where to; and what came of the last one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.digests import DigestCard, digest_of
from parapet.actions.change_digest import NONE, change_digest
from parapet.domain.errors import RequestRefused
from parapet.web import when
from parapet.web.alerts.words import came_of_it
from parapet.web.frame import Visit, page, show
from parapet.web.zones import zone_of, zones

HOUR = 8
EVERY: dict[str, Promise] = {
    NONE: gettext_lazy("None"),
    "daily": gettext_lazy("Each day"),
    "weekly": gettext_lazy("Each week"),
}


@page("GET", "POST")
def digest(request: Visit) -> HttpResponseBase:
    """Show it and change it."""
    said = ""
    if request.method == "POST":
        try:
            _change(request)
            return redirect("digest")
        except RequestRefused as error:
            said = error.said(_)
    card = digest_of(request.user)
    plan = card.plan
    every = request.POST.get("every", "") if said else plan.every if plan else NONE
    zone = plan.zone if plan else settings.TIME_ZONE
    context = {
        "refused": said,
        "choices": [(code, word, code == every) for code, word in EVERY.items()],
        "hours": [(hour, f"{hour:02}:00", hour == (plan.hour if plan else HOUR)) for hour in range(24)],
        "weekdays": [
            (number, str(word).capitalize(), plan is not None and number == plan.weekday) for number, word in WEEKDAYS.items()
        ],
        "zones": zones(zone),
        "ways": [(number, shown, number == card.way) for number, shown in card.ways],
        "mail": settings.ENVIRONMENT.alerts.mail is not None,
        "next": _next(card),
        "last": _last(card),
        "try_way": card.way if plan else "",
    }
    return show(request, "preferences/digest.html", context, here="preferences", status=400 if said else 200)


def _change(request: Visit) -> None:
    posted, zone = request.POST, request.POST.get("zone", "")
    change_digest(
        request.user,
        posted.get("every", ""),
        hour=_number(posted.get("hour", ""), HOUR),
        weekday=_number(posted.get("weekday", ""), 0),
        zone=zone_of(zone),
        way=posted.get("way", ""),
    )
    messages.success(request, _("Kept.") if posted.get("every") != NONE else _("No digest is sent to you any more."))


def _number(typed: str, otherwise: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else otherwise


def _next(card: DigestCard) -> str:
    """By the clock of the plan: she wrote its hour."""
    if card.plan is None or card.due_at is None:
        return ""
    with timezone.override(card.plan.zone_info):
        return when.moment(card.due_at)


def _last(card: DigestCard) -> dict[str, Any] | None:
    """What came of the last one, in words."""
    if card.last is None:
        return None
    at, code = card.last
    words = {
        "sent": _("Handed to the mail server. Look whether it has arrived: nobody can see that from here."),
        "nothing": _("Nothing new had come in, so that none was sent."),
        "no_longer": _("It was not sent: the address is no longer there, or the digest was ended."),
    }
    with timezone.override(card.plan.zone_info if card.plan else timezone.get_current_timezone()):
        return {"at": when.moment(at), "said": words.get(code) or came_of_it(code)}
