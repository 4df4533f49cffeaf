"""What is kept of a shield beside the log, which alone says whether it is up."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate


class ShieldReason(models.Model):
    """Why a shield was raised, in the words of who raised it: sealed to the entry at `log_index`, which holds their digest."""

    log_index = models.BigIntegerField(primary_key=True)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    sealed = models.BinaryField()  # under her key


class ShieldNotice(models.Model):
    """What came of telling a person that a shield went up or down: numbers and codes. Rows are added, and never changed.

    log_index  the entry that is told of
    person     who is told, by number; `way` by which of her ways
    what       "sent", "failed", "undelivered"
    """

    advocate = models.ForeignKey(Advocate, models.CASCADE)
    log_index = models.BigIntegerField(db_index=True)
    person = models.BigIntegerField()
    way = models.BigIntegerField()
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    code = models.CharField(max_length=40, default="")
