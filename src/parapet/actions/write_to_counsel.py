"""Write a letter in a channel to counsel, with a file or without; erase one's own; erase all of a channel that ended.

Nothing of it is in the log, in a bag or in a document: who writes what to counsel, and how often, is theirs alone.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.counsel import file_context, held_channel, letter_context
from parapet.access.counsel_rows import channel_locker
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.numbers import number_of

MAX_LETTER_CHARS, MAX_LETTERS = 20_000, 2_000
MAX_FILE_BYTES = 10 * 1024 * 1024
_MAX_FILE_NAME = 120


def write_to_counsel(person: models.Person, channel_id: str, text: str, *, file: tuple[str, bytes] | None = None) -> None:
    """By either of the two, present with her own key. `file`: its name, and its bytes as they are.

    Raises NotFound, KeyClosed, KeyWrong, RequestRefused.
    """
    words = text.encode("utf-8", "replace").decode().replace("\0", "").replace("\r\n", "\n").strip()
    with transaction.atomic():
        hold_log()  # one after another: each letter has its place
        channel = held_channel(person, channel_id, live=True)
        if not channel.is_open:
            raise NotFound("There is nothing here.")
        locker, name, body = channel_locker(channel, person.number), "", b""
        if file is not None:
            name, body = _tidy(file[0]), file[1]
        _check(words, body, there=models.CounselLetter.objects.filter(channel=channel.row).count(), with_file=file is not None)
        last = (
            models.CounselLetter.objects.filter(channel=channel.row).order_by("-nth").values_list("nth", flat=True).first() or 0
        )
        row = models.CounselLetter(channel=channel.row, person=person, nth=last + 1)
        said = {"at": datetime.now(UTC).isoformat(), "text": words, "file": name, "size_bytes": len(body)}
        row.sealed = locker.lock(json.dumps(said).encode(), about=letter_context(row))
        row.sealed_file = locker.lock(body, about=file_context(row)) if file is not None else b""
        row.save()


def erase_letter(person: models.Person, channel_id: str, letter_id: str) -> None:
    """Erase one of her own, at once and for good; that there was one stays. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        channel = held_channel(person, channel_id)
        rows = models.CounselLetter.objects.filter(channel=channel.row, person=person, number=number_of("ltr", letter_id) or 0)
        if not rows.exclude(sealed=b"").update(sealed=b"", sealed_file=b""):
            raise NotFound("There is nothing here.")
        promise_scrub()
    scrub_soon()


def erase_channel(person: models.Person, channel_id: str) -> None:
    """Erase all that is written in a channel that ended, and its key: by the advocate. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        channel = held_channel(person, channel_id)
        row = channel.row
        if person.number != row.person_id or channel.end is None or not channel.is_open:
            raise NotFound("There is nothing here.")
        letters = models.CounselLetter.objects.filter(channel=row)
        letters.update(sealed=b"", sealed_file=b"")  # by itself first: a deleted row may linger
        letters.delete()
        row.wrapped_key = b""
        row.save(update_fields=["wrapped_key"])
        promise_scrub()
    scrub_soon()


def _check(words: str, body: bytes, *, there: int, with_file: bool) -> None:
    """Raise RequestRefused for an empty letter, and for what is too large."""
    if (not words and not with_file) or len(words) > MAX_LETTER_CHARS:
        raise RequestRefused(_("Write between 1 and %(most)s characters."), most=MAX_LETTER_CHARS)
    if len(body) > MAX_FILE_BYTES:
        raise RequestRefused(_("This file is too large: at most %(most)s MB."), most=MAX_FILE_BYTES // (1024 * 1024))
    if there >= MAX_LETTERS:
        raise RequestRefused(_("This channel is full. End it, and open another one."))


def _tidy(name: str) -> str:
    bare = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode()
    return "".join(c for c in bare if c.isprintable())[:_MAX_FILE_NAME] or "file"
