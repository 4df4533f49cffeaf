"""What the page of a case tells of the people who work on it: care, tasks, outcomes, related cases, one's own notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.case_page import CaseScreen
from parapet.access.case_work import CaseWork, Related, Task
from parapet.access.due import when as how_near
from parapet.domain.deadlines import DAYS
from parapet.web import when
from parapet.web.case_words import DUE, ENDED, OUTCOME, RELATED, TASK, TASK_SOURCE


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
            "tasks": [task_line(each, today) for each in found.tasks],
            "outcomes": [
                {"what": str(OUTCOME.get(o.code, o.code)), "words": o.words, "who": o.who, "at": when.moment(o.at)}
                for o in found.outcomes
            ],
            "related": [_related(each) for each in found.related],
            "others": found.others,
        },
        "task_choices": [(code, str(word)) for code, word in TASK.items()],
        "task_sources": [(str(TASK[code]), str(TASK_SOURCE[code])) for code in DAYS],
        "outcome_choices": [(code, str(word)) for code, word in OUTCOME.items()],
        "private": [{"id": n.id, "at": when.moment(n.at), "text": n.text} for n in seen.private],
    }


def task_line(task: Task, today: date) -> dict[str, Any]:
    """One task in words."""
    near = how_near(task.due, today) if not task.ended else ""
    return {
        "case": task.case,
        "entry": task.entry,
        "what": " · ".join(part for part in (str(TASK[task.code]) if task.code else "", task.what) if part),
        "due": when.day(task.due) if task.due else "",
        "iso": task.due.isoformat() if task.due else "",
        "near": str(DUE[near]) if near in ("overdue", "soon") else "",
        "overdue": near == "overdue",
        "name": task.name,
        "whose": task.whose,
        "ended": str(ENDED[task.ended]) if task.ended else "",
    }


def _related(each: Related) -> dict[str, Any]:
    why = str(RELATED[each.why])
    if each.messages:
        why = _("%(why)s: %(n)s") % {"why": why, "n": when.number(each.messages)}
    return {"id": each.card.id, "title": each.card.title, "why": why, "hand": each.why == "hand"}
