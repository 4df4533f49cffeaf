"""The page of who did what, and the same as a table for a spreadsheet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.deeds import GROUPS, Asked, all_deeds, deeds
from parapet.evidence.tables import csv_table
from parapet.web import when
from parapet.web.deeds import said
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment

_NO_DAY = gettext_lazy("Write a day, such as 2027-01-31.")
_MAX_PLACE = 2**62


class Narrowed(forms.Form):
    """What is asked for; whatever is nonsense is left out, and said."""

    group = forms.ChoiceField(choices=[("", ""), *((code, code) for code in said.GROUPS if code)], required=False)
    who = forms.CharField(max_length=20, required=False)
    item = forms.CharField(max_length=20, required=False)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _NO_DAY})
    before = forms.IntegerField(required=False, min_value=0, max_value=_MAX_PLACE)


@page("GET")
def custody(request: Visit, advocate_id: str) -> HttpResponseBase:
    """One page of it, narrowed as the address says."""
    form = Narrowed(request.GET)
    form.is_valid()
    asked = _asked(form)
    found = deeds(request.user, advocate_id, asked)
    lines = [said.line(deed) for deed in found.lines]
    query: dict[str, str] = {
        name: request.GET.get(name, "") for name in ("group", "who", "item", "day") if name in form.cleaned_data
    }
    kept: dict[str, str] = {name: value for name, value in query.items() if value}
    context: dict[str, Any] = {
        "days": [(day, list(some)) for day, some in groupby(lines, key=lambda line: line["day"])],
        "older": f"?{urlencode({**kept, 'before': str(found.more)})}" if found.more is not None else "",
        "first": f"?{urlencode(kept)}" if asked.before is not None else "",
        "narrowed": kept,
        "table": urlencode(kept),
        "groups": [(code, str(word), code == asked.group) for code, word in said.GROUPS.items()],
        "people": [(code, name, code == asked.who) for code, name in found.people],
        "own": found.own,
        "item": asked.item,
        "day": request.GET.get("day", ""),
        "trouble": next(iter(form.errors.get("day", ())), ""),
    }
    return show(request, "deeds/deeds.html", context, here="custody", advocate=found.advocate)


@page("GET")
def table(request: Visit, advocate_id: str) -> HttpResponseBase:
    """The same as a CSV file, which no spreadsheet takes for formulas."""
    form = Narrowed(request.GET)
    form.is_valid()
    header = (_("When (UTC)"), _("Day"), _("What happened"), _("Log entry"), _("Digest of the entry"))
    rows = (
        (deed.at.isoformat(), when.day(deed.at), said.sentence(deed), str(deed.log_index), deed.digest)
        for deed in all_deeds(request.user, advocate_id, _asked(form))
    )
    response = HttpResponse(csv_table([str(cell) for cell in header], rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = attachment(f"custody-{advocate_id}.csv")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(form: Narrowed) -> Asked:
    given = form.cleaned_data
    day, group = given.get("day"), given.get("group", "")
    since = timezone.make_aware(datetime.combine(day, time.min)) if day else None
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day and day.year < 9999 else None
    return Asked(
        group=group if group in GROUPS or group in said.GROUPS else "",
        who=given.get("who", ""),
        item=given.get("item", ""),
        since=since,
        until=until,
        before=given.get("before"),
    )
