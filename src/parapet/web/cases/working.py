"""What the page of a case tells of the people who work on it: care, tasks, outcomes, related cases, one's own notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.case_page import CaseScreen
from parapet.access.case_work import Brief, CaseWork, ReadBy, Related, Task
from parapet.access.due import when as how_near
from parapet.domain.deadlines import DAYS
from parapet.domain.safety import PLAN as PLANNED
from parapet.domain.safety import REVIEW
from parapet.web import when
from parapet.web.case_words import DUE, ENDED, OUTCOME, PLAN, READER, RELATED, TASK, TASK_SOURCE, TASKS


def working(seen: CaseScreen, found: CaseWork) -> dict[str, Any]:
    """For the templates of a case's page; `found` is how it stands."""
    today = timezone.localdate()
    return {
        "work": {
            "broken": found.broken is not None,
            "into": found.into,
            "within": found.within,
            "cares": found.cares,
            "people": found.people,
            "tasks": [task_line(each, today) for each in found.tasks if not _of_plan(each)],
            "plan": [task_line(each, today) for each in found.tasks if _of_plan(each)],
            "briefs": [_brief(each) for each in found.briefs],
            "outcomes": [
                {"what": str(OUTCOME.get(o.code, o.code)), "words": o.words, "who": o.who, "at": when.moment(o.at)}
                for o in found.outcomes
            ],
            "related": [_related(each) for each in found.related],
            "others": found.others,
        },
        "task_choices": [(code, str(word)) for code, word in TASK.items()],
        "task_sources": [(str(TASK[code]), str(TASK_SOURCE[code])) for code in DAYS],
        "plan_choices": [(code, str(word)) for code, word in PLAN.items()],
        "today": today.isoformat(),
        "outcome_choices": [(code, str(word)) for code, word in OUTCOME.items()],
        "private": [{"id": n.id, "at": when.moment(n.at), "text": n.text} for n in seen.private],
    }


def task_line(task: Task, today: date) -> dict[str, Any]:
    """One task in words."""
    near = how_near(task.due, today) if not task.ended else ""
    return {
        "case": task.case,
        "entry": task.entry,
        "what": " · ".join(
            part
            for part in (str(TASKS[task.code]) if task.code and not (task.code == "safe_other" and task.what) else "", task.what)
            if part
        ),
        "due": when.day(task.due) if task.due else "",
        "iso": task.due.isoformat() if task.due else "",
        "near": str(DUE[near]) if near in ("overdue", "soon") else "",
        "overdue": near == "overdue",
        "name": task.by or task.name,
        "whose": task.whose,
        "read": [_read(each) for each in task.read],
        "ended": str(ENDED[task.ended]) if task.ended else "",
    }


def _of_plan(task: Task) -> bool:
    return task.code in PLANNED or task.code == REVIEW


def _brief(each: Brief) -> dict[str, Any]:
    return {
        "case": each.case,
        "entry": each.entry,
        "what": str(READER[each.reader]),
        "at": when.moment(each.at),
        "who": each.who,
        "read": [_read(read) for read in each.read],
    }


def _read(each: ReadBy) -> str:
    return _("%(by)s has read it, %(day)s (told by %(who)s)") % {"by": each.by, "day": when.day(each.on), "who": each.who}


def _related(each: Related) -> dict[str, Any]:
    why = str(RELATED[each.why])
    if each.messages:
        why = _("%(why)s: %(n)s") % {"why": why, "n": when.number(each.messages)}
    return {"id": each.card.id, "title": each.card.title, "why": why, "hand": each.why == "hand"}
