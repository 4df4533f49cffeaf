"""Whether a text names somebody: as a name, whatever its accents and titles, and not inside of other words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from parapet.patterns.aimed_at import fold

TITLES = frozenset({"dr", "dre", "drs", "docteur", "docteure", "doctor", "prof", "professor", "professeur", "professeure"})
#: After a name, as good as a title before it.
AFTER = frozenset({"md", "frcpc", "frcsc", "ccfp", "phd", "mbbs"})
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
MAX_CHARS = 200_000
#: So many words may stand between a first name and a surname: further names and initials.
_BETWEEN = 4


@frozen
class Named:
    """One name: its first word and its last, and all of them; folded, without titles."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> Named:
        """From a name as people write it: "Dr. Jane Q. Doe-Roe, MD"."""
        words = [fold(word) for word in _WORD.findall(name)]
        return cls(tuple(word for word in words if word not in TITLES and word not in AFTER))

    def is_in(self, text: str) -> bool:
        """True for "Jane Doe", "Dr. Doe", "J. Doe", "J. Q. Doe", "Doe, Jane" and "Doe MD"; a surname alone is anybody's."""
        return _is_in(self.words, text[:MAX_CHARS])


def _is_in(words: tuple[str, ...], text: str) -> bool:
    if not words:
        return False
    found = [(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(text)]
    for at, (_start, end, word) in enumerate(found):
        if word.removesuffix("'s").removesuffix("’s") == words[-1] and _is_called(words, text, found, at, end):
            return True
    return False


def _is_called(words: tuple[str, ...], text: str, found: Sequence[tuple[int, int, str]], at: int, end: int) -> bool:
    first = words[0]
    before = at - 1
    while before >= 0 and at - before <= _BETWEEN and (found[before][2] in words[:-1] or len(found[before][2]) == 1):
        before -= 1
    run = [found[n][2] for n in range(before + 1, at)]
    if len(words) > 1 and run and (first in run or first[0] == run[0]):
        return True
    if before >= 0 and found[before][2] in TITLES:
        return True
    if at + 1 >= len(found):
        return False
    after_start, _after_end, after = found[at + 1]
    between = text[end:after_start]
    return after in AFTER or (len(words) > 1 and after == first and between.strip() == ",")


def names_found(names: Sequence[str], text: str) -> tuple[str, ...]:
    """Which of `names` the text holds."""
    return tuple(name for name in names if Named.of(name).is_in(text))
