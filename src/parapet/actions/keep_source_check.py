"""Keep what a check of a message's source came to: its leaf, and what was learned, sealed to that leaf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, field

from parapet.domain.source import Method, Result, SourceCheck
from parapet.evidence.keys import Locker
from parapet.evidence.source_check import KIND, source_body, source_bytes
from parapet.records import models
from parapet.records.bulk import insert, stored_times
from parapet.records.chain import Event
from parapet.records.naming import source_check_context
from parapet.records.numbers import public

_COLUMNS = ("version_id", "method", "result", "at", "log_index", "sealed", "waits", "next_try_at", "tries")


@define
class Checked:
    """A check of one version, on its way into the records. `said` is what was learned, as bytes."""

    version: int
    item: int
    advocate: int
    ordinal: int
    key: Locker
    check: SourceCheck
    at: datetime
    said: bytes = field(init=False)

    @said.default
    def _said(self) -> bytes:
        return source_bytes(self.check, item_id=public("itm", self.item), version=self.ordinal, at=self.at)

    @property
    def waits(self) -> bool:
        """True when a key, or the signature itself, must be asked for."""
        return self.check.result is Result.UNCHECKED


def source_event(one: Checked) -> Event:
    """The leaf of a check."""
    body = source_body(one.check, one.said, item_id=public("itm", one.item), version=one.ordinal, at=one.at)
    return Event(KIND, one.at, body, one.key, advocate=one.advocate, item=one.item)


def insert_checks(checked: Sequence[Checked], indexes: Iterable[int]) -> list[int]:
    """Write the rows of checks whose leaves are at `indexes`; returns the versions that wait for a mail server's key."""
    rows, stored = [], stored_times()
    for one, index in zip(checked, indexes, strict=True):
        at = stored(one.at)
        sealed = one.key.lock(one.said, about=source_check_context(one.version, index))
        due = at if one.waits else None
        rows.append((one.version, str(one.check.method), str(one.check.result), at, index, sealed, one.waits, due, 0))
    insert(models.SourceCheck, _COLUMNS, rows)
    return [one.version for one in checked if one.waits and one.check.method is Method.DKIM]
