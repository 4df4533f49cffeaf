"""Keep what was said by phone or in person, as whoever heard it wrote it down."""

from __future__ import annotations

import io
from datetime import datetime

from parapet.access.people import advocate_for
from parapet.actions.address_book import AddressBook
from parapet.actions.arrivals import Arrival
from parapet.actions.close_sources import close_read
from parapet.actions.receive import receive
from parapet.actions.seal_source import seal_source
from parapet.channels.spoken.parse import make
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.parsed import Found, Place
from parapet.domain.rights import Right
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.naming import names_of
from parapet.records.profiles import profile_of


def record_spoken(
    person: models.Person,
    advocate_id: str,
    *,
    said_by: str,
    relation: str,
    heard_by: str,
    words: str,
    at: datetime | None,
    where: str,
    how: str,
) -> str:
    """Seal the form and receive its item for this advocate; returns the item's public name.

    The form itself, as canonical JSON, is the original. Raises NotFound, RequestRefused without words.
    """
    advocate = advocate_for(person, advocate_id, Right.ANNOTATE)
    try:
        item, raw = make(profile_of(advocate).name, said_by, relation, heard_by or person.name, words, at, where, how)
    except ValueError as error:
        raise RequestRefused(_("Write down what was said, and a time with its zone.")) from error
    source, mark = seal_source(io.BytesIO(raw))
    found = Found(item, raw, Place(length=len(raw)), "application/json")
    receive([Arrival(found, source.number, mark, advocate.number)], AddressBook.load())
    close_read([source.number])
    name = keyring().digest("uri", next(iter(names_of(item))))
    return models.ItemName.objects.select_related("item").get(digest=name, advocate=advocate).item.id
