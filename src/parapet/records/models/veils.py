"""How much each person sees of messages before she asks."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Person


class Veil(models.Model):
    """What one person chose, sealed under the home's key: which harms somebody cannot bear is nobody's to read. None: she chose nothing."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    sealed = models.BinaryField()
