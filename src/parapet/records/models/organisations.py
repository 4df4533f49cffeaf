"""Organisations, and who belongs to them."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Person
from parapet.records.numbers import new_number, public


class Organisation(models.Model):
    """A hospital, a university, an association. Its name is sealed; `records/memberships.py` reads and writes it."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    sealed = models.BinaryField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("org", self.number)


class Membership(models.Model):
    """That a person belongs to an organisation, was invited to it, or belonged and has not read yet what ended.

    As what, since which entry of the log, and what she is to be told lies in `sealed`. The row alone says nothing
    (`records/memberships.py`). `standing` finds rows of one sort among many; what is sealed decides.
    """

    class Standing(models.IntegerChoices):
        """What sort of row it is: of one whom only administrators see, of one whom everybody there does, an invitation, or one that ended."""

        BELONGS = 0
        SERVES = 1
        INVITED = 2
        ENDED = 3

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    standing = models.SmallIntegerField(default=Standing.BELONGS)
    sealed = models.BinaryField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("mem", self.number)
