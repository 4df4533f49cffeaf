"""The whole of a case in order of time, to print: messages under the veil, what people decided, wrote and handed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import cases as access_cases
from parapet.access.case_steps import ASSIGN, BRIEF, LINK, MERGE, OUTCOME, READ, TASK, TASK_END, UNLINK, UNMERGE, Step
from parapet.access.case_work import CaseWork, case_work
from parapet.access.support import calls_of_case
from parapet.access.views import CasePage
from parapet.actions.make_timeline import make_timeline
from parapet.domain.errors import RequestRefused
from parapet.domain.rights import Right
from parapet.dossiers.timeline import Happened, Timeline
from parapet.web import rows, when, words
from parapet.web.case_words import CASE_STEP, ENDED, READER, TASK_SOURCE, TASKS
from parapet.web.case_words import OUTCOME as OUTCOMES
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment
from parapet.web.proof import proven
from parapet.web.support import said as support
from parapet.web.support.words import HELPED as SUPPORT_HELPED

#: When, what it is, and what more is said of it.
Entry = tuple[datetime, str, str]


@page("GET")
def timeline(request: Visit, case_id: str) -> HttpResponseBase:
    """One case, whatever was merged into it too."""
    return _page(request, case_id)


@page("POST")
@proven
def document(request: Visit, case_id: str) -> HttpResponseBase:
    """The same as a signed PDF."""
    asked = request.POST.get("lang", "")
    lang = asked if asked in ("en", "fr") else when.tongue()

    def compose() -> Timeline:
        with translation.override("fr-ca" if lang == "fr" else "en"):
            found, work, entries = _all(request, case_id)
            happened = [Happened(at, str(what), str(said)) for at, what, said in entries]
            sources, broken = _sources(work), _broken(found, work)
            return Timeline(found.card.id, found.card.title, found.advocate.name, happened, sources, broken)

    try:
        made = make_timeline(request.user, case_id, lang, compose=compose)
    except RequestRefused as error:
        return _page(request, case_id, refused=error.said(_), status=409)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"timeline-{case_id}-{lang}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: Visit, case_id: str, *, refused: str = "", status: int = 200) -> HttpResponseBase:
    found, work, entries = _all(request, case_id)
    days = groupby(entries, key=lambda entry: timezone.localtime(entry[0]).date())
    context = {
        "title": found.card.title,
        "case_id": found.card.id,
        "made": when.exact(timezone.now()),
        "broken": _broken(found, work),
        "days": [(when.day(day, weekday=True), [_line(entry) for entry in some]) for day, some in days],
        "sources": _sources(work),
        "may_export": Right.EXPORT in found.advocate.rights,
        "tongue": when.tongue(),
        "refused": refused,
    }
    return show(request, "cases/timeline.html", context, here="cases", advocate=found.advocate, status=status)


def _all(request: Visit, case_id: str) -> tuple[CasePage, CaseWork, list[Entry]]:
    """A case, how it stands, and everything in order of time, in the language of now."""
    found = access_cases.page(request.user, case_id)
    work = case_work(request.user, case_id)
    entries = list(_entries(found, work))
    for other in work.within:
        theirs, theirs_too = access_cases.page(request.user, other.id), case_work(request.user, other.id)
        of = _("in the case “%(title)s”") % {"title": other.title}
        entries += [
            (at, what, " · ".join(filter(None, (said, of)))) for at, what, said in _entries(theirs, theirs_too, rows_too=False)
        ]
    for call in calls_of_case(request.user, case_id):
        entries.append((call.opened_at, _("Supporters asked for help"), " · ".join((support.summed(call), call.by))))
        if call.ended_at is not None:
            helped = [_("did it help: %(said)s") % {"said": SUPPORT_HELPED[call.helped]}] if call.helped else []
            entries.append((call.ended_at, _("The call for support ended"), " · ".join((support.summed(call), *helped))))
    return found, work, sorted(entries, key=lambda entry: entry[0])


def _broken(found: CasePage, work: CaseWork) -> bool:
    return bool(found.notes_broken or found.handovers_broken or work.broken)


def _sources(work: CaseWork) -> list[str]:
    return [str(TASK_SOURCE[code]) for code in dict.fromkeys(task.code for task in work.tasks) if code in TASK_SOURCE]


def _line(entry: Entry) -> dict[str, Any]:
    at, what, said = entry
    return {"iso": at.isoformat(), "clock": when.clock(at), "what": what, "said": said}


def _entries(found: CasePage, work: CaseWork, *, rows_too: bool = True) -> Iterator[Entry]:
    if rows_too:
        for row, line in zip(found.rows, rows.lines(found.rows), strict=True):
            graver = [line["severity"], line["urgency"], line["where"], row.id]
            yield row.sent_at, line["title"], " · ".join(part for part in graver if part)
    for entry in found.custody:
        if entry.kind in ("case_open", "case_close", "case_reopen", "complaint", "export", "dossier") and entry.as_written:
            yield entry.at, words.word("custody", entry.kind), entry.who or _("the program")
    for note in found.notes:
        yield note.at, _("Note by %(who)s") % {"who": note.who}, note.text
    for given in found.handovers:
        to = words.word("handed_to", given.to)
        yield (
            given.happened_at,
            words.word("handover", given.kind),
            " · ".join(p for p in (to, given.name, given.reference, given.who) if p),
        )
    names = dict(work.people)
    for step in work.steps:
        yield step.at, str(CASE_STEP[step.kind]), " · ".join(part for part in (*_said(step, names, work), step.who) if part)


def _said(step: Step, names: dict[str, str], work: CaseWork) -> Iterator[str]:
    """The codes of a step in words."""
    details = step.details
    if step.kind == ASSIGN:
        yield _("to %(who)s") % {"who": names.get(details["to"], "")} if details["to"] else _("to nobody")
    elif step.kind == TASK:
        yield str(TASKS[details["task"]]) if details["task"] else ""
        yield step.words["what"]
        yield step.words.get("by", "")
        yield _("until %(day)s") % {"day": when.day(date.fromisoformat(details["due"]))} if details["due"] else ""
    elif step.kind == TASK_END:
        task = next((task for task in work.tasks if task.entry == details["entry"]), None)
        yield str(ENDED[details["how"]]) if details["how"] in ENDED else _("to be done after all")
        yield (task.what or str(TASKS[task.code])) if task else ""
    elif step.kind == OUTCOME:
        yield str(OUTCOMES.get(details["outcome"], details["outcome"]))
        yield step.words["said"]
    elif step.kind == BRIEF:
        yield str(READER[details["reader"]])
        yield ngettext("%(n)s message quoted", "%(n)s messages quoted", details["quoted"]) % {"n": when.number(details["quoted"])}
    elif step.kind == READ:
        yield step.words["by"]
        task = next((task for task in work.tasks if task.entry == details["entry"]), None)
        yield (task.what or str(TASKS[task.code])) if task else ""
        yield when.day(date.fromisoformat(details["happened_on"]))
    elif step.kind in (LINK, UNLINK, MERGE, UNMERGE):
        yield details["case"]
