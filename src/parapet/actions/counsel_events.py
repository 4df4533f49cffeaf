"""What every step of a channel to counsel has in common: its leaf, about the channel and under the key of its case.

It stands where a case would, under the number of the channel: so no bag of the case holds it, and it ends nothing else of counsel's.
The leaf has one code. What is written in the channel, and when, is in no log.
"""

from __future__ import annotations

from datetime import UTC, datetime

from parapet.access.case_cards import case_key
from parapet.access.counsel_rows import KIND
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append
from parapet.records.models import CounselChannel, Person
from parapet.records.vouching import REVOKE


def log_channel(row: CounselChannel, step: str, *, by: Person, ends: bool = False) -> int:
    """Inside a transaction that holds the log; the index of the leaf. It concerns counsel, whoever did it."""
    now, kind = datetime.now(UTC), REVOKE if ends else KIND
    details = {"role": "counsel", "step": step} if ends else {"step": step}
    body = event_body(kind=kind, at=now, subjects=[row.id, row.counsel.id], actor=by.id, details=details)
    event = Event(kind, now, body, case_key(row.case), advocate=row.case.advocate_id, case=row.number, person=row.counsel_id)
    [index] = append([event])
    return index
