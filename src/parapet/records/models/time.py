"""What time authorities attested of the log, and how asking them goes."""

from __future__ import annotations

from django.db import models


class TimeToken(models.Model):
    """A token that holds, over the text of the checkpoint of `size`: its bytes as they came.

    disagrees  the authority's time and ours at `at` lie further apart than clocks should: kept, and told, and put in no bag
    """

    size = models.BigIntegerField()
    authority = models.CharField(max_length=40)
    token = models.BinaryField()
    gen_time = models.DateTimeField()
    at = models.DateTimeField()
    disagrees = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "size"], name="token_once")]


class TimeAsked(models.Model):
    """How asking one authority went: when last, how often in vain since it last answered well, and why."""

    authority = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    why = models.CharField(max_length=40, default="")
