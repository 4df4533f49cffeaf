"""Reports to platforms: which message goes to which desk, and what became of it."""

from __future__ import annotations

from django.db import models

from parapet.records.models.items import Item
from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public

#: `domain.reporting.STANDING`, as the constraint in the database has it.
_STANDING = ("draft", "ready", "waiting", "sending", "sent", "unknown", "failed", "refused", "appealed")


class Report(models.Model):
    """One report of one message to one desk. How it stands is the sum of its steps; the columns are for lists, and hold codes alone.

    batch    those that were drafted and approved together
    next_on  the day of what is to be done next, `next_what`
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE)
    desk = models.CharField(max_length=24)
    batch = models.BigIntegerField(null=True, db_index=True)
    state = models.CharField(max_length=10, default="draft")
    way = models.CharField(max_length=8, default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="")
    outcome_at = models.DateTimeField(null=True)
    next_what = models.CharField(max_length=10, default="")
    next_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "desk"], condition=models.Q(state__in=_STANDING), name="report_stands_once")
        ]
        indexes = [
            models.Index(fields=["advocate", "-made_at"], name="report_of_advocate"),
            models.Index(fields=["advocate", "next_on"], condition=models.Q(next_on__isnull=False), name="report_next"),
        ]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("rep", self.number)


class ReportStep(models.Model):
    """One thing that happened to a report. Its leaf, at `log_index`, holds codes, and the digest of the words."""

    report = models.ForeignKey(Report, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    sealed_words = models.BinaryField()
