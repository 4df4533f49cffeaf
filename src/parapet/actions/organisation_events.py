"""Entries of the log about organisations and who belongs to them. They hold codes: no name. The organisation stands where a case would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append
from parapet.records.lasting import home_locker
from parapet.records.models import Advocate, Person
from parapet.records.numbers import public


def log_organisation(
    kind: str,
    organisation: int,
    details: Mapping[str, str],
    *,
    by: Person | None,
    now: datetime,
    about: Person | None = None,
) -> int:
    """Write that something happened to the organisation of this number, or to `about` in it; the index of the leaf. Inside a transaction.

    by  who did it; None for whoever keeps the home
    """
    subjects = [public("org", organisation), *([about.id] if about is not None else [])]
    body = event_body(kind=kind, at=now, subjects=subjects, actor=by.id if by is not None else "", details=details)
    number = about.number if about is not None else None
    [index] = append([Event(kind, now, body, home_locker(), advocate=Advocate.UNMATCHED, case=organisation, person=number)])
    return index
