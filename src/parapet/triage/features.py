"""Tokens to numbers: hashed words, letters and concepts.

Three groups, each a set of bucket numbers: `words` (one to three in a row), `letters` (three to five bytes in a row), `concepts` (what words
stand for, one to three in a row with other words left out, so that "I will certainly kill all of you" and "je vais te tuer" meet). Hashes
are our own integer arithmetic: the same on every machine, for ever.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence, Sized
from itertools import chain, pairwise, repeat

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from parapet.triage.words import Tokens, vocabulary

Buckets = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Counts = NDArray[np.int64]

#: log2 of the number of buckets of each group; part of the artefact's format.
BITS = {"words": 18, "letters": 18, "concepts": 16}
GROUPS = tuple(BITS)
#: `buckets_of_many` takes no more at once: the number of a part and its bucket share 32 bits.
MAX_PARTS = 1 << (32 - max(BITS.values()))

_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_M3 = np.uint64(0x165667B19E3779F9)
_LETTER = np.uint64(0x1000193)
_SHIFT = np.uint64(29)
_HALF = np.uint64(32)
_MAX_CHARS = 2_000
#: What is shorter, with a space at either end, has no letters in a row.
_LEAST_BYTES = 5
_MAX_REMEMBERED = 200_000


class _WordHashes(dict[str, int]):
    """64 bits for each word; those of the first words met are remembered."""

    def __missing__(self, word: str) -> int:
        raw = word.encode("utf-8", "surrogatepass")
        found = zlib.crc32(raw) | (zlib.adler32(raw) << 32)
        if len(self) < _MAX_REMEMBERED:
            self[word] = found
        return found


_word_hashes = _WordHashes()


@frozen(eq=False)
class Rows:
    """One group of features of many parts.

    found   (n,) bucket numbers, part after part, those of a part sorted and unique
    counts  (n_parts,) how many each part has
    """

    found: Buckets
    counts: Counts


def buckets(tokens: Tokens, marks: Sequence[str] = ()) -> tuple[Buckets, Buckets, Buckets]:
    """The features of one part of a text: sorted, unique bucket numbers of each group.

    marks  what is known besides the words: "channel:review", "stars:1"
    """
    words = tokens.words
    extra = _marked(marks)
    return (
        _fold([*_runs(_hashed(words)), extra], BITS["words"]),
        _fold(_letters(_spelt(words)), BITS["letters"]),
        _fold([*_runs(_numbered(_meanings(words))), extra], BITS["concepts"]),
    )


def buckets_of_many(parts: Sequence[tuple[Tokens, Sequence[str]]]) -> tuple[Rows, Rows, Rows]:
    """What `buckets` says of the tokens and marks of each part, worked out for all of them together: many times as quick.

    Raises ValueError for more than MAX_PARTS.
    """
    if len(parts) > MAX_PARTS:
        raise ValueError(f"{len(parts)} parts at once")
    words = [tokens.words for tokens, _ in parts]
    meanings = [_meanings(said) for said in words]
    spelt = [raw if len(raw) >= _LEAST_BYTES else b"" for raw in map(_spelt, words)]
    extra = _marked([m for _, marks in parts for m in marks]), _lengths([marks for _, marks in parts])
    return (
        _rows(_runs(_hashed(list(chain.from_iterable(words)))), _lengths(words), BITS["words"], extra),
        _rows(_letters(b"".join(spelt)), _lengths(spelt), BITS["letters"]),
        _rows(_runs(_numbered(list(chain.from_iterable(meanings)))), _lengths(meanings), BITS["concepts"], extra),
    )


def _hashed(words: Sequence[str]) -> Hashes:
    return np.fromiter(map(_word_hashes.__getitem__, words), np.uint64, len(words))


def _marked(marks: Iterable[str]) -> Hashes:
    return _mix(_hashed(["\x00" + m for m in marks]))


def _meanings(words: Sequence[str]) -> list[int]:
    """The numbers of the concepts that the words stand for, all those of a word before those of the next."""
    return list(chain.from_iterable(map(vocabulary().of.get, words, repeat(()))))


def _numbered(meanings: Sequence[int]) -> Hashes:
    return np.array(meanings, np.uint64) + np.uint64(1)


def _spelt(words: Sequence[str]) -> bytes:
    return f" {' '.join(words)[:_MAX_CHARS]} ".encode("utf-8", "surrogatepass")


def _runs(items: Hashes) -> list[Hashes]:
    """Hashes of every run of one, of two and of three neighbours, each where the run begins."""
    one = _mix(items)
    two = _mix(one[:-1] * _M2 + items[1:])
    return [one, two, _mix(two[:-1] * _M2 + items[2:])]


def _letters(raw: bytes) -> list[Hashes]:
    """Hashes of every three, four and five bytes in a row, each where it begins."""
    if len(raw) < _LEAST_BYTES:
        return []
    letters = np.frombuffer(raw, np.uint8).astype(np.uint64)
    two = letters[:-1] * _LETTER + letters[1:]
    three = two[:-1] * _LETTER + letters[2:]
    four = three[:-1] * _LETTER + letters[3:]
    return [_mix(three), _mix(four), _mix(four[:-1] * _LETTER + letters[4:])]


def _mix(values: Hashes) -> Hashes:
    mixed = values * _M1
    mixed = (mixed ^ (mixed >> _SHIFT)) * _M3
    return mixed ^ (mixed >> _HALF)


def _fold(hashes: Sequence[Hashes], bits: int) -> Buckets:
    """Sorted, unique bucket numbers."""
    if not hashes:
        return np.empty(0, np.int64)
    return _unique(np.sort(_numbers(np.concatenate(hashes), bits))).astype(np.int64)


def _rows(runs: Sequence[Hashes], lengths: Counts, bits: int, extra: tuple[Hashes, Counts] | None = None) -> Rows:
    """The same for many parts, whose items lie one after the other. A run that reaches into the next part is none.

    lengths  (n_parts,) how many items each part has
    extra    hashes that belong to parts besides, and how many of them each part has
    """
    firsts = np.arange(len(lengths), dtype=np.uint32) << np.uint32(bits)
    part = np.repeat(firsts, lengths)
    keys = np.empty((len(part), len(runs)), np.uint32)
    whole = np.zeros(keys.shape, np.bool_)
    counts = np.zeros_like(lengths)
    for n, run in enumerate(runs):
        reach = len(part) - len(run)
        begins = part[: len(run)]
        keys[: len(run), n] = begins | _numbers(run, bits)
        whole[: len(run), n] = begins == part[reach:]
        counts += np.maximum(lengths - reach, 0)
    found = keys[whole]
    if extra is not None and len(extra[0]):
        hashes, more = extra
        found = np.insert(found, np.repeat(np.cumsum(counts), more), np.repeat(firsts, more) | _numbers(hashes, bits))
        counts += more
    for begin, end in pairwise([0, *np.cumsum(counts).tolist()]):
        found[begin:end].sort()  # part by part: short rows sort several times as quickly as one long row
    found = _unique(found)
    starts = np.searchsorted(found, firsts)
    return Rows((found & np.uint32((1 << bits) - 1)).astype(np.int64), np.diff(starts, append=len(found)))


def _numbers(hashes: Hashes, bits: int) -> NDArray[np.uint32]:
    return (hashes >> np.uint64(64 - bits)).astype(np.uint32)


def _unique(ordered: NDArray[np.uint32]) -> NDArray[np.uint32]:
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _lengths(runs: Sequence[Sized]) -> Counts:
    return np.fromiter(map(len, runs), np.int64, len(runs))
