"""Files that were taken in: each sealed once, each delivery remembered, each refusal with its place."""

from __future__ import annotations

from django.db import models

from parapet.records.models.connections import Connection
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class Source(models.Model):
    """A whole file as it came, sealed in the vault under its own key. The same bytes are one source.

    Once it is erased, key, digest and place say nothing any more: an empty `pack` tells. `holds_erased`: something in it
    was erased before it came in again, so it is erased itself as soon as it has been read.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)  # keyed
    wrapped_key = models.BinaryField()
    pack = models.CharField(max_length=40)
    offset = models.BigIntegerField()
    length = models.BigIntegerField()
    size_bytes = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    log_index = models.BigIntegerField()
    holds_erased = models.BooleanField(default=False)


class Intake(models.Model):
    """One import. Once ended, `found == new + already + lost_items` with `lost_items` among the refusals.

    again    what was sealed before is read again: `missing` messages that an earlier reading found in it, this one did not
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    advocate = models.ForeignKey(Advocate, models.SET_NULL, null=True)
    connection = models.ForeignKey(Connection, models.SET_NULL, null=True)  # what came over it in one day
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="waiting")  # waiting, running, done, failed
    files_total = models.IntegerField(default=0)
    files_done = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    versions = models.IntegerField(default=0)
    already = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    own = models.IntegerField(default=0)
    unmatched = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    again = models.BooleanField(default=False)
    missing = models.IntegerField(default=0)

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("int", self.number)


class IntakeFile(models.Model):
    """One delivery of one file. Its path is the person's own, but may hold names: sealed (`records/delivered.py`).

    advocate    in whose folder it lay, where only the person who delivered it could tell
    channel     by which it came, where that was known: it is read as that, whatever it looks like
    superseded  it was read again since, to the end: what that reading left counts, and no longer what this one did
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    intake = models.ForeignKey(Intake, models.CASCADE)
    source = models.ForeignKey(Source, models.SET_NULL, null=True)
    advocate = models.ForeignKey(Advocate, models.SET_NULL, null=True)
    sealed_path = models.BinaryField()
    ended = models.BooleanField(default=False)
    channel = models.CharField(max_length=24, default="")
    superseded = models.BooleanField(default=False)


class IntakeRefusal(models.Model):
    """One part of the input that could not be taken."""

    intake = models.ForeignKey(Intake, models.CASCADE)
    file = models.ForeignKey(IntakeFile, models.SET_NULL, null=True)
    reason = models.CharField(max_length=24)
    sealed_place = models.BinaryField()
