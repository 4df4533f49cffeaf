"""Nearly the same words in other messages to the same advocate, near in time: found by numbers, without opening any of them.

A copy's copy need not be a copy. `copies_of` finds what is nearly the same as one message; `campaigns` joins what hangs together.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from attrs import frozen
from django.db import connection

from parapet.domain.judgement import Copies, Harm, harms_of
from parapet.patterns.copies import BANDS, Sketch, alike, sketches, without_what_varies
from parapet.records import models
from parapet.records.bulk import find, moment, run, stored_times
from parapet.records.keyring import keyring
from parapet.records.numbers import public
from parapet.triage.context import MANY_ACCOUNTS, WAVE
from parapet.triage.normalise import normalise
from parapet.triage.parts import own_words
from parapet.triage.quotes import quoted_tokens
from parapet.triage.words import read_disguised, tokens

#: So many of the nearest before and after each message are looked at: what a flood says, they say.
NEAREST = 50
#: So many of them a page lists.
SHOWN = 10
_AT_ONCE = 500

_BAND_COLUMNS = tuple(f"band_{n}" for n in range(BANDS))
#: The columns of a `Wording` that are read and written.
WORDING = ("version_id", "item_number", "advocate_id", "sent_at", *_BAND_COLUMNS, "marks", "words")


#: A channel, and a number for who it calls so.
Account = tuple[str, int]
#: The same towards one advocate, who comes first.
Sender = tuple[int, str, int]


@frozen
class Worded:
    """One version of a message, as far as copies are found by it."""

    version: int
    item: int
    advocate: int
    sent_at: datetime
    sketch: Sketch


@frozen
class Copy:
    """One message of nearly the same words; `harms` by its own words, or by a person's word. `sender` is None when anonymous."""

    item: int
    sent_at: datetime
    channel: str
    sender: int | None
    assessed: bool
    harms: frozenset[Harm]

    @property
    def account(self) -> Account | None:
        """The account that sent it; None for nobody known."""
        return account_of(self.channel, self.sender)


def account_of(channel: str, sender: int | None) -> Account | None:
    """Different accounts are different values; None for nobody known."""
    return None if sender is None else (channel, sender)


def count_copies(own: Account | None, sent_at: datetime, copies: Sequence[Copy]) -> Copies:
    """What the copies of a message sent at `sent_at` by `own` come to. By account: how often one says a thing changes nothing."""
    harms: dict[Account, frozenset[Harm]] = {}
    for copy in copies:
        account = copy.account
        if account is not None and account != own and copy.assessed:
            harms[account] = harms.get(account, frozenset()) | copy.harms
    abusive = [each for each in harms.values() if each]
    carried = Counter(harm for each in abusive for harm in each)
    least = min(len(abusive) / 2, max(carried.values(), default=0))
    accounts = {own, *(copy.account for copy in copies)} - {None}
    return Copies(
        accounts=len(accounts),
        others=len(harms),
        abusive=len(abusive),
        harms=frozenset(harm for harm, many in carried.items() if many >= least),
        first_at=min([sent_at, *(copy.sent_at for copy in copies)]),
    )


def sketches_of(texts: Iterable[str]) -> Iterator[Sketch | None]:
    """The sketch of each text under this home's key; None where it says too little by itself.

    What it quotes is not its own: lines that begin with ">", and what stands in quotation marks that a word such as "wrote" frames.
    """
    number = keyring().number
    return sketches(map(_own, texts), lambda word: number("copies", word))


def _own(text: str) -> list[str]:
    found: list[str] = []
    bare = without_what_varies(text)
    for part in own_words(bare):
        words = tokens(normalise(bare[part.start : part.end], read_disguised).text)
        quoted = quoted_tokens(words)
        found += [word for n, word in enumerate(words.words) if n not in quoted]
    return found


def rows_of_wordings(worded: Iterable[Worded]) -> Iterator[tuple[Any, ...]]:
    """What is written down of each, in the order of WORDING."""
    stored, masked = stored_times(), _mask()
    for w in worded:
        yield (
            w.version,
            w.item,
            w.advocate,
            stored(w.sent_at),
            *w.sketch.bands,
            masked(w.version, w.sketch.marks),
            w.sketch.words,
        )


def worded_of(items: Iterable[int]) -> list[Worded]:
    """What is written down of these items' versions."""
    versions = [number for (number,) in find(models.Version, ("number",), "item_id", list(items))]
    return list(_worded(find(models.Wording, WORDING, "version_id", versions)))


def copies_of(asked: Sequence[Worded]) -> dict[int, list[Copy]]:
    """Item to its copies: the NEAREST before and after it within WAVE, one for each item; nothing for those without.

    By what the rows of the queue say now. One statement, however many are asked for; each costs at most 2 * NEAREST rows a band.
    """
    if not asked:
        return {}
    of_version = {w.version: w for w in asked}
    near, masked = _nearest(asked), _mask()
    pairs = [
        (of_version[version].sketch, Sketch((), masked(other, marks), words)) for version, other, marks, words, *_item in near
    ]
    found: dict[int, dict[int, Copy]] = {}
    for same, (version, *_sketch, item, sent_at, channel, sender, assessed, harms) in zip(alike(pairs), near, strict=True):
        if same:
            copy = Copy(item, moment(sent_at), channel, sender, bool(assessed), harms_of(harms))
            found.setdefault(of_version[version].item, {})[item] = copy
    return {item: sorted(copies.values(), key=lambda c: (c.sent_at, c.item)) for item, copies in found.items()}


def copies_around(item: models.Item) -> tuple[Copies | None, list[int]]:
    """What the copies of an item come to now, and the SHOWN nearest in time, oldest first; nothing where fewer than MANY_ACCOUNTS sent them."""
    if item.advocate_id == models.Advocate.UNMATCHED:
        return None, []
    copies = copies_of(worded_of([item.number])).get(item.number, [])
    counted = count_copies(account_of(item.channel, item.sender), item.sent_at, copies)
    if counted.accounts < MANY_ACCOUNTS:
        return None, []
    nearest = sorted(copies, key=lambda copy: (abs(copy.sent_at - item.sent_at), copy.item))[:SHOWN]
    return counted, [copy.item for copy in sorted(nearest, key=lambda copy: (copy.sent_at, copy.item))]


def campaigns() -> dict[int, str]:
    """Item to the name of what it belongs to, where MANY_ACCOUNTS sent nearly the same words to one advocate.

    Two texts are of one campaign when at least so many accounts sent both, and at least half of those who sent the one that fewer
    sent: one that changes its words keeps its people. The name is that of the first received, so that it stays while others come.
    Holds a few numbers for each item.
    """
    groups = _chained()
    members = {first: items for first, items in groups.members().items() if len(items) >= MANY_ACCOUNTS}
    senders = {first: _senders(items) for first, items in members.items()}
    texts = {first: accounts for first, accounts in senders.items() if len(accounts) >= MANY_ACCOUNTS}
    for one, other in _of_the_same_people(texts):
        groups.join(one, other)
    return {item: public("cmp", groups.first(first)) for first in texts for item in members[first]}


def _chained() -> _Groups:
    """Every message with its copies, and theirs."""
    groups, last = _Groups(), -1
    while rows := list(_after(last)):
        last = rows[-1].version
        for item, copies in copies_of(rows).items():
            for copy in copies:
                groups.join(item, copy.item)
    return groups


def _of_the_same_people(texts: Mapping[int, frozenset[Sender]]) -> Iterator[tuple[int, int]]:
    of_sender: dict[Sender, list[int]] = {}
    for text, senders in texts.items():
        for sender in senders:
            of_sender.setdefault(sender, []).append(text)
    shared = Counter(pair for sent in of_sender.values() for pair in combinations(sorted(sent), 2))
    for (one, other), both in shared.items():
        if both >= MANY_ACCOUNTS and 2 * both >= min(len(texts[one]), len(texts[other])):
            yield one, other


def _senders(items: Sequence[int]) -> frozenset[Sender]:
    rows = find(models.Item, ("advocate_id", "channel", "sender"), "number", items)
    return frozenset((advocate, channel, sender) for advocate, channel, sender in rows if sender is not None)


class _Groups:
    """What hangs together; each group goes by the least number in it."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def first(self, item: int) -> int:
        """The least number of its group."""
        above = self._above
        while (up := above.get(item, item)) != item:
            above[item] = item = above.get(up, up)
        return item

    def join(self, one: int, other: int) -> None:
        """Say that two belong together."""
        low, high = sorted((self.first(one), self.first(other)))
        self._above[low], self._above[high] = low, low

    def members(self) -> dict[int, list[int]]:
        """The least of each group to all of it."""
        found: dict[int, list[int]] = {}
        for item in list(self._above):
            found.setdefault(self.first(item), []).append(item)
        return found


def _after(version: int) -> Iterator[Worded]:
    names = ", ".join(f'"{column}"' for column in WORDING)
    sql = f"SELECT {names} FROM records_wording WHERE version_id > %s ORDER BY version_id LIMIT %s"  # noqa: S608 - our own words
    return _worded(run(sql, (version, _AT_ONCE)))


def _worded(rows: Iterable[Sequence[Any]]) -> Iterator[Worded]:
    """Rows in the order of WORDING."""
    masked = _mask()
    for version, item, advocate, sent_at, *bands, marks, words in rows:
        yield Worded(version, item, advocate, moment(sent_at), Sketch(tuple(bands), masked(version, marks), words))


def _mask() -> Callable[[int, bytes], bytes]:
    """Given a version's number and its marks, what is written down for them; and the other way round.

    In the clear, marks would tell how much any two texts have in common: whoever could send messages and read the database would
    guess the words of another one by one. Each version has its own mask, and its marks never change.
    """
    key = keyring().digest_once("copies", "marks")

    def masked(version: int, marks: bytes) -> bytes:
        mask = hashlib.blake2b(version.to_bytes(8, "big"), digest_size=len(marks), key=key).digest()
        return (int.from_bytes(mask, "big") ^ int.from_bytes(marks, "big")).to_bytes(len(marks), "big")

    return masked


def _nearest(asked: Sequence[Worded]) -> list[tuple[Any, ...]]:
    stored = stored_times()
    rows = [
        (w.version, w.item, w.advocate, *(stored(w.sent_at + span) for span in (-WAVE, timedelta(), WAVE)), *w.sketch.bands)
        for w in asked
    ]
    if connection.vendor == "postgresql":
        return run(_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)])
    return run(_SQLITE, [json.dumps(rows)])


def _sides() -> Iterator[str]:
    """For each band, in SQL: the nearest before or with it, and the nearest after it."""
    for column in _BAND_COLUMNS:
        same = f"FROM records_wording e WHERE e.advocate_id = w.advocate AND e.{column} = w.{column} AND e.item_number <> w.item"
        yield f"{same} AND e.sent_at BETWEEN w.since AND w.at ORDER BY e.sent_at DESC, e.version_id DESC LIMIT {NEAREST}"
        yield f"{same} AND e.sent_at > w.at AND e.sent_at <= w.until ORDER BY e.sent_at, e.version_id LIMIT {NEAREST}"


_ALL_SIDES = " UNION ".join(f"SELECT version_id FROM (SELECT e.version_id {side}) AS s" for side in _sides())  # noqa: S608 - our own words
_ASKED = ("version", "item", "advocate", "since", "at", "until", *_BAND_COLUMNS)
_ANSWER = """w.version, c.version_id, c.marks, c.words, c.item_number, i.sent_at, i.channel, i.sender, i.assessed,
  CASE WHEN i.as_copies THEN 0 ELSE i.harms END"""
# SQLite knows no LATERAL.
_SQLITE = f"""
WITH w AS MATERIALIZED (SELECT {", ".join(f"json_extract(value, '$[{n}]') AS {name}" for n, name in enumerate(_ASKED))} FROM json_each(%s))
SELECT {_ANSWER} FROM w CROSS JOIN records_wording c ON c.version_id IN ({_ALL_SIDES}) JOIN records_item i ON i.number = c.item_number
"""  # noqa: S608 - our own words
_POSTGRESQL = f"""
SELECT {_ANSWER} FROM unnest(
  %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]{", %s::bigint[]" * BANDS}
) AS w({", ".join(_ASKED)})
CROSS JOIN LATERAL ({_ALL_SIDES}) AS n JOIN records_wording c ON c.version_id = n.version_id JOIN records_item i ON i.number = c.item_number
"""  # noqa: S608 - our own words
