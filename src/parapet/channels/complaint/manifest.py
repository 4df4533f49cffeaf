"""The channel of letters."""

from __future__ import annotations

from parapet.channels.charsets import decode_guessing
from parapet.channels.complaint.parse import parse
from parapet.channels.contract import Head, Manifest
from parapet.channels.letter import is_letter
from parapet.channels.pdf_text import looks_like_pdf


def _recognise(head: Head) -> int:
    if looks_like_pdf(head.start):
        return 70
    if b"\x00" in head.start or head.size_bytes > 1024 * 1024:
        return 0
    return 65 if is_letter(decode_guessing(head.start.removeprefix(b"\xef\xbb\xbf"))[0]) else 0


MANIFEST = Manifest("complaint", "Letter of complaint", _recognise, parse)
