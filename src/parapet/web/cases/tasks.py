"""What is to be done in all cases of an advocate, by its day, or one person's; and the sentence that the inbox says of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import ngettext

from parapet.access.blocks import due_blocks
from parapet.access.due import SOON_DAYS, due
from parapet.access.reports import due_reports
from parapet.web import veil, when
from parapet.web.blocks.said import line as block_line
from parapet.web.case_words import DUE
from parapet.web.cases.working import task_line
from parapet.web.counsel.said import waiting
from parapet.web.frame import Visit, mine, page, show
from parapet.web.reports.said import line as report_line


@page("GET")
def tasks(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Overdue first, then by day. `whose` narrows it to one person's; "-" to nobody's."""
    advocate, advocates = mine(request, advocate_id)
    today, whose = timezone.localdate(), request.GET.get("whose", "")
    lines = due(request.user, advocate.id, today)
    people = sorted({(line.task.whose, line.task.name) for line in lines if line.task.name}, key=lambda pair: pair[1])
    shown = [line for line in lines if not whose or (line.task.whose or "-") == whose]
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in shown:
        groups.setdefault(str(DUE[line.when]), []).append({**task_line(line.task, today), "title": line.title})
    context = {"groups": groups.items(), "people": people, "whose": whose, "me": request.user.id, "none": not lines}
    reports = () if whose else due_reports(request.user, advocate.id, today, within_days=SOON_DAYS)
    context["lines"] = [report_line(each) for each in reports]
    context["blocks"] = [] if whose else [block_line(each) for each in due_blocks(request.user, advocate.id)]
    context["letters"] = None if whose else waiting(request.user, counted=not veil.hides_sums(request.user, advocate))
    return show(request, "cases/tasks.html", context, here="cases", advocate=advocate, advocates=advocates)


def due_said(overdue: int, soon: int) -> str:
    """ "1 task is overdue. 2 are due within seven days."; "" when there is nothing to say."""
    said = []
    if overdue:
        said.append(ngettext("%(n)s task is overdue.", "%(n)s tasks are overdue.", overdue) % {"n": when.number(overdue)})
    if soon:
        told = ngettext("%(n)s task is due within seven days.", "%(n)s tasks are due within seven days.", soon)
        said.append(told % {"n": when.number(soon)})
    return " ".join(said)
