"""Cases: items gathered for somebody who can act."""

from __future__ import annotations

from django.db import models

from parapet.records.models.items import Item
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class Case(models.Model):
    """A case of one advocate. Its state follows from its events in the log; the column is their sum."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    wrapped_key = models.BinaryField()
    sealed_title = models.BinaryField()
    state = models.CharField(max_length=8, default="open")
    opened_at = models.DateTimeField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("cas", self.number)


class CaseItem(models.Model):
    """An item in a case. Taken out, it keeps its row."""

    case = models.ForeignKey(Case, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "item"], name="case_item_once")]


class Note(models.Model):
    """What a person wrote in a case. Its leaf, at `log_index`, says who and when, and holds the digest of the words.

    A note without its leaf's number was there before there were such numbers, and its leaf was not found.
    """

    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(null=True)
    sealed_text = models.BinaryField()


class Handover(models.Model):
    """What a person said of reporting a case to somebody, or giving it to them. Its leaf holds the codes, and the digest of the words."""

    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    sealed_words = models.BinaryField()
