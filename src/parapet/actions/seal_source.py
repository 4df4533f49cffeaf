"""Seal a whole file once, whatever is found in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction

from parapet.evidence.keys import Locker, new_key
from parapet.evidence.seal import event_body
from parapet.evidence.vault import Slot
from parapet.records import models
from parapet.records.chain import Event, append
from parapet.records.keyring import keyring, vault
from parapet.records.numbers import new_number, public


def seal_source(stream: BinaryIO, *, sha256: str) -> models.Source:
    """The source of these bytes: the one that is there, or a new one sealed from `stream` (positioned at 0).

    sha256  of the whole content, 64 hex digits: the caller has read the file once to know it
    """
    digest = keyring().digest("source", sha256)
    held = models.Source.objects.filter(digest=digest).first()
    if held is not None:
        return held
    number, key, now = new_number(), new_key(), datetime.now(UTC)
    sealed = vault().seal_stream(stream, key=key, about=_context(number))
    body = event_body(
        kind="source",
        at=now,
        subjects=[public("src", number)],
        actor="",
        details={"sha256": sealed.sha256, "size_bytes": sealed.size_bytes},
    )
    try:
        with transaction.atomic():
            [index] = append([Event("source", now, body, Locker(key))])
            return models.Source.objects.create(
                number=number,
                digest=digest,
                wrapped_key=keyring().wrap(key, about=_context(number)),
                pack=sealed.slot.pack,
                offset=sealed.slot.offset,
                length=sealed.slot.length,
                size_bytes=sealed.size_bytes,
                sealed_at=now,
                log_index=index,
            )
    except IntegrityError:  # another process sealed the same bytes in the meantime; ours stay unreferenced
        return models.Source.objects.get(digest=digest)


def open_source(source: models.Source) -> BinaryIO:
    """The sealed file, opened for reading; every chunk is checked as it is read."""
    key = keyring().unwrap(bytes(source.wrapped_key), about=_context(source.number))
    return vault().open_stream(Slot(source.pack, source.offset, source.length), key=key, about=_context(source.number))


def _context(number: int) -> bytes:
    return f"source:{number}".encode()
