"""Tokens to numbers: hashed words, letters and concepts.

Three groups, each a set of bucket numbers: `words` (one to three in a row), `letters` (three to five bytes in a row), `concepts` (what words
stand for, one to three in a row with other words left out, so that "I will certainly kill all of you" and "je vais te tuer" meet). Hashes
are our own integer arithmetic: the same on every machine, for ever.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parapet.triage.words import Token, vocabulary

Buckets = NDArray[np.int64]

#: log2 of the number of buckets of each group; part of the artefact's format.
BITS = {"words": 18, "letters": 18, "concepts": 16}
GROUPS = tuple(BITS)

_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_M3 = np.uint64(0x165667B19E3779F9)
_SHIFT = np.uint64(29)
_MAX_CHARS = 2_000

_word_hashes: dict[str, int] = {}
_MAX_CACHED = 200_000


def buckets(tokens: Sequence[Token], marks: Sequence[str] = ()) -> tuple[Buckets, Buckets, Buckets]:
    """The features of one part of a text: sorted, unique bucket numbers of each group.

    marks  what is known besides the words: "channel:review", "stars:1"
    """
    words = [t.word for t in tokens]
    hashes = np.fromiter((_hash(w) for w in words), np.uint64, len(words))
    extra = np.fromiter((_hash("\x00" + m) for m in marks), np.uint64, len(marks))
    concepts = _concepts(words, marks)
    return (
        _fold(_runs(hashes, 3), extra, BITS["words"]),
        _fold(_letters(" " + " ".join(words)[:_MAX_CHARS] + " "), extra[:0], BITS["letters"]),
        _fold(_runs(concepts, 3), extra, BITS["concepts"]),
    )


def _hash(word: str) -> int:
    known = _word_hashes.get(word)
    if known is None:
        raw = word.encode("utf-8", "surrogatepass")
        known = zlib.crc32(raw) | (zlib.adler32(raw) << 32)
        if len(_word_hashes) < _MAX_CACHED:
            _word_hashes[word] = known
    return known


def _concepts(words: Sequence[str], marks: Sequence[str]) -> NDArray[np.uint64]:
    """A run of concepts: the first meaning of each word that has one, then (apart) the other meanings."""
    of = vocabulary().of
    run = [n for w in words for n in of.get(w, ())]
    return np.array(run, np.uint64) + np.uint64(1)


def _runs(items: NDArray[np.uint64], longest: int) -> NDArray[np.uint64]:
    """Hashes of every run of one to `longest` neighbours."""
    grown = _mix(items)
    found = [grown]
    for n in range(2, longest + 1):
        if len(items) < n:
            break
        grown = _mix(grown[:-1] * _M2 + items[n - 1 :])
        found.append(grown)
    return np.concatenate(found)


def _letters(text: str) -> NDArray[np.uint64]:
    raw = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8).astype(np.uint64)
    found = []
    if len(raw) < 5:
        return np.empty(0, np.uint64)
    run = raw[:-2] * np.uint64(0x1000193) + raw[1:-1]
    run = run * np.uint64(0x1000193) + raw[2:]
    found.append(_mix(run))
    run = run[:-1] * np.uint64(0x1000193) + raw[3:]
    found.append(_mix(run))
    run = run[:-1] * np.uint64(0x1000193) + raw[4:]
    found.append(_mix(run))
    return np.concatenate(found)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = values * _M1
    mixed = (mixed ^ (mixed >> _SHIFT)) * _M3
    return mixed ^ (mixed >> np.uint64(32))


def _fold(hashes: NDArray[np.uint64], extra: NDArray[np.uint64], bits: int) -> Buckets:
    if len(extra):
        hashes = np.concatenate((hashes, _mix(extra)))
    found = np.sort((hashes >> np.uint64(64 - bits)).astype(np.int64))
    if len(found) > 1:
        found = found[np.concatenate(([True], found[1:] != found[:-1]))]
    return found
