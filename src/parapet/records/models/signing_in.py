"""By what people prove who they are."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Person
from parapet.records.numbers import new_number


class SignIn(models.Model):
    """All by which one person signs in, sealed as one: `records/signing_in.py` reads and writes it.

    As one, so that nobody without the key can take a second factor away and leave the passphrase. `name_digest` finds it
    by the name that somebody types.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    name_digest = models.BinaryField(max_length=32, null=True, unique=True)
    sealed = models.BinaryField()


class InstitutionAccount(models.Model):
    """That an account at an institution is a person's: found by a keyed digest of issuer and subject, and believed by its seal."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.CASCADE)
    sealed = models.BinaryField()


class Guesses(models.Model):
    """How often a name, an address or a person's code was tried of late. A name that nobody has is counted alike."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    tried = models.IntegerField(default=0)  # in this round
    rounds = models.IntegerField(default=0)  # those before it that were used up, one after another
    ends = models.DateTimeField()
