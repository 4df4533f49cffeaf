"""Writing into the log that a witness has seen another one, and that a person knows why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.contradictions import REASONS, contradictions, mark_of
from parapet.access.people import advocate_for
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import ACKNOWLEDGE_KIND, CONTRADICTION_KIND, event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.clock import EVERY_CASE
from parapet.records.lasting import home_locker
from parapet.records.numbers import public


def note_contradiction(witness: str, trouble: str, *, size: int, held: int, now: datetime) -> bool:
    """Have the log itself tell that `witness` (a verifier key) refused it; False when it tells so already.

    One that nobody has looked into stands for all of its kind that follow. After that, another log that has grown since is a new
    one: somebody is writing it.
    """
    mark = mark_of(witness)
    with transaction.atomic():
        hold_log()
        for each in contradictions():
            if (each.witness, each.trouble) == (mark, trouble) and (not each.reason or each.held == held):
                return False
        _write(CONTRADICTION_KIND, {"witness": mark, "trouble": trouble, "size": size, "held": held}, None, now)
    return True


def may_acknowledge(person: models.Person) -> bool:
    """True for those who run this home: they see what is aimed at nobody that it knows."""
    try:
        advocate_for(person, public("adv", models.Advocate.UNMATCHED), Right.KEEP)
    except NotFound:
        return False
    return True


def acknowledge(person: models.Person, index: int, reason: str, *, now: datetime | None = None) -> None:
    """Write that `person` knows of the contradiction at `index`, and why it is so. It stays in every bag all the same.

    Raises NotFound when there is none, or she is not of those who run this home; RequestRefused for another reason than those, or
    when one was given already.
    """
    if not may_acknowledge(person):
        raise NotFound
    if reason not in REASONS:
        raise RequestRefused(_("A reason must be one of: %(reasons)s."), reasons=", ".join(REASONS))
    with transaction.atomic():
        hold_log()
        found = {each.index: each for each in contradictions()}.get(index)
        if found is None:
            raise NotFound
        if found.reason:
            raise RequestRefused(_("A reason was given for this already. It stays as it is."))
        _write(ACKNOWLEDGE_KIND, {"entry": index, "reason": reason}, person, now or datetime.now(UTC))


def _write(kind: str, details: Mapping[str, str | int], person: models.Person | None, now: datetime) -> None:
    body = event_body(kind=kind, at=now, subjects=[], actor=person.id if person else "", details=details)
    number = person.number if person else None
    home = models.Advocate.UNMATCHED
    append([Event(kind, now, body, home_locker(), advocate=home, case=EVERY_CASE, person=number)])
