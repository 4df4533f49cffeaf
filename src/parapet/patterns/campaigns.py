"""What several accounts that act together send: which texts belong together, and what they come to. Pure.

Who coordinates changes the words and keeps the people. So a campaign is told by its accounts: the same ones send nearly the same words
again and again, and many of them at once. What moves many people by itself brings each of them once, or over days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import combinations
from typing import TypeVar

from attrs import frozen

from parapet.domain.judgement import AT_ONCE, Campaign, Harm

#: A channel, and a number for who it calls so.
Account = tuple[str, int]
Who = TypeVar("Who", bound=Hashable)


class Chains:
    """What hangs together; each chain goes by the least number in it."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def first(self, item: int) -> int:
        """The least number of its chain."""
        above = self._above
        while (up := above.get(item, item)) != item:
            above[item] = item = above.get(up, up)
        return item

    def join(self, one: int, other: int) -> None:
        """Say that two belong together."""
        low, high = sorted((self.first(one), self.first(other)))
        self._above[low], self._above[high] = low, low

    def members(self) -> dict[int, list[int]]:
        """The least of each chain to all of it."""
        found: dict[int, list[int]] = {}
        for item in list(self._above):
            found.setdefault(self.first(item), []).append(item)
        return found


@frozen
class Voice:
    """One message, as far as a campaign is told by it. `harms` by its own words, or by a person's word. `close`: the program finds its words close to
    abuse, or over it. `account` is None when anonymous."""

    item: int
    account: Account | None
    sent_at: datetime
    assessed: bool
    harms: frozenset[Harm]
    close: bool
    kind: bool


def of_the_same_people(texts: Mapping[int, frozenset[Who]], least: int) -> Iterator[tuple[int, int]]:
    """Pairs of texts that `least` accounts sent both of, and half of those who sent the one that fewer sent."""
    sent: dict[Who, list[int]] = {}
    for text, accounts in texts.items():
        for account in accounts:
            sent.setdefault(account, []).append(text)
    shared = Counter(pair for theirs in sent.values() for pair in combinations(sorted(theirs), 2))
    for (one, other), both in shared.items():
        if both >= least and 2 * both >= min(len(texts[one]), len(texts[other])):
            yield one, other


def told(voices: Sequence[Voice]) -> Campaign | None:
    """What these messages come to, by account; None when nobody known sent any. In whatever order they are given."""
    known = [voice for voice in voices if voice.account is not None]
    if not known:
        return None
    sent = Counter(voice.account for voice in known)
    heard = {voice.account for voice in known if voice.assessed}
    harms: dict[Account | None, list[frozenset[Harm]]] = {}
    for voice in known:
        if voice.assessed and voice.harms:
            harms.setdefault(voice.account, []).append(voice.harms)
    close = {voice.account for voice in known if voice.assessed and (voice.close or voice.harms)}
    kind = {voice.account for voice in known if voice.kind} - set(harms)
    times = [voice.sent_at for voice in voices]
    return Campaign(
        messages=len(voices),
        accounts=len(sent),
        repeated=sum(many > 1 for many in sent.values()),
        at_once=_most_at_once(known),
        heard=len(heard),
        abusive=len(harms),
        close=len(close),
        kind=len(kind),
        harms=_mostly(list(harms.values())),
        first_at=min(times),
        last_at=max(times),
    )


def carried(harms: Iterable[frozenset[Harm]]) -> frozenset[Harm]:
    """What at least half of these carry; else what most of them do."""
    several = list(harms)
    many = Counter(harm for each in several for harm in each)
    least = min(len(several) / 2, max(many.values(), default=0))
    return frozenset(harm for harm, count in many.items() if count >= least)


def _mostly(abusive: Sequence[Sequence[frozenset[Harm]]]) -> frozenset[Harm]:
    """Of each account's abusive messages, their harms: what at least half of them carry, each account counted once; else what most do."""
    share: dict[Harm, Fraction] = {}
    for messages in abusive:
        for harm, many in Counter(harm for each in messages for harm in each).items():
            share[harm] = share.get(harm, Fraction()) + Fraction(many, len(messages))
    least = min(Fraction(len(abusive), 2), max(share.values(), default=Fraction()))
    return frozenset(harm for harm, part in share.items() if part >= least)


def _most_at_once(voices: Sequence[Voice]) -> int:
    """The most different accounts of which one message falls within the same `AT_ONCE`."""
    ordered = sorted(voices, key=lambda voice: voice.sent_at)
    inside: Counter[Account | None] = Counter()
    most = first = 0
    for voice in ordered:
        inside[voice.account] += 1
        while voice.sent_at - ordered[first].sent_at > AT_ONCE:
            gone = ordered[first].account
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        most = max(most, len(inside))
    return most
