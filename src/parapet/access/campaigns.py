"""What accounts that act together sent one advocate: found by numbers, without opening any of it.

`around` looks about some messages, as far as `MOST`; `campaigns` joins all there is, for whoever exports all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import frozen

from parapet.access.copies import WORDING, Copy, Worded, account_of, copies_of, worded, worded_of
from parapet.domain.judgement import Campaign, harms_of
from parapet.patterns.campaigns import Account, Chains, Voice, of_the_same_people, told
from parapet.records import models
from parapet.records.bulk import find, moment, run, stored_times
from parapet.records.numbers import public
from parapet.triage.context import MANY_ACCOUNTS, WAVE

#: So many messages about those that are asked for are looked at: the nearest in words and time first.
MOST = 400
#: So many of each account's other messages are looked at, the nearest in time.
OF_EACH = 20
_AT_ONCE = 500

#: An account towards one advocate, who comes first.
Sender = tuple[int, str, int]


@frozen
class Group:
    """Messages that belong together, whoever is judged: `campaign` is what they come to."""

    items: tuple[int, ...]
    kind: frozenset[int]  # those that speak for her
    campaign: Campaign


def around(asked: Sequence[Worded], copies: Mapping[int, Sequence[Copy]]) -> list[Group]:
    """The groups that hold some of `asked`, of which `copies` are known; none of fewer than MANY_ACCOUNTS accounts.

    Aimed at one advocate or at several. Costs at most MOST messages in each of two rounds, however many were sent: first the copies of
    those asked for, and theirs; then what else the accounts sent that sent those, and its copies.
    """
    walk = _Walk(asked, copies)
    walk.on()
    crowds = {first: accounts for first, accounts in walk.senders().items() if len(accounts) >= MANY_ACCOUNTS}
    if not crowds:
        return []
    walk.on(_others_of({account for accounts in crowds.values() for account in accounts}, asked))
    return list(walk.groups({w.item for w in asked}))


def of_one(item: int) -> frozenset[int]:
    """The messages of the campaign to which this one belongs, without those that speak for her; itself alone where there is none."""
    asked = worded_of([item])
    return frozenset({item}.union(*(set(group.items) - group.kind for group in around(asked, copies_of(asked)))))


class _How(NamedTuple):
    """What is written down of a message's words besides by what it is found."""

    friendly: bool
    close: bool


class _Walk:
    """From message to message of nearly the same words."""

    def __init__(self, asked: Sequence[Worded], copies: Mapping[int, Sequence[Copy]]) -> None:
        self._chains = Chains()
        self._met: set[int] = set()  # versions
        self._how: dict[int, _How] = {}  # by item
        self._ahead: list[int] = []
        self._take(asked)
        self._join(copies)

    def on(self, more: Iterable[Worded] = ()) -> None:
        """Go on from `more`, and from what was found, until nothing new comes or MOST came."""
        frontier = self._take(more)
        room = MOST
        while room > 0 and (self._ahead or frontier):
            frontier += self._take(worded_of(self._ahead[:room]))
            self._ahead = []
            room -= len(frontier)
            for start in range(0, len(frontier), _AT_ONCE):
                self._join(copies_of(frontier[start : start + _AT_ONCE]))
            frontier = []

    def senders(self) -> dict[int, frozenset[Sender]]:
        """The first of each chain to who sent it."""
        sender_of = {number: sender for number, sender, _voice in _voices(self._how)}
        return {
            first: frozenset(s for item in items if (s := sender_of.get(item)) is not None)
            for first, items in self._chains.members().items()
        }

    def groups(self, asked: set[int]) -> Iterator[Group]:
        """What belongs together of all that was met, as far as it holds one of `asked`."""
        texts = {first: senders for first, senders in self.senders().items() if len(senders) >= MANY_ACCOUNTS}
        for one, other in of_the_same_people(texts, MANY_ACCOUNTS):
            self._chains.join(one, other)
        voices = {item: voice for item, _sender, voice in _voices(self._how)}
        for items in self._chains.members().values():
            heard = [voice for item in sorted(items) if (voice := voices.get(item)) is not None]
            campaign = told(heard) if not asked.isdisjoint(items) else None
            if campaign is not None and campaign.accounts >= MANY_ACCOUNTS:
                yield Group(tuple(v.item for v in heard), frozenset(v.item for v in heard if v.kind), campaign)

    def _take(self, more: Iterable[Worded]) -> list[Worded]:
        new = [w for w in more if w.version not in self._met]
        for w in new:
            self._met.add(w.version)
            before = self._how.get(w.item, _How(False, False))
            self._how[w.item] = _How(w.friendly or before.friendly, w.close or before.close)
        return new

    def _join(self, copies: Mapping[int, Sequence[Copy]]) -> None:
        met = set(self._ahead)
        for item, theirs in copies.items():
            for copy in theirs:
                self._chains.join(item, copy.item)
                if copy.item not in self._how and copy.item not in met:
                    met.add(copy.item)
                    self._ahead.append(copy.item)


def campaigns() -> dict[int, str]:
    """Item to the name of what it belongs to, where MANY_ACCOUNTS sent nearly the same words to one advocate.

    Two texts are of one campaign when at least so many accounts sent both, and at least half of those who sent the one that fewer
    sent: one that changes its words keeps its people. The name is that of the first received, so that it stays while others come.
    Holds a few numbers for each item.
    """
    chains = _chained()
    members = {first: items for first, items in chains.members().items() if len(items) >= MANY_ACCOUNTS}
    senders = {first: _senders(items) for first, items in members.items()}
    texts = {first: accounts for first, accounts in senders.items() if len(accounts) >= MANY_ACCOUNTS}
    for one, other in of_the_same_people(texts, MANY_ACCOUNTS):
        chains.join(one, other)
    return {item: public("cmp", chains.first(first)) for first in texts for item in members[first]}


def _chained() -> Chains:
    """Every message with its copies, and theirs."""
    chains, last = Chains(), -1
    while rows := list(_after(last)):
        last = rows[-1].version
        for item, copies in copies_of(rows).items():
            for copy in copies:
                chains.join(item, copy.item)
    return chains


def _after(version: int) -> Iterator[Worded]:
    names = ", ".join(f'"{column}"' for column in WORDING)
    sql = f"SELECT {names} FROM records_wording WHERE version_id > %s ORDER BY version_id LIMIT %s"  # noqa: S608 - our own words
    return worded(run(sql, (version, _AT_ONCE)))


def _senders(items: Sequence[int]) -> frozenset[Sender]:
    rows = find(models.Item, ("advocate_id", "channel", "sender"), "number", items)
    return frozenset((advocate, channel, sender) for advocate, channel, sender in rows if sender is not None)


_VOICE = ("number", "advocate_id", "channel", "sender", "sent_at", "assessed", "harms", "as_copies")


def _voices(how: Mapping[int, _How]) -> Iterator[tuple[int, Sender | None, Voice]]:
    for number, advocate, channel, sender, sent_at, assessed, harms, as_copies in find(models.Item, _VOICE, "number", how):
        account: Account | None = account_of(channel, sender)
        by_words = harms_of(0 if as_copies else harms)
        voice = Voice(number, account, moment(sent_at), bool(assessed), by_words, how[number].close, how[number].friendly)
        yield number, None if account is None else (advocate, *account), voice


def _others_of(senders: Iterable[Sender], asked: Sequence[Worded]) -> Iterator[Worded]:
    """What else these accounts sent within WAVE of what is asked for, that has words enough: of each the OF_EACH newest."""
    stored = stored_times()
    since, until = stored(min(w.sent_at for w in asked) - WAVE), stored(max(w.sent_at for w in asked) + WAVE)
    items: list[int] = []
    for advocate, channel, sender in sorted(senders)[:MOST]:
        rows = run(_OF_SENDER, (advocate, sender, channel, since, until, OF_EACH))
        items += [number for (number,) in rows]
        if len(items) >= MOST:
            break
    return iter(worded_of(items[:MOST]))


_OF_SENDER = """SELECT number FROM records_item WHERE advocate_id = %s AND sender = %s AND channel = %s AND sent_at BETWEEN %s AND %s
ORDER BY sent_at DESC, number DESC LIMIT %s"""
