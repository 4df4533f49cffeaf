"""Alerts: how people are reached, who is called for whom, and what became of each alert."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from parapet.records.models.emergencies import EmergencyRequest
from parapet.records.models.items import Item
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class Reach(models.Model):
    """How one person is reached: her ways and her quiet hours, sealed under the home's key."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    sealed = models.BinaryField()


class OnCallList(models.Model):
    """Who is called for an advocate, in which order, and what she is called in alerts: sealed under her key.

    at_home  under the home's instead, for her material is closed, and people are called while nobody is there
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.OneToOneField(Advocate, models.CASCADE)
    sealed = models.BinaryField()
    at_home = models.BooleanField(default=False)


class Alert(models.Model):
    """That something of an advocate's needs a person. What became of it is the sum of its events; the row never changes.

    urgency    as `Urgency`: what joins an alert is at most as urgent
    emergency  the request to be let in of which it tells, and of no message; `step` is then "ask" or "agree"
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    urgency = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    emergency = models.ForeignKey(EmergencyRequest, models.CASCADE, null=True)
    step = models.CharField(max_length=8, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["advocate", "opened_at"], name="alert_newest")]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("alr", self.number)


class AlertItem(models.Model):
    """That a version of an item is why there is an alert. It goes with the item, when that is erased."""

    alert = models.ForeignKey(Alert, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE)
    version = models.BigIntegerField()
    urgency = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "urgency", "alert"], name="alerted_once")]


class AlertEvent(models.Model):
    """One thing that happened to an alert. Rows are added, and never changed.

    what    "called", "claimed", "sent", "failed", "undelivered", "nobody", "unanswered", "taken", "ended"
    turn    which call it belongs to, from 0; -1 for what belongs to none
    person  whom it concerns, by number
    way     by which of her ways, by number
    code    why not, as a code; of a call, how many ways there are
    """

    alert = models.ForeignKey(Alert, models.CASCADE)
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    turn = models.SmallIntegerField(default=-1)
    person = models.BigIntegerField(null=True)
    way = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40, default="")
