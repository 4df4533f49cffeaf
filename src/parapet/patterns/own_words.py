"""Whether words are somebody's own, or a text that was handed to him, or what another wrote. Pure.

Many people who post one text are what a campaign looks like, from either side, and platforms treat them so. So a suggestion is a
starting point: whoever starts from it must come to words that are not nearly all in it, and not nearly all in what another wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable
from collections.abc import Set as AbstractSet

#: Of the words of the shorter of two texts, in any order: from here on they are the same text with a word exchanged.
SAME = 0.7
#: Fewer words are nobody's own.
LEAST_WORDS = 5
_WORD = re.compile(r"\w+")


def words_of(text: str) -> frozenset[str]:
    """Its words without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


def too_short(words: frozenset[str]) -> bool:
    """True for so few words that anybody would write them."""
    return len(words) < LEAST_WORDS


def same_words(own: AbstractSet[Hashable], others: Iterable[AbstractSet[Hashable]]) -> bool:
    """True when nearly all of one's own words are in one of the others, or nearly all of that one's in them.

    Words, or numbers that stand for them: whoever keeps what others wrote need not keep their words.
    """
    return any(_same(own, other) for other in others)


def _same(one: AbstractSet[Hashable], other: AbstractSet[Hashable]) -> bool:
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) >= SAME * fewer
