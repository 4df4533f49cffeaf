"""What was learned from people's corrections."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number


class Layer(models.Model):
    """What the corrections of one advocate's messages once taught, and how its trial went.

    Which of her layers is in use, the log says (kind `learn`), not this row.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    made_at = models.DateTimeField()
    sealed = models.BinaryField()  # under her key: the layer, what it learned from, the figures of its trial


class LearningTrial(models.Model):
    """The newest trial of learning for an advocate that somebody asked for on the page. Numbers and codes only.

    done, total  texts judged so far, and to judge
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.OneToOneField(Advocate, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting")  # waiting, running, done, failed
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
