"""The bytes of a message in every way in which somebody may find words in them: to search what is to be withheld.

Pure, and in time that grows with the length only: a stranger chose every byte. Documents and pictures are not opened.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import quopri
import re
from collections.abc import Iterator
from typing import Any

from parapet.channels.contract import packed_texts
from parapet.channels.mail_headers import decoded
from parapet.channels.mime import Part, read_message

#: Of an attachment, in bytes, in which words are looked for as they stand.
_MOST_ATTACHED = 1_000_000
_MAIL = "message/rfc822"


def readings(raw: bytes, media_type: str) -> Iterator[str]:
    """`raw`, of `media_type` as its leaf says it, as texts."""
    if (packed := packed_texts(raw, media_type)) is not None:
        yield from _unpacked(packed)
        return
    for encoding in ("utf-8", "utf-16", "latin-1"):
        yield raw.decode(encoding, "replace")
    text = raw.decode("utf-8", "replace")
    yield _untagged(text)
    if raw[:1] in (b"{", b"["):
        with contextlib.suppress(ValueError, RecursionError):
            yield "\n".join(_strings(json.loads(text)))
    if media_type.startswith(_MAIL):
        yield from _parts(_unwrapped(raw, media_type))


def _unpacked(packed: Iterator[str]) -> Iterator[str]:
    """Texts that lay packed in a file, in every way in which they may be read."""
    for text in packed:
        yield text
        yield _untagged(text)
        yield quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")  # as MHTML has it
        if text[:1] in ("{", "["):
            with contextlib.suppress(ValueError, RecursionError):
                yield "\n".join(_strings(json.loads(text)))


def _unwrapped(raw: bytes, media_type: str) -> bytes:
    """A mail that lay coded in another, as its type tells."""
    if "base64" in media_type:
        with contextlib.suppress(ValueError):
            return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", raw))
    return quopri.decodestring(raw) if ";" in media_type else raw


def _untagged(text: str) -> str:
    """Without what stands between < and >, as a browser shows it. By hand: a search would begin anew at every <."""
    kept, at = [], 0
    while (begin := text.find("<", at)) >= 0 and (end := text.find(">", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + 1
    kept.append(text[at:])
    return html.unescape("".join(kept))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.items() if isinstance(value, dict) else value:
            yield from _strings(list(each) if isinstance(each, tuple) else each)


def _parts(raw: bytes) -> Iterator[str]:
    waiting: list[Part] = [read_message(raw)]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.children)
        yield "\n".join([part.name, *(f"{name}: {decoded(value)[0]}" for name, value in part.headers.fields)])
        if part.children:
            continue
        content = part.content()
        if part.media_type.startswith("text/") or len(content) <= _MOST_ATTACHED:
            for charset in dict.fromkeys((part.charset or "utf-8", "utf-8", "utf-16", "latin-1")):
                with contextlib.suppress(LookupError, ValueError):  # a charset that nobody knows
                    text = content.decode(charset, "replace")
                    yield text
                    yield _untagged(text)
