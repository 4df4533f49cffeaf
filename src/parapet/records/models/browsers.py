"""Browsers that hand in what a person keeps: each by a token of its own."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class Browser(models.Model):
    """One browser of a person, that hands in captures for an advocate; or a code that is offered to one.

    digest      keyed, of the code while it is offered, then of the token; both with the row's number, person and advocate, so
                that whoever can write the table cannot give a token of her own to somebody else
    expires_at  until when the code counts; None once the browser has its token
    used_at     when it last handed something in; taken: how often, all in all
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    person = models.ForeignKey(Person, models.CASCADE)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    digest = models.BinaryField(max_length=32)
    sealed_name = models.BinaryField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    taken = models.IntegerField(default=0)

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("brw", self.number)
