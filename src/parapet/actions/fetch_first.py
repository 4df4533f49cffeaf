"""Before an account is shut out, what it sent is fetched once more: a block may hide it from her, and from whoever watches for her.

What came is kept as everything that is watched, with whatever its platform signs.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from parapet.actions import watch
from parapet.domain.errors import ParapetError
from parapet.records.models import Connection

#: Of one fetching, so many batches; what is more waits for whoever watches.
MAX_BATCHES = 50


def is_fetched(connection: int, since: datetime) -> bool:
    """True when this connection was read to its end after `since`; it is read now where nobody watches it."""
    row = Connection.objects.filter(number=connection).first()
    if row is None:
        return False
    if row.asked_at is not None and row.asked_at >= since:
        return True
    return row.state != "paused" and _read(row)


def _read(row: Connection) -> bool:
    holder, now = f"first {secrets.token_hex(8)}", datetime.now(UTC)
    free = Q(held_until=None) | Q(held_until__lt=now)
    lease = {"holder": holder, "held_until": now + timedelta(seconds=watch.LEASE_S)}
    if not Connection.objects.filter(free, number=row.number, changed=row.changed).exclude(state="paused").update(**lease):
        return False  # whoever watches it reads it within seconds
    due = watch.Due(row.number, row.changed)
    try:
        line = watch.open_line(due)
        try:
            return any(not watch.take_next(due, line) for _ in range(MAX_BATCHES))
        finally:
            line.close()
    except (watch.Over, ParapetError):
        return False
    finally:
        watch.let_go(holder, due)
