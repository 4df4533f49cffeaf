"""A message in the parts that are judged on their own: its own words, not the quoted ones, a few sentences at a time."""

from __future__ import annotations

import re

from attrs import frozen

#: A part holds whole sentences up to about this many characters, and never more than twice as many.
PART_CHARS = 280
#: The model reads at most this many parts of a very long text: the first, the last, and those whose words weigh most. Rules read all.
MAX_MODEL_PARTS = 64

_QUOTED_LINE = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
#: A stop is looked for once for a whole run of signs: tried anew from each of them, a million full stops would take hours.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'»”)\]]*+\s+|\n\s*\n|\n")


@frozen
class Part:
    """`text[start:end]` of the original."""

    start: int
    end: int


def own_words(text: str) -> list[Part]:
    """The stretches that the sender wrote; lines that quote others ("> ...") and everything when nothing else is there."""
    if ">" not in text:
        return [Part(0, len(text))]
    found: list[Part] = []
    at = 0
    for match in _QUOTED_LINE.finditer(text):
        if text[at : match.start()].strip():
            found.append(Part(at, match.start()))
        at = match.end()
    if text[at:].strip():
        found.append(Part(at, len(text)))
    return found or [Part(0, len(text))]


def parts(text: str) -> list[Part]:
    """Whole sentences packed into parts of about PART_CHARS characters, in order."""
    found: list[Part] = []
    for stretch in own_words(text):
        if stretch.end - stretch.start <= PART_CHARS:
            found.append(stretch)
        else:
            found.extend(_pack(text, stretch))
    return found


def _pack(text: str, stretch: Part) -> list[Part]:
    found: list[Part] = []
    start = end = stretch.start
    for stop in [m.end() for m in _STOP.finditer(text, stretch.start, stretch.end)] + [stretch.end]:
        if stop - start > PART_CHARS and end > start:
            found.append(Part(start, end))
            start = end
        end = stop
        while end - start > 2 * PART_CHARS:
            cut = _space_before(text, start + 2 * PART_CHARS)
            found.append(Part(start, cut))
            start = cut
    if end > start:
        found.append(Part(start, end))
    return found


def _space_before(text: str, at: int) -> int:
    cut = text.rfind(" ", at - 60, at)
    return cut + 1 if cut > 0 else at


def quoted_lines(text: str) -> list[Part]:
    """The lines left out by `own_words`, for those who must know what is quoted. At most the first thousand."""
    own = own_words(text)
    if own == [Part(0, len(text))]:
        return []
    return [Part(m.start(), m.end()) for _, m in zip(range(1_000), _QUOTED_LINE.finditer(text), strict=False)]
