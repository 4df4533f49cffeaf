"""What was erased, and what is ordered to be kept: rows that tell that something was there, and nothing of what it said."""

from __future__ import annotations

from django.db import models

from parapet.records.models.cases import Case


class Erased(models.Model):
    """An item, an advocate or a sealed file whose key was destroyed. It counts only while the leaf at `log_index` names it."""

    number = models.BigIntegerField(primary_key=True)
    what = models.CharField(max_length=8)  # item, advocate, source
    advocate_number = models.BigIntegerField(null=True, db_index=True)
    log_index = models.BigIntegerField()
    erased_at = models.DateTimeField()


class ErasedInCase(models.Model):
    """An item that was in a case when it was erased: its place there, so that the case still counts its leaves."""

    case = models.ForeignKey(Case, models.CASCADE)
    item_number = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "item_number"], name="erased_in_case_once")]


class Tombstone(models.Model):
    """A keyed digest of a name and a content that were erased: what comes in again as both is not taken in."""

    digest = models.BinaryField(max_length=32)
    advocate_number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "advocate_number"], name="tombstone_once")]


class OrderHead(models.Model):
    """The one row (`number` 1) that says how many orders the log holds. `mac` is keyed; see `records/orders.py`."""

    number = models.SmallIntegerField(primary_key=True, default=1)
    count = models.BigIntegerField(default=0)
    mac = models.BinaryField(max_length=32, default=b"")
