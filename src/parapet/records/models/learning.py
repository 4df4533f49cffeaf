"""What was learned from people's corrections."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate
from parapet.records.numbers import new_number


class Layer(models.Model):
    """What the corrections of one advocate's messages once taught, and how its trial went.

    Which of her layers is in use, the log says (kind `learn`), not this row.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    made_at = models.DateTimeField()
    sealed = models.BinaryField()  # under her key: the layer, what it learned from, the figures of its trial
