"""For the check of the home: do the names of people, and what is kept of organisations, still open?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from parapet.domain.errors import KeyWrong
from parapet.records import models, snapshot
from parapet.records.memberships import opens


def broken_people() -> Iterator[str]:
    """The public name of each person, organisation and membership whose row does not open."""
    for person in chain.from_iterable(snapshot.in_pages(models.Person.objects.all())):
        try:
            person.name  # noqa: B018 - opens it
        except (KeyWrong, ValueError):
            yield person.id
    for organisation in chain.from_iterable(snapshot.in_pages(models.Organisation.objects.all())):
        if not opens(organisation):
            yield organisation.id
    for membership in chain.from_iterable(snapshot.in_pages(models.Membership.objects.all())):
        if not opens(membership):
            yield membership.id
