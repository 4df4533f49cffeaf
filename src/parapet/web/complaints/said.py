"""A complaint in words, for the templates of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.complaints import ComplaintLine, ComplaintPage, ListedComplaint
from parapet.access.due import when as how_near
from parapet.domain.complaints import FIELDS, Complaint
from parapet.domain.ground import Fact, Ground, Twin
from parapet.domain.regulators import COLLEGE, EMPLOYER, HOSPITAL, READ_ON, REGULATORS
from parapet.dossiers import ground_words
from parapet.web import when
from parapet.web.case_words import DUE
from parapet.web.complaints.forms import OF_FACTS, Facts, written
from parapet.web.complaints.words import BODY, ENDING, PLACE, RELATION


def body_choices(told: Complaint) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """To whom it went, in groups: (group, [(value, name, chosen)])."""
    lang = when.tongue()
    colleges = [
        (f"{COLLEGE}:{place}", f"{PLACE[place]} · {each.name.in_(lang)}", told.body == COLLEGE and told.place == place)
        for place, each in REGULATORS.items()
    ]
    others = [(code, str(BODY[code]), told.body == code) for code in (HOSPITAL, EMPLOYER)]
    return [(str(BODY[COLLEGE]), colleges), (_("Others"), others)]


def relation_choices(told: Complaint) -> list[tuple[str, str, bool]]:
    """What she states of the writer."""
    return [(code, str(word), code == told.relation) for code, word in RELATION.items()]


def ending_choices(told: Complaint) -> list[tuple[str, str, bool]]:
    """How it ended."""
    return [(code, str(word), code == told.ended) for code, word in ENDING.items()]


def fields(form: Facts) -> dict[str, dict[str, Any]]:
    """What the form of the facts asks in words: by name what stands in it, how long it may be, what is wrong."""
    return {
        name: {
            "value": form.typed.get(name, form.told.words.get(name, "")),
            "most": FIELDS[name],
            "error": form.errors.get(name, ""),
        }
        for name in OF_FACTS
    }


def rule_lines() -> list[dict[str, str | bool]]:
    """What each place's rule says of the days, with its source."""
    lang = when.tongue()
    return [
        {
            "place": str(PLACE[place]),
            "days": (
                _("%(n)s days on which offices are open") if each.business else _("%(n)s days")
            ) % {"n": when.number(each.days)},
            "own": each.own_rule,
            "rule": each.rule.in_(lang),
            "url": each.url,
            "read": when.day(READ_ON),
        }
        for place, each in REGULATORS.items()
    ]  # fmt: skip


def to_whom(told: Complaint) -> str:
    """The body by its name."""
    named = told.words.get("addressee", "")
    if told.body == COLLEGE:
        college = REGULATORS[told.place].name.in_(when.tongue())
        return f"{college} · {named}" if named else college
    return named or str(BODY[told.body])


def on_case(lines: Iterable[ComplaintLine]) -> list[dict[str, Any]]:
    """Those of a case, for its page."""
    return [_line(each) for each in lines]


def listed(lines: Iterable[ListedComplaint]) -> list[dict[str, Any]]:
    """All of them, for the page that lists them: what the page of a case shows, with its place, its case, and how it stands."""
    return [_listed(each) for each in lines]


def _listed(each: ListedComplaint) -> dict[str, Any]:
    made = _line(ComplaintLine(each.id, each.told))
    if each.told is None:
        return {**made, "over": False, "case": each.case}
    state = made["ended"] or (_("Answer given") if each.done else "")
    near = {"near": "", "overdue": False} if each.done else {}
    place = str(PLACE[each.told.place]) if each.told.place else str(BODY[each.told.body])
    received = when.day(each.told.received)
    return {**made, **near, "over": bool(state), "state": state, "place": place, "case": each.case, "received": received}


def _line(each: ComplaintLine) -> dict[str, Any]:
    if each.told is None:
        return {"id": each.id, "broken": True}
    return {"id": each.id, "broken": False, "what": to_whom(each.told), **deadline(each.told), **progress(each.told)}


def deadline(told: Complaint) -> dict[str, Any]:
    """By when to answer, and how near that is."""
    near = how_near(told.due, timezone.localdate()) if not told.ended else ""
    return {
        "due_day": when.day(told.due) if told.due else "",
        "near": str(DUE[near]) if near in ("overdue", "soon") else "",
        "overdue": near == "overdue",
        "ended": str(ENDING[told.ended]) if told.ended else "",
    }


def progress(told: Complaint) -> dict[str, str]:
    """How many are answered, of how many."""
    answered = sum(bool(each.answer) for each in told.allegations)
    return {"answered": when.number(answered), "alleged": when.number(len(told.allegations))}


def answers(seen: ComplaintPage) -> list[dict[str, Any]]:
    """The allegations without their words."""
    return [
        {
            "n": n,
            "at": n - 1,
            "answer": each.answer,
            "supports": written(seen.numbers(each.supports)),
            "against": written(seen.numbers(each.against)),
        }
        for n, each in enumerate(seen.told.allegations, 1)
    ]


def fact_lines(found: Ground, seen: ComplaintPage, side: str) -> list[dict[str, Any]]:
    """The facts of one side: what, where, how found, and whether each goes into the document."""
    return [_fact(fact, seen) for fact in found.facts if fact.side == side]


def _fact(fact: Fact, seen: ComplaintPage) -> dict[str, Any]:
    lang = when.tongue()
    numbers = seen.numbers(fact.items)
    by_number = {number: seen.rows[number - 1].id for number in numbers}
    return {
        "code": fact.code,
        "what": ground_words.sentence(fact, lang),
        "how": ground_words.how(fact, lang),
        "stated": fact.stated,
        "exhibits": [(number, by_number[number]) for number in numbers[:12]],
        "more": when.number(len(numbers) - 12) if len(numbers) > 12 else "",
        "places": when.number(len(fact.spans)) if fact.spans else "",
        "on": fact.code not in seen.told.left_out,
    }


def twin_lines(found: Ground, seen: ComplaintPage, same: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Other letters with passages of this one; with the passages themselves where they were asked for."""
    return [_twin(twin, seen, same) for twin in found.twins]


def _twin(twin: Twin, seen: ComplaintPage, same: Mapping[str, Any]) -> dict[str, Any]:
    numbers = seen.numbers([twin.item])
    return {
        "id": twin.item,
        "number": numbers[0] if numbers else 0,
        "day": when.day(twin.day),
        "percent": when.percent(twin.percent / 100),
        "passages": when.number(len(twin.passages)),
        "nearly": twin.nearly,
        "same": same.get(twin.item, ()),
    }
