"""Whether a message that names one person, account or place could mean another. Pure.

Asked before a name counts for somebody: when in doubt the answer is yes, and the name waits for a person to confirm it.
"""

from __future__ import annotations

from parapet.domain.items import IdentifierKind
from parapet.patterns.aimed_at import name_words, place_words

#: "@name" in a text is looked up as each of the first two, "@name@server" as each of the others.
_READ_ALIKE = ((IdentifierKind.HANDLE, IdentifierKind.MENTION), (IdentifierKind.ACCT, IdentifierKind.EMAIL))


def read_alike(identifier: str) -> tuple[str, ...]:
    """Every normalised identifier under which a message could be looked up that means this one, itself included."""
    kind, _, value = identifier.partition(":")
    return next((tuple(f"{other}:{value}" for other in alike) for alike in _READ_ALIKE if kind in alike), (identifier,))


def could_mean(name: str, other: str) -> bool:
    """True when a text can be read as naming `name` by what names `other`: by a word of it that is the former's surname."""
    words = name_words(name)
    return bool(words) and words[-1] in name_words(other)


def same_name(name: str, other: str) -> bool:
    """True when one says no more than the other, initials counted: "A. Doe", "Dr. Ann Doe" and "Doe, Ann Mary"."""
    one, two = set(name_words(name)), set(name_words(other))
    return bool(one and two) and (_within(one, two) or _within(two, one))


def same_place(place: str, other: str) -> bool:
    """True when a text that names one names the other as well, or part of it."""
    one, two = place_words(place), place_words(other)
    if len(one) > len(two):
        one, two = two, one
    return bool(one) and any(two[at : at + len(one)] == one for at in range(len(two) - len(one) + 1))


def _within(few: set[str], many: set[str]) -> bool:
    return few <= many | {word[0] for word in many}
