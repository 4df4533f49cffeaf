"""What somebody chose for a brief, as its form sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve, field, frozen
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access.briefs import proposed
from parapet.access.case_work import CaseWork, Task
from parapet.access.views import Row
from parapet.domain.safety import FIELDS, MAX_ASKS, MAX_LISTED, MAX_QUOTED, OF_HER_DAY, PLAN, READERS, SECURITY, Asked
from parapet.web import when

QUOTE, NUMBER = "quote", "number"
BY_PROGRAM, BY_HAND = "program", "hand"
#: A plan is looked at again so many days later, unless she says otherwise.
REVIEW_DAYS = 28


@frozen
class Filled:
    """The form: what it asks for, what stands in it, and what is wrong by the name of a field.

    pick  `BY_PROGRAM` or `BY_HAND`, with what she chose for each message then
    told  of her day, what she ticked
    """

    asked: Asked
    typed: Mapping[str, str]
    pick: str = BY_PROGRAM
    chosen: Mapping[str, str] = field(factory=dict)
    told: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(factory=dict)
    review: str = ""


def open_plan(work: CaseWork) -> list[Task]:
    """What a brief can ask for."""
    return [task for task in work.tasks if task.code in PLAN and not task.ended]


def fresh(rows: Sequence[Row], work: CaseWork) -> Filled:
    """As it is first shown: what she wrote the last time stands in it again, and nothing of her day is ticked."""
    last: dict[str, Any] = next((each.words.get("said", {}) for each in work.briefs), {})
    quoted, listed = proposed(rows)
    asks = tuple(task.entry for task in open_plan(work))[:MAX_ASKS]
    asked = Asked(SECURITY, when.tongue(), quoted, listed, accounts=True, asks=asks)
    review = timezone.localdate() + timedelta(days=REVIEW_DAYS)
    return Filled(asked, dict(last), review=review.isoformat())


#: What a brief can take over from her statement, by the question that she answered there. Nothing of her day: that is ticked each time.
FROM_STATEMENT = {"situation": "began", "known": "who", "stop": "stop", "occurrence": "occurrence", "officer": "officer"}


def offered(form: Filled, answers: Mapping[str, str]) -> dict[str, str]:
    """What her statement would put into fields of this form that are empty, by field. It is put there only when she says so."""
    said = {name: " ".join(answers.get(question, "").split()) for name, question in FROM_STATEMENT.items()}
    return {name: words for name, words in said.items() if words and not form.typed.get(name)}


def taken_over(form: Filled, answers: Mapping[str, str]) -> Filled:
    """The form with them. What is longer than a brief allows stands there whole, with a word of it: she shortens it, no program does."""
    words = offered(form, answers)
    long = {name: _("Make this shorter: at most %(most)s characters.") % {"most": FIELDS[name]}
            for name, said in words.items() if len(said) > FIELDS[name]}  # fmt: skip
    return evolve(form, typed={**form.typed, **words}, errors={**form.errors, **long})


def filled(post: QueryDict, rows: Sequence[Row], work: CaseWork) -> Filled:
    """As it was sent. What is not in the case, or no open task of its plan, is left out."""
    errors: dict[str, str] = {}
    typed = {name: " ".join(post.get(name, "").replace("\0", "").split()) for name in FIELDS}
    told = frozenset(name for name in OF_HER_DAY if f"tell-{name}" in post)
    said = {name: words for name, words in typed.items() if words and (name not in OF_HER_DAY or name in told)}
    for name, words in said.items():
        if len(words) > FIELDS[name]:
            errors[name] = _("Make this shorter: at most %(most)s characters.") % {"most": FIELDS[name]}
    pick = BY_HAND if post.get("pick") == BY_HAND else BY_PROGRAM
    chosen = {row.id: post.get(f"as-{row.id}", "") for row in rows}
    if pick == BY_HAND:
        quoted = tuple(row.id for row in rows if chosen[row.id] == QUOTE)
        listed = tuple(row.id for row in rows if chosen[row.id] == NUMBER)
    else:
        quoted, listed = proposed(rows)
    if len(quoted) > MAX_QUOTED or len(listed) > MAX_LISTED:
        most = {"quoted": MAX_QUOTED, "listed": MAX_LISTED}
        errors["pick"] = _("Quote at most %(quoted)s messages, and give at most %(listed)s more by number.") % most
    asks = tuple(task.entry for task in open_plan(work) if str(task.entry) in post.getlist("ask"))
    if len(asks) > MAX_ASKS:
        errors["ask"] = _("Ask for at most %(most)s things at once.") % {"most": MAX_ASKS}
    review = _review(post.get("review", ""), errors)
    reader, lang = post.get("reader", ""), post.get("lang", "")
    asked = Asked(
        reader=reader if reader in READERS else SECURITY,
        lang=lang if lang in ("en", "fr") else when.tongue(),
        quoted=quoted,
        listed=listed,
        accounts="accounts" in post,
        said=said,
        asks=asks,
        review=review,
    )
    return Filled(asked, typed, pick, chosen, told, errors, post.get("review", ""))


def _review(written: str, errors: dict[str, str]) -> date | None:
    if not written:
        return None
    try:
        on = date.fromisoformat(written)
    except ValueError:
        errors["review"] = _("Write a day, such as 2027-01-31.")
        return None
    if not timezone.localdate() <= on <= timezone.localdate() + timedelta(days=3_650):
        errors["review"] = _("Choose a day to look at it again, from today on.")
    return on


def again(post: QueryDict) -> list[tuple[str, Any]]:
    """Everything that was sent, for a form that sends it once more."""
    left_out = {"csrfmiddlewaretoken", "words", "agreed", "back", "shown"}
    return [(name, value) for name in post if name not in left_out for value in post.getlist(name)]
