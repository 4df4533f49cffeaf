"""Complaints to a college, an employer or a hospital, as they are worked on."""

from __future__ import annotations

from django.db import models

from parapet.records.models.cases import Case
from parapet.records.models.items import Item
from parapet.records.numbers import new_number, public


class Complaint(models.Model):
    """One complaint of a case, as it stands; the leaf at `log_index` says who left it so, and holds the digests of both parts.

    item          the letter; None when there is none, or it was erased
    sealed_told   what people wrote and chose, under the case's key
    sealed_letter what is alleged, in the letter's words: under the letter's key, so that erasing the letter takes it along
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    case = models.ForeignKey(Case, models.CASCADE)
    item = models.ForeignKey(Item, models.SET_NULL, null=True)
    log_index = models.BigIntegerField(unique=True)
    sealed_told = models.BinaryField()
    sealed_letter = models.BinaryField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("cpl", self.number)
