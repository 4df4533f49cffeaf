"""Raise a shield, see how it stands, tick the list of the first hour, lower it; and where platforms have their settings."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.first_hour import lines
from parapet.access.privacy_settings import platforms
from parapet.access.shield_page import ShieldPage, shield_page
from parapet.access.shield_reasons import why_raised
from parapet.access.shields import VEIL_DAYS
from parapet.actions.lower_shield import lower_shield
from parapet.actions.raise_shield import MAX_WHY_CHARS, raise_shield
from parapet.actions.shield_steps import say_fine, still_needed, tick_line
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web.frame import Visit, mine, page, show
from parapet.web.shields import said


@page("GET")
def shield(request: Visit, advocate_id: str) -> HttpResponseBase:
    """How it stands: for everybody who may read for her, and for who is on call."""
    return _page(request, advocate_id)


@page("POST")
def lift(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Raise it."""
    try:
        fresh = raise_shield(request.user, advocate_id, request.POST.get("why", ""))
    except RequestRefused as error:
        return _page(request, advocate_id, refused=error.said(_), typed=request.POST.get("why", "")[: 4 * MAX_WHY_CHARS])
    messages.success(request, _("The shield is up.") if fresh else _("It is up already."))
    return redirect("shield", advocate_id)


@page("GET", "POST")
def lower(request: Visit, advocate_id: str) -> HttpResponseBase:
    """What came in meanwhile, in numbers; how long texts stay veiled; and then it comes down."""
    seen = shield_page(request.user, advocate_id)
    if not seen.may_raise:
        raise NotFound
    if seen.up is None:
        return redirect("shield", advocate_id)
    refused = ""
    if request.method == "POST":
        days = request.POST.get("veil_days", "")
        try:
            lower_shield(request.user, advocate_id, veil_days=int(days) if days.isascii() and days.isdigit() else -1)
            messages.success(request, _("The shield is down. Who was told that it was up is told this too."))
            return redirect("shield", advocate_id)
        except RequestRefused as error:
            refused = error.said(_)
    context = {"shield": said.standing(seen), "choices": said.veil_choices(VEIL_DAYS), "refused": refused}
    status = 400 if refused else 200
    return show(request, "shields/lower.html", context, here="shield", advocate=seen.card, status=status)


@page("POST")
def tick(request: Visit, advocate_id: str) -> HttpResponseBase:
    """A line of the list is done, or is not."""
    line = request.POST.get("line", "")
    return _deed(
        request,
        advocate_id,
        lambda: tick_line(request.user, advocate_id, line, "undo" not in request.POST),
        _("It is noted."),
        f"#{line}",
    )


@page("POST")
def fine(request: Visit, advocate_id: str) -> HttpResponseBase:
    """She lets them know that she is all right."""
    return _deed(request, advocate_id, lambda: say_fine(request.user, advocate_id), _("They can see it now, with the time."))


@page("POST")
def needed(request: Visit, advocate_id: str) -> HttpResponseBase:
    """It is still needed."""
    return _deed(
        request, advocate_id, lambda: still_needed(request.user, advocate_id), _("It stays up. You are asked again in a week.")
    )


@page("GET")
def platform_settings(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Which setting closes which way in, platform by platform, each with its source."""
    advocate, advocates = mine(request, advocate_id)
    seen = shield_page(request.user, advocate_id)  # nobody is behind what is aimed at nobody known
    today = timezone.localdate()
    context = {"who": seen.card, "platforms": [said.platform(each, today) for each in platforms()]}
    return show(request, "shields/settings.html", context, here="shield", advocate=advocate, advocates=advocates)


def _deed(request: Visit, advocate_id: str, act: Callable[[], None], told: str, place: str = "") -> HttpResponseBase:
    try:
        act()
        messages.success(request, told)
    except RequestRefused as error:
        messages.error(request, error.said(_))
    return redirect(reverse("shield", args=[advocate_id]) + place)


def _page(request: Visit, advocate_id: str, *, refused: str = "", typed: str = "") -> HttpResponse:
    seen = shield_page(request.user, advocate_id)
    context = {
        "shield": said.standing(seen),
        "lines": [said.line(each, seen, timezone.localdate()) for each in lines()],
        "circle": [said.circled(each, up=seen.up is not None) for each in seen.circle],
        "reads": Right.READ in seen.card.rights,
        "sorts": Right.SORT in seen.card.rights and not seen.herself,
        "keeps": Right.KEEP in seen.card.rights,
        "grants": Right.GRANT in seen.card.rights,
        "why": _why(request, seen),
        "most": MAX_WHY_CHARS,
        "refused": refused,
        "typed": typed,
    }
    status = 400 if refused else 200
    return show(request, "shields/shield.html", context, here="shield", advocate=seen.card, status=status)


def _why(request: Visit, seen: ShieldPage) -> str:
    if seen.up is None or not seen.may_raise:
        return ""
    try:
        return why_raised(request.user, seen.card.id)
    except KeyClosed:
        return ""
