"""What was erased and comes in again is not taken in, and the file that brought it is erased once it has been read."""

from __future__ import annotations

from collections.abc import Sequence

from parapet.actions.arrivals import Incoming
from parapet.records import models
from parapet.records.tombstones import any_stones, found, mark


def erased_before(incoming: Sequence[Incoming]) -> list[Incoming]:
    """Those of `incoming` that were erased under the same name with the same content, for the same advocate.

    One that tells nobody it is aimed at stays out when it was erased for anybody.
    """
    if not any_stones():
        return []
    marks = {id(one): [mark(name, one.content) for name in one.names] for one in incoming}
    stones = found({each for several in marks.values() for each in several})
    return [one for one in incoming if any(_is_for(one, stones.get(each, set())) for each in marks[id(one)])]


def mark_sources(erased: Sequence[Incoming]) -> None:
    """Note that these files hold what was erased. In the transaction of the batch, so that a crash does not forget it."""
    sources = {one.arrival.source for one in erased}
    if sources:
        models.Source.objects.filter(number__in=sources).exclude(pack="").update(holds_erased=True)


def _is_for(one: Incoming, advocates: set[int]) -> bool:
    return one.advocate in advocates or (bool(advocates) and one.advocate == models.Advocate.UNMATCHED)
