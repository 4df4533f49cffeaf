"""Set after how many texts a day a pause is offered to somebody."""

from __future__ import annotations

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models

MOST = 500


def limit_reading(person: models.Person, most: int | None = None) -> None:
    """Keep her own number, 1 to 500; None offers no pause. Raises RequestRefused."""
    if most is not None and not 1 <= most <= MOST:
        raise RequestRefused(_("Choose a number from 1 to 500, or none."))
    person.reading_limit = most
    person.save(update_fields=["reading_limit"])
