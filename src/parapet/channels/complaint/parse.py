"""A letter that came as plain text or as a PDF. Those that come by mail are met by the channel of mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from parapet.channels import letter
from parapet.channels.charsets import decode
from parapet.channels.contract import About
from parapet.channels.pdf_text import MAX_PDF_BYTES, has_objects, looks_like_pdf, read_pdf
from parapet.channels.text import line
from parapet.domain.items import Flag
from parapet.domain.parsed import Found, Parsed, Place, Reason, Refused

#: A typed letter is a few kilobytes.
MAX_TEXT_BYTES = 1024 * 1024


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One item for the one letter of the file."""
    raw = source.read(MAX_PDF_BYTES + 1)
    is_pdf = looks_like_pdf(raw[:1024])
    most = MAX_PDF_BYTES if is_pdf else MAX_TEXT_BYTES
    if len(raw) > most:
        yield Refused(Reason.TOO_LARGE, Place(length=source.seek(0, 2)), f"more than {most} bytes")
        return
    place = Place(length=len(raw))
    names = _names(about.name)
    digest = hashlib.sha256(raw).hexdigest()
    if not is_pdf:
        text, flags = decode(raw.removeprefix(b"\xef\xbb\xbf"), "")
        if not text.strip():
            yield Refused(Reason.EMPTY, place)
            return
        # UTF-8 is what nearly every file is in; only another reading is a guess.
        flags -= {Flag.GUESSED_CHARSET} if _is_utf8(raw) else frozenset()
        yield Found(letter.item(text, flags=flags, aliases=names, raw_digest=digest), raw, place, "text/plain")
        return
    if not has_objects(raw):
        yield Refused(Reason.BAD_SYNTAX, place, "nothing follows the signature of a PDF")
        return
    read = read_pdf(raw)
    marks = set() if read.sound else {Flag.MALFORMED}
    if not read.text.strip():
        marks.add(Flag.NO_TEXT_LAYER)
    yield Found(letter.item(read.text, flags=frozenset(marks), aliases=names, raw_digest=digest), raw, place, "application/pdf")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _names(name: str) -> tuple[str, ...]:
    """The file's name, with and without what follows the last dot: how a college's file number often comes."""
    name, _ = line(name, 255)
    stem = name.rpartition(".")[0]
    return tuple(dict.fromkeys(word for word in (name, stem) if word))
