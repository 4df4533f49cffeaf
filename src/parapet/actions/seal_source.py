"""Seal a whole file once, whatever is found in it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction

from parapet.evidence.keys import Coder, Locker, derive, new_key
from parapet.evidence.seal import event_body
from parapet.evidence.vault import Slot
from parapet.records import models
from parapet.records.chain import Event, append, leaf_context
from parapet.records.keyring import keyring, vault
from parapet.records.numbers import new_number, public
from parapet.records.source_keys import source_context, source_key


def seal_source(stream: BinaryIO) -> tuple[models.Source, str]:
    """The source of the bytes in `stream` (seekable), one that is there or a new one, and what leaves say of it (`mark_of`).

    It is read twice, to tell whether it is there before anything is written. Should it grow in between, what counts is
    what was sealed: that is what the digest says, and what is parsed (`open_source`).
    """
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed's BinaryIO lacks readinto
    # One that was erased has another digest: its bytes, when they come again, are a source of their own.
    held = models.Source.objects.filter(digest=_digest(sha256)).first()
    if held is not None:
        return held, _mark(held, sha256)
    stream.seek(0)
    number, key, now = new_number(), new_key(), datetime.now(UTC)
    sealed = vault().seal_stream(stream, key=key, about=source_context(number))
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
            source = models.Source.objects.create(
                number=number,
                digest=_digest(sealed.sha256),
                wrapped_key=keyring().wrap(key, about=source_context(number)),
                pack=sealed.slot.pack,
                offset=sealed.slot.offset,
                length=sealed.slot.length,
                size_bytes=sealed.size_bytes,
                sealed_at=now,
                log_index=index,
            )
    except IntegrityError:  # the same bytes are there already, from another process; ours stay unreferenced
        source = models.Source.objects.get(digest=_digest(sealed.sha256))
    return source, _mark(source, sealed.sha256)


def mark_of(source: models.Source) -> str:
    """What the leaves of all that lay in a sealed file say of it: alike for all of them, and no digest by which to guess at it."""
    entry = models.LogEntry.objects.get(index=source.log_index)
    body = json.loads(Locker(_key(source)).unlock(bytes(entry.sealed_leaf), about=leaf_context(entry.index)))
    return _mark(source, str(body["details"]["sha256"]))


def _mark(source: models.Source, sha256: str) -> str:
    return Coder(derive(_key(source), "source mark")).digest(sha256.encode()).hex()


def open_source(source: models.Source) -> BinaryIO:
    """The sealed file, opened for reading; every chunk is checked as it is read."""
    key = _key(source)
    return vault().open_stream(Slot(source.pack, source.offset, source.length), key=key, about=source_context(source.number))


def _key(source: models.Source) -> bytes:
    return source_key(source.number, bytes(source.wrapped_key))


def _digest(sha256: str) -> bytes:
    return keyring().digest_once("source", sha256)
