"""Before an answer, and after an attack: what a reply would risk, and where to get help."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access import items, places_of_help
from parapet.access.places_of_help import Place
from parapet.access.replies import reply_risks, threatens
from parapet.access.views import AdvocateCard
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.judgement import Indicator, Urgency
from parapet.domain.replies import MAX_REPLY_CHARS, Concern, Risk, Where, not_found
from parapet.web import rows, veil, when
from parapet.web.care import words
from parapet.web.frame import UNMATCHED, Visit, mine, page, show


class Draft(forms.Form):
    """What is asked besides the reply. where: a word of `Where`; item: what she would answer."""

    where = forms.ChoiceField(required=False, choices=[(each.value, each.value) for each in Where])
    threat = forms.BooleanField(required=False)
    item = forms.CharField(required=False, max_length=40)


@page("GET", "POST")
def reply(request: Visit, advocate_id: str) -> HttpResponseBase:
    """The form; after a reply was pasted, what it would risk. Nothing of it is kept, in the session neither."""
    advocate, advocates = protected(request, advocate_id)
    form = Draft(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    given = form.cleaned_data
    chosen = Where(given.get("where") or Where.POST)
    # A browser sends a line's end as two characters; what is shown and counted has one. A NUL can be in no page.
    typed = request.POST.get("reply", "").replace("\r\n", "\n").replace("\0", "")
    context = {
        "here_in": "reply",
        "who": advocate,
        "places": words.WHERE.items(),
        "where": chosen.value,
        "typed": typed,
        "threat": given.get("threat", False),
        "most": MAX_REPLY_CHARS,
        "answered": _answered(request, given.get("item", "")),
    }
    status = 200
    if request.method == "POST":
        try:
            risks = reply_risks(
                request.user, advocate.id, typed, chosen, item_id=given.get("item", ""), threatened=context["threat"]
            )
            context |= _found(typed, chosen, risks)
        except RequestRefused as error:
            context["refused"], status = error.said(_), 400
    return show(request, "care/reply.html", context, here="care", advocate=advocate, advocates=advocates, status=status)


@page("GET")
def places(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Where to get help: for all, and in her province; in every province when none is known or all are asked for."""
    advocate, advocates = protected(request, advocate_id)
    known = places_of_help.provinces()
    asked = request.GET.get("province")
    chosen = asked if asked in known else "" if asked is not None else places_of_help.province_of(request.user, advocate.id)
    tongue = when.tongue()
    context = {
        "here_in": "help",
        "who": advocate,
        "chosen": chosen,
        "provinces": [(code, province.name[tongue]) for code, province in known.items()],
        "everywhere": [_told(place) for place in places_of_help.everywhere()],
        "shown": [
            {**_told(place), "province": province.name[tongue]}
            for code, province in known.items()
            for place in province.places
            if chosen in ("", code)
        ],
    }
    return show(request, "care/help.html", context, here="care", advocate=advocate, advocates=advocates)


def protected(request: Visit, advocate_id: str) -> tuple[AdvocateCard, tuple[AdvocateCard, ...]]:
    """As `mine`; nobody is behind what is aimed at nobody known. Raises NotFound."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED:
        raise NotFound
    return advocate, advocates


def _answered(request: Visit, item_id: str) -> dict[str, Any] | None:
    """The message that she would answer, under the veil. Raises NotFound when it is not hers."""
    if not item_id:
        return None
    [row] = items.veiled(request.user, [item_id])
    return {"line": rows.line(row), "threatens": threatens(row), "now": row.urgency is Urgency.IMMEDIATE}


def _found(typed: str, where: Where, risks: tuple[Risk, ...]) -> dict[str, Any]:
    marked = sorted((risk for risk in risks if risk.words), key=lambda risk: (risk.start, risk.end))
    numbers = {risk: number for number, risk in enumerate(marked, 1)}
    return {
        "looked": True,
        "text": veil.shown(typed, [Indicator(r.code, r.words, r.start, r.end, Urgency.NONE) for r in marked]),
        "concerns": [
            (
                words.CONCERN[concern],
                [(numbers.get(r, 0), veil.shown(r.words) if r.words else "", words.reason(r)) for r in of_it],
            )
            for concern, of_it in groupby(risks, key=lambda risk: risk.concern)
        ],
        "not_found": [words.CONCERN[concern] for concern in not_found(risks)],
        "threatened": any(r.concern is Concern.ENGAGEMENT and r.code == "threat" for r in risks),
        "instead": words.instead(where, risks),
    }


def _told(place: Place) -> dict[str, Any]:
    tongue = when.tongue()
    return {
        "name": place.name[tongue],
        "phone": place.phone,
        "call": place.phone.replace("-", "") if len(place.phone) <= 5 else f"+{place.phone}",
        "what": place.what[tongue],
        "title": place.title[tongue],
        "url": place.url[tongue],
        "seen": when.day(place.seen),
        "old": place.is_old(timezone.localdate()),
    }
