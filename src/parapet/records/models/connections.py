"""Channels that are watched: where the words arrive, and how far each was read."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate
from parapet.records.numbers import new_number, public


class Connection(models.Model):
    """One account of an advocate that is watched. What signs in there, and how far it was read, is sealed.

    state    "new" until it was asked once, "well", "failing" while it is asked again later, "paused" by a person
    fault    the code of the error that it ended with last, "" when it went well
    next_at  not before then is it asked again
    holder   the worker that watches it, until `held_until` or that worker's end
    renewing_until  until then somebody is having new words that open it, and nobody else may: they are good once
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    channel = models.CharField(max_length=24)
    sealed_told = models.BinaryField()
    sealed_cursor = models.BinaryField()
    state = models.CharField(max_length=8, default="new")
    fault = models.CharField(max_length=40, default="")
    failures = models.IntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when it last went well
    came_at = models.DateTimeField(null=True)  # when something last came
    taken = models.IntegerField(default=0)  # deliveries, all in all
    too_large = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)  # grows when a person changes it: whoever watches it begins anew
    holder = models.CharField(max_length=40, default="")
    held_until = models.DateTimeField(null=True)
    renewing_until = models.DateTimeField(null=True)

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("con", self.number)
