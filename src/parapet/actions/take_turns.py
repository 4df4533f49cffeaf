"""A person takes messages from the shared queue: each is hers for a while, and nobody else is given it.

One statement takes them. On PostgreSQL what another is just taking is passed over, and what another took a moment before is
left to her by the row's own key; on SQLite a transaction that writes is alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from parapet.access.items import held
from parapet.access.queue import GRAVEST, WAITS, room, sortable, spares, within_of
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.bulk import run, stored_time
from parapet.records.grants import Held
from parapet.records.numbers import public

#: So long a message stays with who took it; work on it begins the time anew.
LEASE = timedelta(minutes=20)
#: So many at once, at most; and so many tries, where others were quicker each time.
MOST_AT_ONCE, _TRIES = 20, 5

_TAKE = """
INSERT INTO records_turn (item_id, person_id, taken_at, until, given_by, back)
SELECT number, %s, %s, %s, NULL, FALSE FROM (
  SELECT i.number FROM records_item i WHERE i.advocate_id = %s AND {waits} AND {within} AND NOT EXISTS (
    SELECT 1 FROM records_turn t WHERE t.item_id = i.number AND (t.until > %s OR (t.back AND t.person_id = %s))
  ) ORDER BY {order} LIMIT %s {locked}
) AS free WHERE TRUE
ON CONFLICT (item_id) DO UPDATE
SET person_id = excluded.person_id, taken_at = excluded.taken_at, until = excluded.until, given_by = NULL, back = FALSE
WHERE records_turn.until <= %s
RETURNING item_id
"""
_LEFT = """
SELECT 1 FROM records_item i WHERE i.advocate_id = %s AND {waits} AND {within} AND NOT EXISTS (
  SELECT 1 FROM records_turn t WHERE t.item_id = i.number AND (t.until > %s OR (t.back AND t.person_id = %s))
) LIMIT 1
"""


def take_next(
    person: models.Person, advocate_id: str, many: int = 1, *, anyway: bool = False, now: datetime | None = None
) -> tuple[str, ...]:
    """Give her the next messages of this advocate, gravest and most urgent first; their public names, fewer where there are fewer.

    many    1 to MOST_AT_ONCE
    anyway  also past the number of texts a day that she set for herself, and while her own shield is up

    Raises NotFound unless she may sort, RequestRefused when she has had her number, or others sort for her.
    """
    now = now or datetime.now(UTC)
    grant = sortable(person, advocate_id)
    within, values = within_of(grant.scope)
    left_sql, at = _LEFT.format(waits=WAITS, within=within), stored_time(now)
    many = max(1, min(many, MOST_AT_ONCE))
    if not anyway and spares(person, grant.advocate.number):
        raise RequestRefused(_("Your shield is up: others sort for you. Nothing here needs you now."))
    left = room(person, now=now)
    if left is not None and not anyway:
        if left == 0:
            raise RequestRefused(_("You have had as many texts today as you wanted. You can stop here, or go on all the same."))
        many = min(many, left)
    taken: list[int] = []
    for _try in range(_TRIES):
        taken += _take(person.number, grant, many - len(taken), now)
        if len(taken) == many or not run(left_sql, [grant.advocate.number, *values, at, person.number]):
            break
    return tuple(public("itm", number) for number in taken)


def _take(person: int, grant: Held, many: int, now: datetime) -> list[int]:
    within, values = within_of(grant.scope)
    locked = "FOR UPDATE OF i SKIP LOCKED" if connection.vendor == "postgresql" else ""
    sql = _TAKE.format(waits=WAITS, within=within, order=GRAVEST, locked=locked)
    at, until = stored_time(now), stored_time(now + LEASE)
    with transaction.atomic():
        return [item for (item,) in run(sql, [person, at, until, grant.advocate.number, *values, at, person, many, at])]


def take_one(person: models.Person, item_id: str, *, now: datetime | None = None) -> None:
    """Let her be on this message. Raises NotFound unless she may sort, RequestRefused while somebody else is on it."""
    now = now or datetime.now(UTC)
    item, _key = held(person, item_id, Right.SORT, scoped=True)
    with transaction.atomic():
        models.Item.objects.select_for_update().filter(number=item.number).first()
        if models.Turn.objects.filter(item=item, until__gt=now).exclude(person=person).exists():
            raise RequestRefused(_("Somebody else is on this message."))
        turn = {"person": person, "taken_at": now, "until": now + LEASE, "given_by": None, "back": False}
        models.Turn.objects.update_or_create(item=item, defaults=turn)


def keep_on(person: models.Person, item_id: str, *, now: datetime | None = None) -> bool:
    """Begin the time of a message anew that she is on; False when she is not. Raises NotFound unless she may sort."""
    now = now or datetime.now(UTC)
    item, _key = held(person, item_id, Right.SORT, scoped=True)
    return models.Turn.objects.filter(item=item, person=person, until__gt=now).update(until=now + LEASE) > 0
