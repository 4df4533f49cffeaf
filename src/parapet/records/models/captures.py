"""Pages that somebody asked to have kept, or looked at again."""

from __future__ import annotations

from django.db import models

from parapet.records.models.intake import Intake, IntakeFile
from parapet.records.models.items import Item
from parapet.records.numbers import new_number


class Capture(models.Model):
    """One look at one page. Its address is sealed with the file's row; here are numbers and codes only.

    item      whose page is looked at again; none for a first look
    state     "waiting", "running", "done", "refused"
    outcome   how the page stands, or why there is nothing to keep
    attempts  how often it was begun: a page that ends the worker is given up
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    intake = models.ForeignKey(Intake, models.CASCADE)
    file = models.OneToOneField(IntakeFile, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE, null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="waiting")
    outcome = models.CharField(max_length=24, default="")
    attempts = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="capture_waits")]
