"""What witnesses held against the log of this home: that they have seen another. The log itself keeps it, and who knows why."""

from __future__ import annotations

import hashlib
from datetime import datetime

from attrs import evolve, frozen

from parapet.domain.errors import LogBroken
from parapet.evidence.seal import ACKNOWLEDGE_KIND, CONTRADICTION_KIND
from parapet.records import models
from parapet.records.clock import EVERY_CASE
from parapet.records.lasting import home_locker, told

#: Why a witness may have seen another log, as a person says.
REASONS = ("restored", "copied", "witness", "other")


@frozen
class Contradiction:
    """One refusal, in the log at `index`.

    witness   SHA-256 of its verifier key; "" when the entry cannot be read
    trouble   "fork" (it holds another history) or "rollback" (it holds a longer log)
    size      of the log that it refused; `held`: of the one that it holds
    reason    one of `REASONS`, once a person gave it: `who`, at `known_at`; "" before
    """

    index: int
    at: datetime
    witness: str
    trouble: str
    size: int
    held: int
    reason: str = ""
    who: str = ""
    known_at: datetime | None = None


def contradictions() -> list[Contradiction]:
    """All of them, the oldest first. They are never taken out: a reason that is given stands beside them."""
    entries = models.LogEntry.objects.filter(case_number=EVERY_CASE, kind__in=(CONTRADICTION_KIND, ACKNOWLEDGE_KIND))
    rows = list(entries.order_by("index"))
    if not rows:
        return []
    locker, found = home_locker(), dict[int, Contradiction]()
    for row in rows:
        try:
            details = told(row.index, bytes(row.leaf_hash), bytes(row.sealed_leaf), locker)["details"]
        except LogBroken:  # shown as one that nobody has looked into; `parapet check` names the entry
            details = {}
        if row.kind == CONTRADICTION_KIND:
            trouble, witness = str(details.get("trouble", "fork")), str(details.get("witness", ""))
            found[row.index] = Contradiction(
                row.index, row.at, witness, trouble, int(details.get("size", 0)), int(details.get("held", 0))
            )
        elif (known := found.get(int(details.get("entry", -1)))) is not None:
            person = models.Person.objects.filter(number=row.person_number or 0).first()
            found[known.index] = evolve(known, reason=str(details["reason"]), who=person.name if person else "", known_at=row.at)
    return list(found.values())


def mark_of(key: str) -> str:
    """How such entries name a witness."""
    return hashlib.sha256(key.encode()).hexdigest()
