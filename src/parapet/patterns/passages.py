"""Which passages of one text stand in another: runs of the same words, wherever they are. Pure, and linear in the length of both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from parapet.patterns.complaints import folded

#: A passage has so many words; so many of them are neither short nor what every letter to such an office has.
LEAST_WORDS = 6
LEAST_OWN = 3
_LETTERS = 4
#: Of a passage that stands in the other text over and over, so many places are tried: what repeats a word must not take its length squared.
_MOST_PLACES = 8
#: Two letters are nearly the same when so much of the shorter stands in the other.
NEARLY = 0.5
MOST_CHARS = 60_000
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FORMULA = frozenset(
    "college physicians surgeons province registrar complaint complaints concerning formal against physician doctor dear sincerely family health team "
    "centre center hospital clinic ordre medecins chirurgiens plainte plaintes concernant medecin madame monsieur sante famille equipe hopital clinique "
    "registraire syndic about wish this that with from your have votre notre dans pour avec cette file would like souhaite deposer".split()
)

#: A word and its place.
_Word = tuple[str, int, int]


@frozen
class Passage:
    """Characters from `start` up to `end` of a text, `words` of them words."""

    start: int
    end: int
    words: int


def shared(text: str, other: str, *, least: int = LEAST_WORDS) -> tuple[Passage, ...]:
    """The passages of `text` of at least `least` words that stand in `other` word by word, in their order; none overlaps another."""
    own, theirs = _words(text), [word for word, _start, _end in _words(other)]
    bare = [word for word, _start, _end in own]
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(theirs) - least + 1):
        held = places.setdefault(tuple(theirs[at : at + least]), [])
        if len(held) < _MOST_PLACES:
            held.append(at)
    found: list[Passage] = []
    at = 0
    while at <= len(bare) - least:
        starts = places.get(tuple(bare[at : at + least]))
        if starts is None:
            at += 1
            continue
        run = own[at : at + max(_length(bare, at, theirs, start) for start in starts)]
        if len({word for word, _start, _end in run if len(word) >= _LETTERS and word not in _FORMULA}) >= LEAST_OWN:
            found.append(Passage(run[0][1], run[-1][2], len(run)))
        at += len(run)
    return tuple(found)


def _length(bare: Sequence[str], at: int, theirs: Sequence[str], start: int) -> int:
    """How many words are the same from there on."""
    n = 0
    while at + n < len(bare) and start + n < len(theirs) and bare[at + n] == theirs[start + n]:
        n += 1
    return n


def share(text: str, other: str) -> float:
    """How much of the shorter of two texts stands in the other, 0 to 1, by the words of their passages; 0 when one is empty."""
    shorter, longer = sorted((text, other), key=len)
    total = len(_words(shorter))
    return sum(passage.words for passage in shared(shorter, longer)) / total if total else 0.0


def nearly_the_same(text: str, other: str) -> bool:
    """One was made from the other, or both from one."""
    return share(text, other) >= NEARLY


def _words(text: str) -> list[_Word]:
    flat = folded(text[:MOST_CHARS])
    return [(hit.group(), hit.start(), hit.end()) for hit in _WORD.finditer(flat)]
