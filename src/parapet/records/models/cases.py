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


class Referral(models.Model):
    """A case offered to an officer. What goes is in `sealed_terms`, which opens only beside the places in the log of its row
    (`access/referral_rows.py`); the row alone gives nothing.

    begun      the place of the leaf that offered it; `log_index` of the one that says what goes now, later when more was added
    accepted   the place of the leaf by which the officer took it; null while it is only offered
    ended      the place of the leaf that ended it; `sealed_words` is what the officer said then
    through    the number of the organisation through which it was offered; what is sealed opens beside no other
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    begun = models.BigIntegerField()
    log_index = models.BigIntegerField()
    accepted = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    through = models.BigIntegerField(null=True)
    sealed_terms = models.BinaryField()
    sealed_words = models.BinaryField(default=b"")

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("ref", self.number)
