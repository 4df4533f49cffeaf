"""Swear words, English and Canadian French: whether a text has any. Not a harm, and no part of a judgement: who swears may be a friend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from attrs import frozen

from parapet.triage.normalise import fold_word, normalise
from parapet.triage.words import read_disguised, tokens

#: What is left of "no swear word here" after one of each class.
_DOUBT = {"strong": 0.05, "plain": 0.2, "mild": 0.6}
#: Of a text without any: the list is small, and what it does not know is not nothing.
NONE_HEARD = 0.02
_MOST = 0.99
_MAX_COUNTED = 50


@frozen
class _Entry:
    """One word or phrase: its tokens after the first, what it leaves of the doubt, and in which language alone it counts ("" in all)."""

    rest: tuple[str, ...]
    doubt: float
    lang: str


def profanity(text: str, lang: str = "") -> float:
    """0..1: how surely `text` has a swear word. NONE_HEARD without one; grows with their number and class. Linear in the text.

    lang  "en", "fr", or "" when unknown: then words that only one of them has as swear words count too
    """
    words = tokens(normalise(text, read_swearing).text).words
    left, counted = 1.0, 0
    for _at, heard in _heard(words, lang):
        left, counted = left * min(entry.doubt for entry in heard), counted + 1
        if counted == _MAX_COUNTED:
            break
    return NONE_HEARD if not counted else min(_MOST, max(NONE_HEARD, 1.0 - left))


def swear_words(words: Sequence[str], lang: str = "") -> Iterator[tuple[int, int]]:
    """Where swear words stand among the words of a normalised text: the first, and the one after the last. Without the mild ones."""
    for at, heard in _heard(words, lang):
        coarse = [entry for entry in heard if entry.doubt < _DOUBT["mild"]]
        if coarse:
            yield at, at + 1 + max(len(entry.rest) for entry in coarse)


def _heard(words: Sequence[str], lang: str) -> Iterator[tuple[int, list[_Entry]]]:
    entries = _entries()
    for at, word in enumerate(words):
        found = [
            entry
            for entry in entries.get(word, ())
            if entry.lang in ("", lang or entry.lang) and tuple(words[at + 1 : at + 1 + len(entry.rest)]) == entry.rest
        ]
        if found:
            yield at, found


@cache
def _entries() -> dict[str, tuple[_Entry, ...]]:
    """First token to the entries that begin with it."""
    found: dict[str, set[_Entry]] = {}
    for line in resources.files("parapet.triage").joinpath("profanity.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        head, words = line.split(":", 1)
        sort, _at, lang = head.partition("@")
        for quoted, bare in re.findall(r'"([^"]+)"|(\S+)', words):
            first, *rest = tokens(fold_word(quoted or bare)).words
            found.setdefault(first, set()).add(_Entry(tuple(rest), _DOUBT[sort], lang))
    return {first: tuple(entries) for first, entries in found.items()}


@cache
def _masked() -> dict[tuple[int, str, str], tuple[str, ...]]:
    """Words of one token by length, first and last letter."""
    shapes: dict[tuple[int, str, str], list[str]] = {}
    for word, entries in sorted(_entries().items()):
        if len(word) > 3 and any(not e.rest and not e.lang for e in entries):
            shapes.setdefault((len(word), word[0], word[-1]), []).append(word)
    return {shape: tuple(words) for shape, words in shapes.items()}


def read_swearing(word: str) -> str | None:
    """What a disguised spelling hides: a swear word of ours, else what triage reads in it."""
    if "*" in word or "#" in word:
        plain = word.replace("#", "*")
        for candidate in _masked().get((len(plain), plain[:1], plain[-1:]), ()):
            if all(a in ("*", b) for a, b in zip(plain, candidate, strict=True)):
                return candidate
    elif len(word) > 3 and any(not e.rest and not e.lang for e in _entries().get(word, ())):
        return word
    return read_disguised(word)
