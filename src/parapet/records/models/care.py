"""What an advocate writes down for herself alone."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number


class CheckIn(models.Model):
    """A line and a mood of one day, or a reply that was not sent. Seen by `person` alone, and gone when she says so.

    The log does not tell of it: it is no evidence, and the log never forgets.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    sealed = models.BinaryField()  # under her key: when, mood, line
