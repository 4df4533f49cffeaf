"""The Merkle log: one row a leaf, one row for the head, one a signed checkpoint."""

from __future__ import annotations

from django.db import models


class LogEntry(models.Model):
    """One leaf. What it says is sealed; its hash, kind and time are in the open, and tell nothing of a message."""

    index = models.BigIntegerField(primary_key=True)
    leaf_hash = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    advocate_number = models.BigIntegerField(null=True)
    item_number = models.BigIntegerField(null=True, db_index=True)
    case_number = models.BigIntegerField(null=True, db_index=True)
    person_number = models.BigIntegerField(null=True)
    sealed_leaf = models.BinaryField()

    class Meta:
        # Who looked at what, for the rows of a list: without it each row costs a page of leaves to read through.
        # Which grants were taken back, which every page asks.
        indexes = [
            models.Index(fields=["person_number", "item_number"], condition=models.Q(kind="view"), name="log_views"),
            models.Index(
                fields=["person_number", "advocate_number", "index"], condition=models.Q(kind="revoke"), name="log_revokes"
            ),
            # What stands: read before anything is erased. The condition is repeated letter for letter in `records/orders.py`.
            models.Index(fields=["index"], condition=models.Q(kind__in=["hold", "release", "retention"]), name="log_orders"),
        ]


class LogHead(models.Model):
    """The one row (`number` 1) that every writer locks: size and frontier of the tree."""

    number = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")


class Checkpoint(models.Model):
    """A signed note over the tree at `size`."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    at = models.DateTimeField()
