"""Report one message: draft, look, approve, send or tick, follow; and the outbox of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import reports as seen
from parapet.access.cases import titles
from parapet.access.report_forms import report_file, report_notice
from parapet.actions import approve_report as approving
from parapet.actions import draft_report as drafting
from parapet.actions import follow_report as following
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.dossiers.notice import notice_pdf
from parapet.evidence.tables import csv_table
from parapet.web import veil, when
from parapet.web.frame import Visit, mine, page, show
from parapet.web.item.views import attachment
from parapet.web.reports import said
from parapet.web.reports import words as w
from parapet.web.reports.forms import AS_CHOSEN, DraftFields, Happened

_KINDS = {"text": "text/plain; charset=utf-8", "arf": "message/rfc822", "xarf": "application/json"}


@page("GET")
def outbox(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Everything that went out, waits, failed or is unknown."""
    advocate, advocates = mine(request, advocate_id)
    asked = {name: request.GET.get(name, "") for name in ("state", "desk", "case")}
    found = seen.outbox(
        request.user,
        advocate_id,
        state=asked["state"],
        desk=asked["desk"],
        case_id=asked["case"],
        before=request.GET.get("before", ""),
    )
    context = {
        "lines": [said.line(each) for each in found.lines],
        "states": [
            (code, str(w.STATE[code]), found.states[code], code == asked["state"]) for code in r.STATES if found.states[code]
        ],
        "desks": [
            (code, seen.desk_of(code).title.within(when.tongue()), n, code == asked["desk"])
            for code, n in sorted(found.desks.items())
        ],
        "cases": [(code, title, code == asked["case"]) for code, title in titles(request.user, advocate_id).items() if title],
        "asked": asked,
        "older": found.lines[-1].id if found.more else "",
        "herself": found.herself,
        "grants": Right.GRANT in advocate.rights,
        "exports": Right.EXPORT in advocate.rights,
        "removed": when.number(found.removed) if found.removed else "",
        "median": said.span(found.median_h) if found.median_h is not None else "",
        "empty": not sum(found.states.values()),
    }
    return show(request, "reports/outbox.html", context, here="reports", advocate=advocate, advocates=advocates)


@page("GET")
def table(request: Visit, advocate_id: str) -> HttpResponseBase:
    """The outbox as a CSV file: codes and times, no word of a message and no address."""
    header = (
        _("Report"), _("Message"), _("Where to"), _("State"), _("Drafted (UTC)"), _("Sent (UTC)"), _("Outcome"),
        _("Outcome told for (UTC)"), _("Next"), _("Day"),
    )  # fmt: skip
    rows = (
        (
            each.id,
            each.item,
            each.desk,
            each.state,
            each.made_at.isoformat(),
            each.sent_at.isoformat() if each.sent_at else "",
            each.outcome,
            each.outcome_at.isoformat() if each.outcome_at else "",
            each.next_what,
            each.next_on.isoformat() if each.next_on else "",
        )
        for each in seen.all_lines(request.user, advocate_id)
    )
    return _file(csv_table([str(cell) for cell in header], rows), f"reports-{advocate_id}.csv", "text/csv; charset=utf-8")


@page("POST")
def rule(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Who approves: she herself, or who may report."""
    approving.approve_by_herself(request.user, advocate_id, herself="herself" in request.POST)
    messages.success(request, _("It is noted."))
    return redirect("reports", advocate_id)


@page("GET", "POST")
def begin(request: Visit, item_id: str) -> HttpResponseBase:
    """Where a message can be reported, and what was reported of it; a press drafts."""
    advocate, choices = seen.choices_for(request.user, item_id)
    if request.method == "POST":
        try:
            made = drafting.draft_report(request.user, item_id, request.POST.get("desk", ""))
        except RequestRefused as error:
            messages.error(request, error.said(_))
            return redirect("report-item", item_id)
        return redirect("report", made)
    context = {
        "item_id": item_id,
        "choices": [_choice(each) for each in choices],
        "hides": veil.hides_sums(request.user, advocate),
        "lines": [said.line(each) for each in seen.reports_of_item(request.user, item_id)],
        "many": len(seen.campaign_of(request.user, item_id)),
    }
    return show(request, "reports/begin.html", context, here="reports", advocate=advocate)


def _choice(each: seen.Choice) -> dict[str, Any]:
    reason = each.desk.reason(each.reason)
    return {
        **said.desk_said(each.desk),
        "reason": reason.label.within(when.tongue()) if reason else "",
        "standing": each.standing,
    }


@page("GET", "POST")
def report(request: Visit, report_id: str) -> HttpResponseBase:
    """One report; written otherwise by a press."""
    if request.method == "POST":
        form = DraftFields(request.POST)
        if not form.is_valid():
            return _page(request, report_id, refused=str(next(iter(form.errors.values()))[0]), status=400)
        try:
            drafting.change_draft(request.user, report_id, **form.told())
        except RequestRefused as error:
            return _page(request, report_id, refused=error.said(_), status=400)
        messages.success(request, _("The draft is kept."))
        return redirect("report", report_id)
    return _page(request, report_id)


@page("POST")
def words(request: Visit, report_id: str) -> HttpResponseBase:
    """Exactly what goes, for who asked; the look is in the log."""
    found, text = seen.report_words(request.user, report_id)
    return _page(request, report_id, words=veil.shown(text), to=veil.shown(found.standing.draft.to if found.standing else ""))


@page("POST")
def file(request: Visit, report_id: str) -> HttpResponseBase:
    """What is to be attached or copied, as a file."""
    kind = request.POST.get("kind", "")
    if kind == "pdf":
        name, made = notice_pdf(*report_notice(request.user, report_id), lang=when.tongue())
        return _file(made, name, "application/pdf")
    name, made = report_file(request.user, report_id, kind)
    return _file(made, name, _KINDS[kind])


@page("POST")
def approve(request: Visit, report_id: str) -> HttpResponseBase:
    """The one press by which something goes out."""
    way = r.BY_PROGRAM if request.POST.get("way") == r.BY_PROGRAM else r.BY_PERSON
    done = _("Approved. It goes by itself.") if way == r.BY_PROGRAM else _("Approved. Now send it, then say here that you did.")
    return _deed(
        request,
        report_id,
        lambda: approving.approve_report(request.user, report_id, way=way, shown=request.POST.get("shown", "")),
        done,
    )


@page("POST")
def drop(request: Visit, report_id: str) -> HttpResponseBase:
    """Take the draft away."""
    return _deed(request, report_id, lambda: drafting.drop_report(request.user, report_id), _("The draft is dropped."))


@page("POST")
def sent(request: Visit, report_id: str) -> HttpResponseBase:
    """She sent it."""
    return _happened(
        request,
        report_id,
        lambda at, reference: following.tick_sent(request.user, report_id, happened_at=at, reference=reference),
    )


@page("POST")
def settle(request: Visit, report_id: str) -> HttpResponseBase:
    """Whether it is there."""
    arrived = request.POST.get("arrived") == "yes"
    reference = request.POST.get("reference", "")
    done = _("It is noted.") if arrived else _("It is noted. You can approve it again, and it is sent once more.")
    return _deed(
        request,
        report_id,
        lambda: following.settle_unknown(request.user, report_id, arrived=arrived, reference=reference),
        done,
    )


@page("POST")
def again(request: Visit, report_id: str) -> HttpResponseBase:
    """She asked again, took it higher, or complained."""
    what = request.POST.get("what", "")

    def tell(at: Any, reference: str) -> None:
        if what == r.APPEAL:
            following.note_appeal(request.user, report_id, happened_at=at, reference=reference)
        else:
            following.note_again(request.user, report_id, escalated=what == r.ESCALATE, happened_at=at, reference=reference)

    return _happened(request, report_id, tell)


@page("POST")
def outcome(request: Visit, report_id: str) -> HttpResponseBase:
    """What the platform did."""
    said_of_it = request.POST.get("outcome", "")
    return _happened(
        request,
        report_id,
        lambda at, _reference: following.note_outcome(request.user, report_id, said_of_it, happened_at=at),
    )


def _happened(request: Visit, report_id: str, tell: Callable[[Any, str], None]) -> HttpResponseBase:
    form = Happened(request.POST)
    if not form.is_valid():
        return _page(request, report_id, refused=str(next(iter(form.errors.values()))[0]), status=400)
    given = form.cleaned_data
    return _deed(request, report_id, lambda: tell(given["happened_at"], given["reference"]), _("It is noted."))


def _deed(request: Visit, report_id: str, act: Callable[[], None], done: str) -> HttpResponseBase:
    try:
        act()
    except RequestRefused as error:
        return _page(request, report_id, refused=error.said(_), status=400)
    messages.success(request, done)
    return redirect("report", report_id)


def _page(request: Visit, report_id: str, *, refused: str = "", status: int = 200, **more: Any) -> HttpResponse:
    found = seen.report_page(request.user, report_id)
    if request.method == "POST" and Right.REPORT not in found.advocate.rights:
        raise NotFound
    hides = veil.hides_sums(request.user, found.advocate) and "words" not in more
    context = {**said.page_of(found), "refused": refused, "hides": hides, "as_chosen": AS_CHOSEN, **more}
    return show(request, "reports/report.html", context, here="reports", advocate=found.advocate, status=status)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
