"""Shielded addresses, and the mail that came to them."""

from __future__ import annotations

from django.db import models

from parapet.domain.door import CAME
from parapet.records.models.connections import Connection
from parapet.records.models.intake import Source
from parapet.records.models.people import Advocate
from parapet.records.numbers import new_number, public


class ShieldedAddress(models.Model):
    """By what the door finds an address that it takes mail for: a keyed digest of it."""

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)


class DoorMail(models.Model):
    """One mail for one shielded address, as it was handed in: what becomes of it, in codes (`domain/door.py`).

    digest      of its octets and the address: by that a sender's second try is known
    why         why it is held, "" when it is not
    code        what her server said last: "smtp_550", "no_connection", "no_mail"
    tries       how often it was tried to pass it on since somebody or something decided so
    by_person   a person had it passed on
    next_at     not before then is it judged, or passed on, again; None for one that waits for nothing
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    connection = models.ForeignKey(Connection, models.SET_NULL, null=True, db_index=False)
    source = models.ForeignKey(Source, models.SET_NULL, null=True)
    digest = models.BinaryField(max_length=32, db_index=True)
    sealed_envelope = models.BinaryField()
    came_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=CAME)
    why = models.CharField(max_length=12, default="")
    code = models.CharField(max_length=20, default="")
    tries = models.IntegerField(default=0)
    by_person = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "state", "-came_at"], name="door_mail_state"),
            models.Index(fields=["advocate", "-came_at"], name="door_mail_advocate"),
            models.Index(fields=["state", "next_at"], name="door_mail_waits"),
        ]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("dml", self.number)
