"""Blocks and mutes: which account is shut out from where, because of which message, and what became of it."""

from __future__ import annotations

from django.db import models

from parapet.records.models.items import Item
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public

#: `domain.blocking.STANDING`, as the constraint in the database has it.
_STANDING = (
    "draft", "ready", "waiting", "sending", "stands", "unknown", "failed", "lift_ready", "lift_waiting", "lifting", "lift_unknown", "lift_failed",
)  # fmt: skip


class Block(models.Model):
    """One account, blocked, muted or put on a list. How it stands is the sum of its steps; the columns are for lists, and hold codes alone.

    item    the message because of which: whose account it is lies sealed under that one's key
    sender  the item's: 63 bits of a keyed digest of the account
    place   code of where; `what`, "block", "mute" or "list"
    account the number of the connection by which; 0 where a person does it
    plan    those that were prepared and approved together
    next_on since which day it needs a person; null when it needs nobody
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE)
    sender = models.BigIntegerField()
    place = models.CharField(max_length=24)
    what = models.CharField(max_length=8)
    account = models.BigIntegerField(default=0)
    plan = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=12, default="draft")
    way = models.CharField(max_length=8, default="")
    made_at = models.DateTimeField()
    set_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["advocate", "sender", "place", "what", "account"],
                condition=models.Q(state__in=_STANDING),
                name="block_stands_once",
            )
        ]
        indexes = [
            models.Index(fields=["advocate", "-number"], name="block_of_advocate"),
            models.Index(fields=["advocate", "sender"], name="block_of_sender"),
            models.Index(fields=["advocate", "next_on"], condition=models.Q(next_on__isnull=False), name="block_next"),
        ]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("blk", self.number)

    @property
    def plan_id(self) -> str:
        """The public name of those that were prepared together."""
        return public("pln", self.plan)


class BlockStep(models.Model):
    """One thing that happened to a block. Its leaf, at `log_index`, holds codes, and the digest of the words."""

    block = models.ForeignKey(Block, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    sealed_words = models.BinaryField()
