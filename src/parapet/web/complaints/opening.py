"""All complaints of an advocate; and open one: from a letter that came in, or by hand in a case."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access import cases, items
from parapet.access.complaint_words import letter_facts
from parapet.access.complaints import complaints_of
from parapet.access.views import AdvocateCard, CaseCard
from parapet.actions.open_case import open_case
from parapet.actions.open_complaint import open_complaint
from parapet.domain.complaints import FIELDS, Complaint
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.regulators import COLLEGE
from parapet.domain.rights import Right
from parapet.web import rows
from parapet.web.complaints.forms import Facts, facts, proposed_due
from parapet.web.complaints.said import body_choices, fields, listed, relation_choices, rule_lines
from parapet.web.frame import UNMATCHED, Visit, mine, page, show


@page("GET")
def complaints(request: Visit, advocate_id: str) -> HttpResponseBase:
    """All of them, by the day of their answer."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED:
        raise NotFound
    lines = listed(complaints_of(request.user, advocate_id))
    context = {"open": [each for each in lines if not each["over"]], "over": [each for each in lines if each["over"]]}
    return show(request, "complaints/all.html", context, here="complaints", advocate=advocate, advocates=advocates)


@page("GET", "POST")
def from_letter(request: Visit, item_id: str) -> HttpResponseBase:
    """Which case it is for, and the facts; the letter's own number of days goes first."""
    card = items.card(request.user, item_id)
    advocate = card.advocate
    if advocate.role == UNMATCHED or Right.SORT not in advocate.rights or advocate.scope is not None:
        raise NotFound
    found = letter_facts(request.user, item_id)
    stands = Complaint(COLLEGE, found.place or "ON", min(found.received, timezone.localdate()))
    stands = evolve(stands, due=proposed_due(stands, stated_days=found.days))
    known = [each for each in cases.mine(request.user, advocate.id) if each.state == "open"]
    inside = {each.id for each in card.cases}
    form = facts(request.POST, stands) if request.method == "POST" else Facts(stands)
    if request.method == "POST" and not form.errors:
        try:
            case = _case(request, advocate, known)
            made = open_complaint(request.user, case, form.told, item_id)
            messages.success(request, _("The complaint is open. Look at what it alleges, and answer one by one."))
            return redirect("complaint", made)
        except RequestRefused as error:
            form = evolve(form, errors={"case": error.said(_)})
    chosen = request.POST.get("case") or next((each.id for each in known if each.id in inside), "")
    context = {
        "letter": rows.drawn([card.row]),
        "cases": [(each.id, each.title, each.id == chosen) for each in known],
        "title": request.POST.get("title", ""),
        "stated_days": found.days,
    }
    return _form(request, advocate, form, context)


@page("GET", "POST")
def by_hand(request: Visit, case_id: str) -> HttpResponseBase:
    """For a letter on paper, or a call: what it alleges is written down on the next page."""
    found = cases.page(request.user, case_id)
    if Right.SORT not in found.advocate.rights or found.advocate.scope is not None:
        raise NotFound
    stands = Complaint(COLLEGE, "ON", timezone.localdate())
    stands = evolve(stands, due=proposed_due(stands))
    form = facts(request.POST, stands) if request.method == "POST" else Facts(stands)
    if request.method == "POST" and not form.errors:
        try:
            made = open_complaint(request.user, case_id, form.told)
            messages.success(request, _("The complaint is open. Write down what it alleges, one by one."))
            return redirect("complaint", made)
        except RequestRefused as error:
            form = evolve(form, errors={"case": error.said(_)})
    return _form(request, found.advocate, form, {"case": found.card})


def _case(request: Visit, advocate: AdvocateCard, known: list[CaseCard]) -> str:
    asked = request.POST.get("case", "")
    if asked:
        return asked  # that it is hers, and open, the action asks
    return open_case(request.user, advocate.id, request.POST.get("title", "") or _("A complaint"))


def _form(request: Visit, advocate: AdvocateCard, form: Facts, more: dict[str, Any]) -> HttpResponse:
    context = {
        **more,
        "bodies": body_choices(form.told),
        "relations": relation_choices(form.told),
        "fields": fields(form),
        "received": form.typed.get("received", form.told.received.isoformat()),
        "due_value": form.typed.get("due", form.told.due.isoformat() if form.told.due else ""),
        "today": timezone.localdate().isoformat(),
        "rules": rule_lines(),
        "errors": form.errors,
        "most": FIELDS,
    }
    return show(request, "complaints/open.html", context, here="cases", advocate=advocate, status=400 if form.errors else 200)
