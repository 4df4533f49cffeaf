"""Digests: what each person wants to hear from time to time, and what was sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from parapet.records.models.people import Person
from parapet.records.numbers import new_number


class DigestPlan(models.Model):
    """How often somebody wants a digest, sealed under the home's key. There is no row for who wants none.

    due_at  when the next one is: a time, and nothing more, so that a worker need not open every plan to find those that are due
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    sealed = models.BinaryField()
    due_at = models.DateTimeField(db_index=True)


class Digest(models.Model):
    """One digest, over what came in after `since` up to `until`. Of one person and one `until` there is one.

    claimed_at  it is about to be handed to the mail server; a process that dies then leaves its promise open, and the next one sends
    ended_at    nothing more will be done; `code` says what came of it: "sent", "nothing", "no_longer", or why not
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    person = models.ForeignKey(Person, models.CASCADE)
    since = models.DateTimeField()
    until = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "until"], name="digest_once")]
