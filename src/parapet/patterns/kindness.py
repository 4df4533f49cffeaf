"""Whether words speak for the person whom they are sent to: thanks, support, telling her that abuse was reported. Pure.

Asked only of messages among many from the same people, where it can only keep something from being called abuse. It hears the plain
words of kindness and nothing between the lines, and takes a denial for the end of it: "no respect", "thanks for nothing".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

_KIND = frozenset(
    "thank thanks thankful grateful gratitude appreciate appreciated appreciates bravo kudos congratulations proud admire solidarity "
    "supporting supportive supported lucky hero heroes glad brave courageous "
    "merci mercis bravo courage reconnaissant reconnaissante reconnaissance remercie remercient remercions felicitations solidaire solidaires "
    "solidarite appuie appuient appuyons soutiens soutien soutenons fier fiere fiers admirable courageuse courageux".split()
)
#: Two words, one after the other; some of them deny, and are kind all the same.
_PAIRS = frozenset(
    tuple(pair.split())
    for pair in (
        "with you|behind you|support you|love you|keep going|stay strong|keep speaking|so sorry|i'm sorry|im sorry|reported it|reported them|"
        "reported these|reported the|flagged it|flagged several|flagged them|let them|nobody deserves|no one|not alone|avec vous|derriere vous|"
        "tenez bon|tenir bon|ne lachez|lachez pas|ai signale|ai denonce|avons signale|personne ne|pas seule|desole pour|desolee pour"
    ).split("|")
)
_DENIALS = frozenset(
    "no not never nothing without dont don't doesnt doesn't wont won't cannot stop pas jamais rien sans aucun aucune arretez cessez".split()
)


def speaks_for_her(words: Sequence[str]) -> bool:
    """True when `words`, folded and in order, are kind to her."""
    if any(pair in _PAIRS for pair in pairwise(words)):
        return True
    return not _KIND.isdisjoint(words) and not _denies(words)


def _denies(words: Iterable[str]) -> bool:
    return any(word in _DENIALS for word in words)
