"""What every change of a complaint has in common: its leaf with codes and digests, both parts sealed anew, and the task that has its day."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from attrs import evolve

from parapet.access.case_cards import case_key
from parapet.access.case_steps import steps_of
from parapet.access.case_work import summed
from parapet.access.complaints import KIND, letter_context, letter_key, packed, told_context
from parapet.actions.case_events import log_case_event
from parapet.actions.tasks import write_end, write_task
from parapet.domain.complaints import LEAST_REASON_CHARS, Allegation, Complaint
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.regulators import COLLEGE
from parapet.evidence.canonical import salt
from parapet.records import models

#: The kinds of tasks that have the day of an answer.
TO_COLLEGE, TO_OTHERS = "college_reply", "complaint_reply"
_FURTHEST = timedelta(days=3_660)


def tidied(told: Complaint) -> Complaint:
    """The same in clean text, without what is empty. Raises RequestRefused when something is too long or no code of ours."""
    words = {
        name: said
        for name, text in told.words.items()
        if (said := _clean(text, lines=name in ("opening", "letter", "reason", "relation")))
    }
    allegations = tuple(
        Allegation(text, _clean(each.answer, lines=True), each.supports, each.against)
        for each in told.allegations
        if (text := _clean(each.text, lines=True))
    )
    made = evolve(told, words=words, allegations=allegations)
    if not made.fits:
        raise RequestRefused(_("Something here is too long, or is not on the list. Shorten it, or choose from the list."))
    today = date.today()  # noqa: DTZ011 - a rough bound
    if not today - _FURTHEST <= made.received <= today + timedelta(days=1):
        raise RequestRefused(_("Choose the day on which it reached you, until today."))
    if made.due is not None and not made.received <= made.due <= made.received + _FURTHEST:
        raise RequestRefused(_("The answer is due on a day after it reached you."))
    reason = made.words.get("reason", "")
    if reason and len(reason) < LEAST_REASON_CHARS:
        raise RequestRefused(_("Say why in a sentence: at least %(least)s characters."), least=LEAST_REASON_CHARS)
    return made


def _clean(text: str, *, lines: bool) -> str:
    text = text.encode("utf-8", "replace").decode().replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() if lines else " ".join(text.split())


def write_complaint(
    case: models.Case, person: models.Person, number: int, told: Complaint, *, item: models.Item | None, step: str
) -> None:
    """The leaf, then the row, inside a transaction that holds the log, for whoever asked who this is.

    step  "open", "change", or the document that was made
    """
    now, key = datetime.now(UTC), case_key(case)
    parts = packed(told, of_letter=item is not None, salts=(salt(), salt()))
    row = models.Complaint(number=number, case=case, item=item)
    digests = [hashlib.sha256(part).hexdigest() for part in parts]
    details: dict[str, str | int] = {
        "step": step,
        "complaint": row.id,
        "body": told.body,
        "due": told.due.isoformat() if told.due else "",
        "sha256": digests[0],
        "letter_sha256": digests[1],
    }
    kept = {
        "case": case,
        "item": item,
        "log_index": log_case_event(case, KIND, person=person, details=details, now=now),
        "sealed_told": key.lock(parts[0], about=told_context(number)),
        "sealed_letter": (letter_key(row) or key).lock(parts[1], about=letter_context(number)),
    }
    models.Complaint.objects.update_or_create(number=number, defaults=kept)


def with_task(case: models.Case, person: models.Person, told: Complaint) -> Complaint:
    """The same with its day as a task of the case, so that it is told of wherever tasks are; done once the complaint has ended."""
    tasks = {each.entry: each for each in summed(case.id, steps_of(case, case_key(case))).tasks}
    held = tasks.get(told.task)
    kind = TO_COLLEGE if told.body == COLLEGE else TO_OTHERS
    if held is not None and not held.ended:
        if told.ended:
            write_end(case, person, held.entry, "done")
            return told
        if (held.due, held.code) == (told.due, kind):
            return told
        write_end(case, person, held.entry, "dropped")
    elif held is not None and held.due == told.due:
        return told  # she said that it is over
    if told.due is None or told.ended:
        return evolve(told, task=0)
    reference = told.words.get("reference", "")
    return evolve(told, task=write_task(case, person, kind, {"what": reference}, due=told.due))
