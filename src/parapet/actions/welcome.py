"""The first person of a home."""

from __future__ import annotations

from django.db import transaction

from parapet.actions.allow import allow
from parapet.records import models
from parapet.records.chain import hold_log

#: Who signs in the log of a home that was made without `parapet init --name`.
NAMELESS = {"en": "The owner of this home", "fr-ca": "Responsable de ce Parapet"}


def owner(name: str = "", *, language: str = "en") -> models.Person:
    """The first person of this home, made when there is none. She may see what is aimed at nobody we know."""
    person = _first()
    if person is not None:
        return person
    with transaction.atomic():
        hold_log()
        person = _first()  # another command may have been quicker
        if person is not None:
            return person
        person = models.Person.objects.named(name.strip() or NAMELESS.get(language, NAMELESS["en"]), language=language)
        allow(person, models.Advocate.objects.get(number=models.Advocate.UNMATCHED), "unmatched")
    return person


def _first() -> models.Person | None:
    return models.Person.objects.order_by("number").first()
