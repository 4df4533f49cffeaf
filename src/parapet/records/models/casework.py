"""Who is on a message, and what people agreed to do about a case."""

from __future__ import annotations

from django.db import models

from parapet.records.models.cases import Case
from parapet.records.models.items import Item
from parapet.records.models.people import Person
from parapet.records.numbers import new_number


class Turn(models.Model):
    """One message in somebody's hands, until `until`. After that it is anybody's again, and the row is written over by the next.

    No entry of the log tells of a turn: it is a place at a table, and decides nothing. That a message is done is an entry.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE)
    taken_at = models.DateTimeField()
    until = models.DateTimeField()
    given_by = models.BigIntegerField(null=True)  # the number of who handed it over
    back = models.BooleanField(default=False)  # she gave it back, and is not given it again


class CaseStep(models.Model):
    """One thing that a person decided about a case. Its leaf, at `log_index`, holds codes, and the digest of the words."""

    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    sealed_words = models.BinaryField()


class Due(models.Model):
    """A task of a case, so that what is due is found without opening every case: the sum of its steps."""

    task = models.BigIntegerField(primary_key=True)  # the `log_index` of the step that set it
    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    due_on = models.DateField(null=True)
    ended = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=models.Q(ended=False), name="due_open")]


class PrivateNote(models.Model):
    """What a person wrote about a case for herself alone, and erases when she likes. The log does not tell of it."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    sealed = models.BinaryField()  # under the case's key: when, and the words
