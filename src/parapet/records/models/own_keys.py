"""Keys of each person's own, and the keys of closed material as they were wrapped for people."""

from __future__ import annotations

from django.db import models

from parapet.records.models.people import Advocate, Person


class OwnKey(models.Model):
    """A person's own key: its public half, and the key itself under her passphrase and under her recovery sheet."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    public = models.BinaryField(max_length=32)
    by_passphrase = models.BinaryField()  # a line as of a key file (`evidence/keyfile.py`)
    by_sheet = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)


class KeyShare(models.Model):
    """The key of a closed advocate in a box for one person, and the signature of who let her in.

    `sealed` is empty once she was sent away, until a new key is made for what comes later.
    """

    advocate = models.ForeignKey(Advocate, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    generation = models.IntegerField()
    public = models.BinaryField(max_length=32)  # for which it was made, and which is signed
    sealed = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advocate", "person"], name="key_share_once")]


class EarlierKey(models.Model):
    """An earlier key of a closed advocate, wrapped under the next one."""

    advocate = models.ForeignKey(Advocate, models.CASCADE)
    generation = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advocate", "generation"], name="earlier_key_once")]
