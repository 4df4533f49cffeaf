"""Supporters: whom an advocate asked to stand by her, what she asks for, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from parapet.records.models.cases import Case
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class Supporter(models.Model):
    """That a person was asked to be a supporter of an advocate. The row alone gives nothing (`access/support_rows.py`).

    wrapped_key  by the home: a supporter is there while nobody is who could open what is hers
    begun        the place in the log of the entry that asked; what is sealed opens beside no other
    through      the number of the organisation through which it was asked, and with which it ends
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    through = models.BigIntegerField(null=True)
    begun = models.BigIntegerField()
    wrapped_key = models.BinaryField()
    sealed_vetting = models.BinaryField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("sup", self.number)


class SupportCall(models.Model):
    """A call for support. What it asks, and how it stands, is the sum of its steps; the row never changes.

    case  the case from which it was made, for her timeline; supporters learn nothing of it
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    case = models.ForeignKey(Case, models.SET_NULL, null=True)
    begun = models.BigIntegerField()
    made_at = models.DateTimeField()
    wrapped_key = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["advocate", "-made_at"], name="support_call_newest")]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("cal", self.number)


class SupportAsked(models.Model):
    """By which a supporter finds the calls that ask for him. It gives nothing: the sealed list of the call is what is believed."""

    call = models.ForeignKey(SupportCall, models.CASCADE)
    supporter = models.ForeignKey(Supporter, models.CASCADE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "supporter"], name="support_asked_once")]


class SupportStep(models.Model):
    """One thing that happened to a call. Its leaf, at `log_index`, holds codes, and the digest of the words."""

    call = models.ForeignKey(SupportCall, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    sealed_words = models.BinaryField()


class SupportNotice(models.Model):
    """What came of telling a supporter of a call, or that it was stopped: numbers and codes. Rows are added, and never changed.

    log_index  the entry that is told of
    person     who is told, by number; `way` by which of his ways
    what       "sent", "failed", "undelivered"
    """

    call = models.ForeignKey(SupportCall, models.CASCADE)
    log_index = models.BigIntegerField(db_index=True)
    person = models.BigIntegerField()
    way = models.BigIntegerField()
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    code = models.CharField(max_length=40, default="")
