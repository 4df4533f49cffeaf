"""What the forms of the complaint desk send, made into values. What is no day and no code is told in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import evolve, field, frozen
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.domain.complaints import ENDINGS, FIELDS, MAX_ALLEGATIONS, RELATIONS, Allegation, Complaint
from parapet.domain.regulators import BODIES, COLLEGE, REGULATORS, answer_due

#: What the form of the facts asks in words.
OF_FACTS = ("addressee", "reference", "complainant", "parties", "relation")
_MOST_NUMBERS = 40


@frozen
class Facts:
    """The form of the facts: what it makes, what was typed, and what is wrong by the name of a field."""

    told: Complaint
    typed: Mapping[str, str] = field(factory=dict)
    errors: Mapping[str, str] = field(factory=dict)


def facts(post: QueryDict, stands: Complaint) -> Facts:
    """`stands` with what was sent. Without a day for the answer it is the one that the place's rule gives."""
    errors: dict[str, str] = {}
    typed = {name: post.get(name, "") for name in (*OF_FACTS, "body", "received", "due", "relates", "ended")}
    words = {**stands.words, **{name: typed[name].replace("\0", "").strip() for name in OF_FACTS}}
    for name in OF_FACTS:
        if len(words[name]) > FIELDS[name]:
            errors[name] = _("Make this shorter: at most %(most)s characters.") % {"most": FIELDS[name]}
    body, _sep, place = typed["body"].partition(":")
    if body not in BODIES or (body == COLLEGE) != (place in REGULATORS):
        errors["body"] = _("Choose from the list.")
        body, place = stands.body, stands.place
    today = timezone.localdate()
    received = _day(typed["received"], "received", errors)
    if received is None or not today - timedelta(days=3_600) <= received <= today:
        errors.setdefault("received", _("Choose the day on which it reached you, until today."))
    due = _day(typed["due"], "due", errors) if typed["due"] else None
    if received is not None and due is not None and not received <= due <= received + timedelta(days=3_650):
        errors["due"] = _("The answer is due on a day after it reached you.")
    told = evolve(
        stands,
        body=body,
        place=place,
        received=received or stands.received,
        due=due,
        relation=typed["relates"] if typed["relates"] in RELATIONS else "",
        ended=typed["ended"] if typed["ended"] in ENDINGS else "",
        words=words,
    )
    if told.due is None and "propose" in post and not errors:
        told = evolve(told, due=proposed_due(told))
    return Facts(told, typed, errors)


def proposed_due(told: Complaint, *, stated_days: int | None = None) -> date | None:
    """By the letter's own number of days, else by the rule of the place; None where nothing says so."""
    if stated_days is not None:
        return told.received + timedelta(days=stated_days)
    regulator = REGULATORS.get(told.place)
    return answer_due(regulator, told.received) if regulator else None


def _day(written: str, name: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        errors[name] = _("Write a day, such as 2027-01-31.")
        return None


@frozen
class Alleged:
    """The form of the allegations: what it makes, and which exhibit numbers are none."""

    allegations: tuple[Allegation, ...]
    wrong: tuple[str, ...] = ()


def alleged(post: QueryDict, exhibits: Sequence[str]) -> Alleged:
    """In the order in which they were sent; what is left empty is dropped. `exhibits`: public names, the first is number 1."""
    made: list[Allegation] = []
    wrong: list[str] = []
    for n in range(2 * MAX_ALLEGATIONS):  # too many are refused, none is dropped in silence
        text = post.get(f"text-{n}", "").strip()
        if not text:
            continue
        made.append(
            Allegation(
                text,
                post.get(f"answer-{n}", ""),
                _names(post.get(f"supports-{n}", ""), exhibits, wrong),
                _names(post.get(f"against-{n}", ""), exhibits, wrong),
            )
        )
    return Alleged(tuple(made), tuple(dict.fromkeys(wrong)))


def _names(written: str, exhibits: Sequence[str], wrong: list[str]) -> tuple[str, ...]:
    """ "1, 3-5" as the names of these exhibits."""
    found: dict[str, None] = {}
    for part in re.split(r"[,;\s]+", written.replace("–", "-").strip())[:_MOST_NUMBERS]:
        if not part:
            continue
        hit = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        first, last = (int(hit.group(1)), int(hit.group(2) or hit.group(1))) if hit else (0, 0)
        if not 1 <= first <= last <= len(exhibits):
            wrong.append(part[:20])
            continue
        found |= dict.fromkeys(exhibits[first - 1 : last])
    return tuple(found)


def written(numbers: Sequence[int]) -> str:
    """Exhibit numbers as people write them: "1, 3–5"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in parts)
