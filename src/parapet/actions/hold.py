"""Order that something is kept, whatever anybody or any rule wants erased; and release it again."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import frozen
from django.db import transaction

from parapet.access import items as access_items
from parapet.access.cases import held_case
from parapet.access.people import advocate_for
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.lasting import HOLD, RELEASE
from parapet.records.orders import give, orders

#: For whom it is kept. Stable codes.
REASONS = ("police", "court", "college", "employer", "other")


@frozen
class _Subject:
    advocate: int
    item: int | None = None
    case: int | None = None


def hold(person: models.Person, subject_id: str, *, reason: str) -> None:
    """Keep an item, a case or an advocate (by its public name). Held already, it stays so. Raises NotFound, RequestRefused, LogBroken."""
    _subject(person, subject_id)  # whether it is there comes first, so that a stranger learns nothing from a reason
    if reason not in REASONS:
        raise RequestRefused(_("Say for whom it is kept."))
    _order(person, subject_id, HOLD, reason)


def release(person: models.Person, subject_id: str, *, reason: str = "other") -> None:
    """End the hold. Raises NotFound, RequestRefused when there is none, LogBroken."""
    _order(person, subject_id, RELEASE, reason if reason in REASONS else "other")


def _order(person: models.Person, subject_id: str, kind: str, reason: str) -> None:
    with transaction.atomic():
        hold_log()
        subject = _subject(person, subject_id)  # under the lock: it may have been erased a moment ago
        standing = subject_id in orders().holds
        if standing and kind == HOLD:
            return
        if not standing and kind == RELEASE:
            raise RequestRefused(_("It is not on hold."))
        give(
            kind,
            subject_id,
            person=person,
            details={"reason": reason},
            now=datetime.now(UTC),
            advocate=subject.advocate,
            item=subject.item,
            case=subject.case,
        )


def _subject(person: models.Person, subject_id: str) -> _Subject:
    prefix = subject_id.partition("_")[0]
    if prefix == "itm":
        item, _key = access_items.held(person, subject_id, Right.KEEP)
        return _Subject(item.advocate_id, item=item.number)
    if prefix == "cas":
        case = held_case(person, subject_id, Right.KEEP)
        return _Subject(case.advocate_id, case=case.number)
    advocate = advocate_for(person, subject_id, Right.KEEP)
    if advocate.number == models.Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return _Subject(advocate.number)
