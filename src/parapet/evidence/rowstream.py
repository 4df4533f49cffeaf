"""Rows of tables as bytes and back, the same for every database.

A frame is 4 bytes of length and that many bytes of MessagePack: `["table", name, columns, kinds]` begins a table,
`["rows", [[value, ...], ...]]` are some of its rows, and `["end", {table: rows}]` is the last. Kinds say what a value is:
"time" (microseconds since 1970, UTC), "truth", "json" (as text), "bytes", "plain" (numbers and text).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import msgspec
from attrs import frozen

from parapet.domain.errors import BackupBroken
from parapet.domain.errors import gettext_noop as _

KINDS = ("plain", "time", "truth", "json", "bytes")
#: No frame of ours comes near; a length beyond it is none.
_MAX_FRAME_BYTES = 1 << 30
_encode = msgspec.msgpack.Encoder().encode


@frozen
class Table:
    """A table by its database names; `kinds` has one of `KINDS` for each column."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


Batch = tuple[Table, list[list[Any]]]


class RowsAsFile(io.RawIOBase):
    """The bytes of tables, made while they are read: never more than one batch is in memory."""

    def __init__(self, tables: Iterable[tuple[Table, Iterable[Sequence[Sequence[Any]]]]]) -> None:
        super().__init__()
        self._frames = _frames(tables)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        if not self._rest:
            self._rest = memoryview(next(self._frames, b""))
        taken = min(len(view), len(self._rest))
        view[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def _frames(tables: Iterable[tuple[Table, Iterable[Sequence[Sequence[Any]]]]]) -> Iterator[bytes]:
    counts = {}
    for table, batches in tables:
        yield _frame(["table", table.name, table.columns, table.kinds])
        counts[table.name] = 0
        for rows in batches:
            counts[table.name] += len(rows)
            yield _frame(["rows", rows])
    yield _frame(["end", counts])


def _frame(value: object) -> bytes:
    packed = _encode(value)
    return len(packed).to_bytes(4, "big") + packed


def read_rows(source: BinaryIO) -> Iterator[Batch]:
    """Batches of rows with their table. Raises BackupBroken unless all that was written is there."""
    table: Table | None = None
    counts: dict[str, int] = {}
    while True:
        kind, *said = _read_frame(source)
        if kind == "table":
            name, columns, kinds = said
            table = Table(name, tuple(columns), tuple(kinds))
            counts[name] = 0
        elif kind == "rows" and table is not None:
            counts[table.name] += len(said[0])
            yield table, said[0]
        elif kind == "end" and said == [counts] and not source.read(1):
            return
        else:
            raise _broken()


def _read_frame(source: BinaryIO) -> list[Any]:
    head = source.read(4)
    length = int.from_bytes(head, "big")
    if len(head) != 4 or not length or length > _MAX_FRAME_BYTES:
        raise _broken()
    packed = source.read(length)
    if len(packed) != length:
        raise _broken()
    frame: list[Any] = msgspec.msgpack.decode(packed, type=list)
    return frame


def _broken() -> BackupBroken:
    return BackupBroken(_("The rows in the backup are not of the form that this Parapet reads."))
