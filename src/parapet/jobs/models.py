"""Work that was promised: written in the transaction that made it necessary, crossed off when it is done."""

from __future__ import annotations

import secrets
import time
from typing import ClassVar

from django.db import models

#: Crockford's base 32: no letter that can be read as another.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 26


def new_id() -> str:
    """26 characters: 10 for the millisecond, 16 at random, so that ids sort by time and cannot be guessed."""
    return _written(secrets.randbits(80))


def last_id_of_now() -> str:
    """The greatest id that this millisecond can give: every id made before sorts before it or is it."""
    return _written((1 << 80) - 1)


def _written(tail: int) -> str:
    number = (time.time_ns() // 1_000_000) << 80 | tail
    return "".join(_DIGITS[(number >> shift) & 31] for shift in range(125, -1, -5))


class OutboxEntry(models.Model):
    """One piece of work. This table, not the engine's, is the truth about what remains to be done.

    root_id       the entry that led to this one, through any number of handlers; its own id at the beginning of a chain
    payload       ids and numbers, never text
    urgent        goes before all that is not, however long that has waited
    claimed_at    when it was last handed to the engine; NULL while it waits here
    attempts      tries that have failed
    failed_code   the error's code once nothing more will be tried; "" until then
    last_code     the code of the latest failure, also while it will be tried again
    next_try_at   not to be handed over before
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    root_id = models.CharField(max_length=ID_LENGTH)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failed_code = models.CharField(max_length=80, default="")
    last_code = models.CharField(max_length=80, default="")
    next_try_at = models.DateTimeField()

    class Meta:
        db_table = "outbox"
        indexes: ClassVar = [
            # Open entries only: the index stays as small as the backlog, however long the history.
            models.Index(
                fields=["urgent", "next_try_at", "id"],
                name="outbox_open",
                condition=models.Q(done_at__isnull=True, failed_code=""),
            ),
            models.Index(fields=["id"], name="outbox_failed", condition=~models.Q(failed_code="")),
            models.Index(fields=["done_at"], name="outbox_done", condition=models.Q(done_at__isnull=False)),
        ]

    @property
    def workflow_id(self) -> str:
        """The engine's id for the coming try. The same for everyone who hands it over, so that it runs once."""
        return self.id if self.attempts == 0 else f"{self.id}-{self.attempts}"
