"""Breaking the glass: whom an advocate named for an emergency, and who asked to be let in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from parapet.records.models.people import Advocate, Person
from parapet.records.numbers import new_number, public


class EmergencyPlan(models.Model):
    """Whom an advocate named. The list is sealed, and opens only beside the place in the log of the entry that tells of it
    (`access/emergency_rows.py`).

    wrapped_key  by the home: the plan counts while nobody is there who could open what is hers. It seals the list, the requests,
                 and the entries of the log about them
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.OneToOneField(Advocate, models.CASCADE)
    wrapped_key = models.BinaryField()
    sealed_people = models.BinaryField(default=b"")
    log_index = models.BigIntegerField(default=-1)


class EmergencyName(models.Model):
    """By which a person finds the plans that name her. It gives nothing: the sealed list is what is believed."""

    plan = models.ForeignKey(EmergencyPlan, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "person"], name="emergency_name_once")]


class EmergencyRequest(models.Model):
    """That somebody asked to be let in. What became of it is the sum of the log's entries about this number; the row never changes.

    begun          the place of the entry that tells of the asking
    sealed_reason  why and for how long, bound to the row, to who asked, and to that place
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    plan = models.ForeignKey(EmergencyPlan, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    begun = models.BigIntegerField()
    asked_at = models.DateTimeField()
    sealed_reason = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "asked_at"], name="emergency_newest")]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("emg", self.number)
