"""Who uses this home, whom it protects, and who may act for whom."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from parapet.records.keyring import keyring
from parapet.records.numbers import new_number, public


class People(BaseUserManager["Person"]):
    """Makes persons; there is no password to set."""

    def named(self, name: str, *, language: str = "en", invited_by: int | None = None) -> Person:
        """A new person called `name`."""
        person = Person(language=language, invited_by=invited_by)
        person.sealed_name = keyring().lock_text(name, about=person.sealing_context)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. Her name is sealed; the row shows none.

    `is_active` shuts her out at once, but a hand in the database can set it again: to end it for good, take back her grants.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    sealed_name = models.BinaryField()
    language = models.CharField(max_length=8, default="en")
    theme = models.CharField(max_length=8, default="system")
    reading_limit = models.SmallIntegerField(null=True)  # texts a day after which a pause is offered; none when empty
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.BigIntegerField(null=True)  # the number of the advocate who made this account for her helper

    objects = People()

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS = []

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("per", self.number)

    @property
    def sealing_context(self) -> bytes:
        """What the sealed name is bound to."""
        return f"person:{self.number}".encode()

    @property
    def name(self) -> str:
        """Her name, opened."""
        return keyring().unlock_text(bytes(self.sealed_name), about=self.sealing_context)

    def __str__(self) -> str:
        return self.id


class Advocate(models.Model):
    """A protected physician. Everything about her is in `sealed_profile`; items are under `wrapped_key`.

    The row numbered 0 stands for "aimed at nobody we know": its key seals unmatched items.
    """

    UNMATCHED = 0

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    wrapped_key = models.BinaryField()
    sealed_profile = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    @property
    def id(self) -> str:
        """The public name of this row."""
        return "adv_unmatched" if self.number == self.UNMATCHED else public("adv", self.number)


class Identity(models.Model):
    """A keyed digest of one name, handle, id or address of an advocate."""

    advocate = models.ForeignKey(Advocate, models.CASCADE)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "advocate"], name="identity_once")]


class Grant(models.Model):
    """What lets a person act for an advocate. Revoked grants stay, for the record.

    The row alone gives nothing: `records/grants.py` makes `mac`, and is the one place that reads grants.
    """

    person = models.ForeignKey(Person, models.CASCADE)
    advocate = models.ForeignKey(Advocate, models.CASCADE)
    role = models.CharField(max_length=12)  # "advocate", "helper", "unmatched"
    rights = models.IntegerField(null=True)  # a mask (`domain/rights.py`); null in grants of before there were any: all
    until = models.DateTimeField(null=True)  # when it ends by itself
    scope = models.TextField(null=True)  # `Scope.code`: which part of her messages it holds for; null for all
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    log_index = models.BigIntegerField(null=True)  # of the leaf that tells of it
    through = models.BigIntegerField(null=True)  # number of the organisation through which it was given; `mac` is over it
    mac = models.BinaryField(max_length=32, default=b"")  # keyed; empty once it was taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "advocate"], condition=models.Q(revoked_at=None), name="grant_in_force_once"
            )
        ]


class LoginLink(models.Model):
    """A one-time way in. Only the digest of its token is kept; `mac` binds it to the person and to its end."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    mac = models.BinaryField(max_length=32, default=b"")
