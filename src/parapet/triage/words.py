"""Our own words: which tokens stand for what (`concepts.txt`), which may hide in a disguise (`lexicon.txt`), and how a text falls into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from attrs import frozen

from parapet.triage.normalise import fold_word

_TOKEN = re.compile(r"((?:qu|[jtldcnsm])'(?=[a-z])|'ll\b|[^\W_]+(?:'[a-z]+)*|[^\w\s])")
#: What it finds where there is no apostrophe, in two thirds of the time.
_UNELIDED = re.compile(r"[^\W_]+|[^\w\s]")

#: Too short or too common to be read out of a disguise without other evidence.
_LEAST_DISGUISED = 3


class Tokens:
    """The words and signs of a normalised text, in order. Column by column: where they lie is worked out when somebody asks, which is seldom.

    text   the normalised text
    words  the words and signs in it
    """

    __slots__ = ("_distinct", "_spans", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = _pattern(text).findall(text)
        if "'" in text:
            self.words = [w[:-1] if len(w) > 1 and w[-1] == "'" else w for w in self.words]
        self._distinct: frozenset[str] | None = None
        self._spans: list[tuple[int, int]] | None = None

    @property
    def distinct(self) -> frozenset[str]:
        """Each word and sign once: who asks whether some word is there at all need not look at every one."""
        if self._distinct is None:
            self._distinct = frozenset(self.words)
        return self._distinct

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each lies in `text`: start and end."""
        if self._spans is None:
            self._spans = [match.span() for match in _pattern(self.text).finditer(self.text)]
        return self._spans


@frozen
class Vocabulary:
    """Words by concept.

    concepts  concept to its words
    of        word to the numbers of the concepts it stands for
    names     concepts by number
    """

    concepts: dict[str, frozenset[str]]
    of: dict[str, tuple[int, ...]]
    names: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """What `concepts.txt` says."""
    found: dict[str, set[str]] = {}
    text = resources.files("parapet.triage").joinpath("concepts.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, words = line.split(":", 1)
        found.setdefault(name, set()).update(fold_word(w) for w in words.split())
    names = tuple(found)
    of: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        for word in found[name]:
            of.setdefault(word, []).append(number)
    return Vocabulary({n: frozenset(w) for n, w in found.items()}, {w: tuple(sorted(ns)) for w, ns in of.items()}, names)


def tokens(text: str) -> Tokens:
    """The words and signs of a normalised text, in order. French elisions stand alone: "t'es" is "t" and "es"."""
    return Tokens(text)


def _pattern(text: str) -> re.Pattern[str]:
    return _TOKEN if "'" in text else _UNELIDED


@cache
def _readable() -> tuple[frozenset[str], dict[int, tuple[str, ...]]]:
    lexicon = resources.files("parapet.triage").joinpath("lexicon.txt").read_text(encoding="ascii")
    words = {w for w in vocabulary().of if w.isascii() and w.isalpha()} | set(_COMMON.split()) | set(lexicon.split())
    by_length: dict[int, list[str]] = {}
    for word in sorted(words):
        by_length.setdefault(len(word), []).append(word)
    return frozenset(words), {n: tuple(ws) for n, ws in by_length.items()}


_COMMON = (
    "a i am are be is the to of and in on at so for it that this who what where when why how all are live "
    "de la le les des un une est es et en au aux du que qui ou dans pour sur avec faire stupid ugly fat old face mouth "
    "sale grosse gros vieille laide laid gueule ta mere fils"
)

_LITTLE = frozenset(_COMMON.split())


@cache
def _masked() -> frozenset[str]:
    """Words that people mask with asterisks."""
    concepts = vocabulary().concepts
    kinds = ("KILL", "RAPE", "DIE", "INSULT", "GENDERED", "SEXW", "FUCK", "SLURW", "HARM", "CONTEMPT")
    return frozenset(w for k in kinds for w in concepts[k] if w.isascii() and len(w) > 2)


def read_disguised(word: str) -> str | None:
    """The words that `word`, freed of leet and spaces, spells: "killyou" → "kill you". None if it is no word of ours.

    A "*" or "#" stands for one letter, and only in words that people mask.
    """
    if len(word) < _LEAST_DISGUISED or len(word) > 40:
        return None
    known, _ = _readable()
    if "*" in word or "#" in word:
        return _read_masked(word)
    if word in known:
        return word
    return _split(word, known) if word.isalpha() and word.isascii() else None


@cache
def _masked_by_shape() -> dict[tuple[int, str, str], tuple[str, ...]]:
    shapes: dict[tuple[int, str, str], list[str]] = {}
    for word in sorted(_masked()):
        shapes.setdefault((len(word), word[0], word[-1]), []).append(word)
    return {k: tuple(v) for k, v in shapes.items()}


def _read_masked(word: str) -> str | None:
    plain = word.replace("#", "*")
    if plain[0] == "*" or not any("a" <= c <= "z" for c in plain):
        return None
    for candidate in _masked_by_shape().get((len(plain), plain[0], plain[-1]), ()):
        if all(a in ("*", b) for a, b in zip(plain, candidate, strict=True)):
            return candidate
    return None


def _split(word: str, known: Iterable[str]) -> str | None:
    """The fewest known words that make up `word`, longest first among equals. Quadratic in at most 40 letters."""
    best: dict[int, tuple[str, ...]] = {0: ()}  # where a known word ends, and the fewest that lead there
    for end in range(1, len(word) + 1):
        ways = [
            (*before, last)
            for at, before in best.items()
            if end - at <= 16 and (last := word[at:end]) in known and (end - at > 2 or last in _LITTLE)
        ]
        if ways:
            best[end] = min(ways, key=len)
    whole = best.get(len(word))
    if whole is None or len(whole) > 6 or sum(len(w) for w in whole) < 2 * len(whole):
        return None
    return " ".join(whole)
