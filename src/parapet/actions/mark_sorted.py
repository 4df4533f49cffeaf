"""A person is done with a message, and says how it ended; or puts it among those that wait again."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.items import held
from parapet.access.queue import AGAIN, OUTCOMES
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.chain import Event, append, hold_log


def mark_sorted(person: models.Person, item_id: str, outcome: str, *, now: datetime | None = None) -> None:
    """Write how it ended (a code of OUTCOMES), and take the message out of the queue and out of her hands.

    Raises NotFound unless she may sort, RequestRefused while somebody else is on it.
    """
    _say(person, item_id, outcome, OUTCOMES, now or datetime.now(UTC))


def sort_again(person: models.Person, item_id: str, *, now: datetime | None = None) -> None:
    """Put a message that was done among those that wait. Nothing happens when it waits already. Raises as `mark_sorted`."""
    item, _key = held(person, item_id, Right.SORT, scoped=True)
    if item.sorted_at is not None:
        _say(person, item_id, AGAIN, (AGAIN,), now or datetime.now(UTC))


def _say(person: models.Person, item_id: str, outcome: str, known: tuple[str, ...], now: datetime) -> None:
    held(person, item_id, Right.SORT, scoped=True)  # who may not come in does not wait for the log's lock
    if outcome not in known:
        raise RequestRefused(_("Say how it ended."))
    with transaction.atomic():
        hold_log()
        item, key = held(person, item_id, Right.SORT, scoped=True)
        turns = models.Turn.objects.filter(item=item)
        if turns.filter(until__gt=now).exclude(person=person).exists():
            raise RequestRefused(_("Somebody else is on this message."))
        turns.delete()
        models.Item.objects.filter(number=item.number).update(sorted_at=None if outcome == AGAIN else now)
        body = event_body(kind="sorted", at=now, subjects=[item.id], actor=person.id, details={"outcome": outcome})
        append([Event("sorted", now, body, key, advocate=item.advocate_id, item=item.number, person=person.number)])
