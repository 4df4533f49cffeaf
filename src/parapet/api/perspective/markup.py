"""A comment as its reader reads it, and the way back to what was sent, in UTF-16 code units as Perspective counted."""

from __future__ import annotations

import html as entities
import re

from attrs import frozen

_MARK = re.compile(
    r"<!--.*?-->|<(?:script|style)\b[^<>]*>.*?</(?:script|style)\s*>|</?[A-Za-z][^<>]*>|&#?[0-9A-Za-z]{1,32};",
    re.DOTALL | re.IGNORECASE,
)
#: Tags within a word; any other parts words.
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|font|i|ins|mark|s|small|span|strong|sub|sup|u|wbr)\b", re.IGNORECASE)


@frozen
class Read:
    """text  what is judged; `starts` gives for each of its characters, and for its end, where it began in `sent`; None when nowhere else"""

    sent: str
    text: str
    starts: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """`text[start:end]` in UTF-16 code units of what was sent."""
        if self.starts is not None:
            start, end = self.starts[start], self.starts[end]
        return utf16_units(self.sent[:start]), utf16_units(self.sent[:end])


def as_read(sent: str, *, html: bool) -> Read:
    """Without tags and with its entities read, when it is HTML. Linear in its length."""
    if not html or ("<" not in sent and "&" not in sent):
        return Read(sent, sent, None)
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    for mark in _MARK.finditer(sent):
        new = _reading(mark[0])
        pieces += (sent[at : mark.start()], new)
        starts += (*range(at, mark.start()), *[mark.start()] * len(new))
        at = mark.end()
    pieces.append(sent[at:])
    starts += range(at, len(sent) + 1)
    return Read(sent, "".join(pieces), tuple(starts))


def _reading(mark: str) -> str:
    if mark.startswith("&"):
        return entities.unescape(mark)
    return "" if _INLINE.match(mark) else " "


def utf16_units(text: str) -> int:
    """Its length as JavaScript, Java and Google count."""
    return len(text) if text.isascii() else len(text) + sum(c > "\uffff" for c in text)
