"""The first stage over many parts at once: the same log-odds as part by part, in slices that fit into the processor's own memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from parapet.triage.features import buckets, buckets_of_many
from parapet.triage.model import Model
from parapet.triage.words import Tokens

T = TypeVar("T")

#: A slice holds at most so many parts and so many characters of them, or one part.
_MAX_PARTS = 256
_MAX_CHARS = 32_768


def log_odds_of_many(model: Model, parts: Iterable[tuple[Tokens, Sequence[str]]]) -> list[list[float]]:
    """Raw log-odds of each head for the tokens and marks of each part: what `model.log_odds(buckets(tokens, marks))` says, bit for bit.

    Besides what it returns it takes a few megabytes, however many parts there are.
    """
    found: list[list[float]] = []
    for some in slices(parts, lambda part: len(part[0].text), _MAX_PARTS, _MAX_CHARS):
        found += model.log_odds_of_many(buckets_of_many(some)) if len(some) > 1 else [model.log_odds(buckets(*some[0]))]
    return found


def slices(items: Iterable[T], chars: Callable[[T], int], max_items: int, max_chars: int) -> Iterator[list[T]]:
    """Neighbours together, at most `max_items` of them with at most `max_chars` characters; who has more comes alone."""
    held: list[T] = []
    size = 0
    for item in items:
        length = chars(item)
        if held and (len(held) == max_items or size + length > max_chars):
            yield held
            held, size = [], 0
        held.append(item)
        size += length
    if held:
        yield held
