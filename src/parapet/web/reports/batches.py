"""Report many messages at once: of a campaign, of a case, or those that were chosen. One look, one approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import reports as seen
from parapet.access.report_steps import Standing
from parapet.actions.approve_report import approve_batch
from parapet.actions.draft_report import draft_many
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import veil, when
from parapet.web.frame import UNMATCHED, Visit, mine, page, show
from parapet.web.reports import said


@page("POST")
def campaign(request: Visit, item_id: str) -> HttpResponseBase:
    """All abusive messages of the campaign to which one belongs."""
    return _drafted(request, seen.campaign_of(request.user, item_id), "report-item", item_id)


@page("POST")
def case(request: Visit, case_id: str) -> HttpResponseBase:
    """All abusive messages of a case."""
    _card, items = seen.case_reportable(request.user, case_id)
    return _drafted(request, items, "case", case_id)


@page("POST")
def chosen(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Those that were chosen in the inbox."""
    advocate, _advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.REPORT not in advocate.rights:
        raise NotFound
    return _drafted(request, request.POST.getlist("item"), "inbox", advocate_id)


def _drafted(request: Visit, items: Sequence[str], back: str, name: str) -> HttpResponseBase:
    try:
        made = draft_many(request.user, items)
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect(back, name)
    if made.left:
        left = ngettext(
            "%(n)s message was left out: it is reported already, or lies where nothing can be reported.",
            "%(n)s messages were left out: they are reported already, or lie where nothing can be reported.",
            made.left,
        )
        messages.info(request, left % {"n": when.number(made.left)})
    if not made.id:
        return redirect(back, name)
    return redirect("report-batch", made.id)


@page("GET")
def batch(request: Visit, batch_id: str) -> HttpResponseBase:
    """What was drafted together, without a word of it."""
    return _page(request, seen.batch_page(request.user, batch_id))


@page("POST")
def words(request: Visit, batch_id: str) -> HttpResponseBase:
    """Every text of it, for who asked; each look is in the log."""
    found, texts = seen.batch_words(request.user, batch_id)
    shown = [_text(*each) for each in texts]
    return _page(request, found, texts=shown)


def _text(line: seen.Line, standing: Standing, text: str) -> dict[str, Any]:
    return {**said.line(line), "words": veil.shown(text), "ticks": standing.state == r.READY}


@page("POST")
def approve(request: Visit, batch_id: str) -> HttpResponseBase:
    """One press for all of them."""
    way = r.BY_PROGRAM if request.POST.get("way") == r.BY_PROGRAM else r.BY_PERSON
    try:
        n = approve_batch(request.user, batch_id, way=way, shown=request.POST.get("shown", ""))
    except RequestRefused as error:
        return _page(request, seen.batch_page(request.user, batch_id), refused=error.said(_), status=400)
    messages.success(request, ngettext("%(n)s report is approved.", "%(n)s reports are approved.", n) % {"n": when.number(n)})
    return redirect("report-batch", batch_id)


def _page(
    request: Visit, found: seen.BatchPage, *, refused: str = "", status: int = 200, texts: Sequence[dict[str, Any]] = ()
) -> HttpResponse:
    lang = when.tongue()
    drafts = sum(1 for each in found.lines if each.state == r.DRAFT)
    sums = []
    for code, reason, n in found.reasons:
        desk = seen.desk_of(code)
        held = desk.reason(reason)
        sums.append((desk.title.within(lang), held.label.within(lang) if held else "", when.number(n)))
    context = {
        "batch_id": found.id,
        "lines": [said.line(each) for each in found.lines],
        "count": ngettext("%(n)s report", "%(n)s reports", len(found.lines)) % {"n": when.number(len(found.lines))},
        "sums": sums,
        "drafts": drafts,
        "hows": [seen.desk_of(code).how.within(lang) for code in dict.fromkeys(each.desk for each in found.lines)],
        "texts": texts,
        "hides": veil.hides_sums(request.user, found.advocate) and not texts,
        "reports": Right.REPORT in found.advocate.rights,
        "approves": found.approves,
        "herself": found.herself,
        "doubt": said.doubt(each.id for each in found.lines),
        "program": found.program,
        "shown_digest": found.shown,
        "refused": refused,
        "now": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
    }
    return show(request, "reports/batch.html", context, here="reports", advocate=found.advocate, status=status)
