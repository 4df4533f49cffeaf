"""Whether what people said in the program's place is still what the log tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from parapet.access.judgements import KIND, corrections_of
from parapet.domain.errors import SealBroken
from parapet.evidence.keys import Locker
from parapet.records import models
from parapet.records.numbers import public


def broken_corrections(keys: Mapping[int, Locker | None]) -> Iterator[tuple[str, str]]:
    """A fault ("correction" and the item's name) for each item of `keys` (item to its key, None where that was destroyed)
    of which people did not say what the log tells of."""
    held = models.Correction.objects.filter(version__item__in=keys).values_list("version__item", flat=True)
    told = models.LogEntry.objects.filter(item_number__in=keys, kind=KIND, person_number__isnull=False)
    for item in models.Item.objects.filter(number__in={*held, *told.values_list("item_number", flat=True)}):
        key = keys[item.number]
        try:
            if key is not None:
                corrections_of(item, key)
        except SealBroken:
            yield "correction", public("itm", item.number)
