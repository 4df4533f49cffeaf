"""Whether a short text speaks for whoever gets it, or asks people to be calm, and says nothing that takes it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum, auto
from functools import cache
from importlib import resources

from parapet.triage.words import Tokens

#: A text of more words is a person's to judge, and of many more the kind ones say little.
SHORT_WORDS, MOST_WORDS = 24, 60
_Phrase = tuple[str, ...]


class Kind(Enum):
    """What the words of a text say of whose side it is on."""

    NO = auto()
    SHORT = auto()  # it speaks for her, and there is hardly room for anything else
    LONG = auto()


def kindness(parts: Sequence[Tokens]) -> Kind:
    """Whether one of `kindness.txt`'s kind phrases stands in a text, and none of the others. Linear in the text."""
    length = sum(len(part.words) for part in parts)
    kind, other = _phrases()
    if length > MOST_WORDS or not any(_has(part.words, kind) for part in parts) or any(_has(part.words, other) for part in parts):
        return Kind.NO
    return Kind.SHORT if length <= SHORT_WORDS else Kind.LONG


def _has(words: Sequence[str], phrases: dict[str, list[_Phrase]]) -> bool:
    return any(_begins(words, at, phrase) for at, word in enumerate(words) for phrase in _of(word, phrases))


def _of(word: str, phrases: dict[str, list[_Phrase]]) -> list[_Phrase]:
    return phrases.get(word[:2], [])


def _begins(words: Sequence[str], at: int, phrase: _Phrase) -> bool:
    return len(words) - at >= len(phrase) and all(_is(words[at + n], said) for n, said in enumerate(phrase))


def _is(word: str, said: str) -> bool:
    return word.startswith(said[:-1]) if said.endswith("*") else word == said


@cache
def _phrases() -> tuple[dict[str, list[_Phrase]], dict[str, list[_Phrase]]]:
    """By the first two letters of their first word: those that are kind, and those that take it back."""
    found: dict[str, dict[str, list[_Phrase]]] = {"kind": defaultdict(list), "not": defaultdict(list)}
    under = ""
    for line in resources.files("parapet.triage").joinpath("kindness.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            under = line.strip("[]")
        elif line and not line.startswith("#"):
            phrase = tuple(line.split())
            found[under][phrase[0][:2]].append(phrase)
    return dict(found["kind"]), dict(found["not"])
