"""Words one by one, each with where it lies: sentences are cut out of them here, and a reply is short."""

from __future__ import annotations

from typing import NamedTuple

from parapet.triage.words import Tokens


class Placed(NamedTuple):
    """A word or a sign; offsets of the normalised text."""

    word: str
    start: int
    end: int


def placed(words: Tokens) -> list[Placed]:
    """The words and signs, in order."""
    return [Placed(word, *span) for word, span in zip(words.words, words.spans, strict=True)]
