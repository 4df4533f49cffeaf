"""The first person of a home."""

from __future__ import annotations

from django.db import transaction

from parapet.actions.enrol_advocates import allow
from parapet.records import models

#: Who signs in the log of a home that was made without `parapet init --name`.
NAMELESS = {"en": "The owner of this home", "fr-ca": "Responsable de ce Parapet"}


def owner(name: str = "", *, language: str = "en") -> models.Person:
    """The first person of this home, made when there is none. She may see what is aimed at nobody we know."""
    person = models.Person.objects.order_by("number").first()
    if person is not None:
        return person
    with transaction.atomic():
        models.LogHead.objects.select_for_update().get(number=1)
        person = models.Person.objects.named(name.strip() or NAMELESS.get(language, NAMELESS["en"]), language=language)
        allow(person, models.Advocate.objects.get(number=models.Advocate.UNMATCHED), "unmatched")
    return person
