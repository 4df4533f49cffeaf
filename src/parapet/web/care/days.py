"""How it goes: a line and a mood for oneself, and how much was read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.check_ins import check_ins
from parapet.access.exposure import Opened, reading
from parapet.access.views import AdvocateCard
from parapet.actions.check_in import check_in, erase_check_ins
from parapet.actions.limit_reading import MOST, limit_reading
from parapet.domain.errors import RequestRefused
from parapet.domain.replies import MAX_REPLY_CHARS
from parapet.web import when
from parapet.web import words as all_words
from parapet.web.care import words
from parapet.web.care.views import protected
from parapet.web.frame import Visit, page, show


class Line(forms.Form):
    """mood: a word of `MOODS`, or none; line: what she writes; draft: whether that is a reply she did not send."""

    mood = forms.CharField(required=False, max_length=20)
    line = forms.CharField(required=False)
    draft = forms.BooleanField(required=False)


class Limit(forms.Form):
    """most: texts a day; empty for no pause."""

    most = forms.IntegerField(required=False, min_value=1, max_value=MOST)


@page("GET")
def days(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Her own lines, and what everybody read; for a helper, what he read."""
    advocate, advocates = protected(request, advocate_id)
    return _page(request, advocate, advocates)


@page("POST")
def keep(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Keep a line, a mood, or a reply that was not sent."""
    advocate, advocates = protected(request, advocate_id)
    form = Line(request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        check_in(request.user, advocate.id, given.get("mood", ""), given.get("line", ""), draft=given.get("draft", False))
    except RequestRefused as error:
        return _page(request, advocate, advocates, refused=error.said(_), typed=request.POST.get("line", ""))
    messages.success(request, _("It is kept, for you alone."))
    return redirect("care-days", advocate.id)


@page("POST")
def erase(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Erase one of them; with no name, all."""
    advocate, _advocates = protected(request, advocate_id)
    erase_check_ins(request.user, advocate.id, request.POST.get("check_in", ""))
    messages.success(request, _("It is erased."))
    return redirect("care-days", advocate.id)


@page("POST")
def pause(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Set after how many texts a day a pause is offered."""
    advocate, advocates = protected(request, advocate_id)
    form = Limit({} if "none" in request.POST else request.POST)
    if not form.is_valid():
        return _page(request, advocate, advocates, refused_limit=_("Choose a number from 1 to 500, or none."))
    limit_reading(request.user, form.cleaned_data["most"])
    messages.success(request, _("Your settings are kept."))
    return redirect("care-days", advocate.id)


def _page(request: Visit, advocate: AdvocateCard, advocates: tuple[AdvocateCard, ...], **said: Any) -> HttpResponseBase:
    context: dict[str, Any] = {"here_in": "days", "who": advocate, "most_chars": MAX_REPLY_CHARS, "most": MOST, **said}
    if advocate.role == "advocate":
        context["moods"] = words.moods()
        context["kept"] = [
            {"id": name, "at": when.moment(each.at), "mood": words.mood(each.mood), "line": each.line, "draft": each.draft}
            for name, each in check_ins(request.user, advocate.id)
        ]
    context["people"] = [
        {"name": each.name, "me": each.me, "counts": (_counts(each.today), _counts(each.week))}
        for each in reading(request.user, advocate.id)
    ]
    context["limit"] = request.user.reading_limit
    status = 400 if said else 200
    return show(request, "care/days.html", context, here="care", advocate=advocate, advocates=advocates, status=status)


def _counts(opened: Opened) -> dict[str, Any]:
    """How many, and how grave, the gravest first."""
    by_severity = sorted(opened.by_severity.items(), key=lambda pair: -pair[0].value)
    parts = [(severity.value, all_words.word("severity", severity.code), when.number(n)) for severity, n in by_severity]
    return {"total": when.number(opened.total), "parts": parts, "erased": when.number(opened.erased) if opened.erased else ""}
