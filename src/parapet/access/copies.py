"""Nearly the same words in other messages to the same advocate, near in time: found by numbers, without opening any of them.

A copy's copy need not be a copy: `access/campaigns.py` joins what hangs together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from django.db import connection

from parapet.domain.judgement import Copies, Harm, harms_of
from parapet.patterns.campaigns import Account
from parapet.patterns.campaigns import carried as carried_by
from parapet.patterns.copies import BANDS, Sketch, alike, carried, sketches, without_what_varies
from parapet.patterns.kindness import speaks_for_her
from parapet.records import models
from parapet.records.bulk import find, moment, run, stored_times
from parapet.records.keyring import keyring
from parapet.triage.context import MANY_ACCOUNTS, WAVE
from parapet.triage.normalise import normalise
from parapet.triage.parts import own_words
from parapet.triage.quotes import quoted_tokens
from parapet.triage.words import read_disguised, tokens

#: So many of the nearest before and after each message are looked at: what a flood says, they say.
NEAREST = 50
#: So many of them a page lists.
SHOWN = 10
_BAND_COLUMNS = tuple(f"band_{n}" for n in range(BANDS))
#: The columns of a `Wording` that are read and written.
WORDING = ("version_id", "item_number", "advocate_id", "sent_at", *_BAND_COLUMNS, "marks", "words", "friendly", "close")


@frozen
class Worded:
    """One version of a message, as far as copies are found by it."""

    version: int
    item: int
    advocate: int
    sent_at: datetime
    sketch: Sketch
    friendly: bool
    close: bool


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
    accounts = {own, *(copy.account for copy in copies)} - {None}
    return Copies(
        accounts=len(accounts),
        others=len(harms),
        abusive=len(abusive),
        harms=carried_by(abusive),
        first_at=min([sent_at, *(copy.sent_at for copy in copies)]),
    )


def sketched(texts: Iterable[str]) -> Iterator[tuple[Sketch | None, bool]]:
    """The sketch of each text under this home's key, None where it says too little by itself; and whether it speaks for whom it is sent to.

    What it quotes is not its own: lines that begin with ">", and what stands in quotation marks that a word such as "wrote" frames.
    """
    number = keyring().number
    own = [(_own(text), carried(text)) for text in texts]
    made = sketches(((*words, *beside) for words, beside in own), lambda word: number("copies", word))
    return zip(made, (speaks_for_her(words) for words, _ in own), strict=True)


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
            w.friendly,
            w.close,
        )


def worded_of(items: Iterable[int]) -> list[Worded]:
    """What is written down of these items' versions."""
    versions = [number for (number,) in find(models.Version, ("number",), "item_id", list(items))]
    return list(worded(find(models.Wording, WORDING, "version_id", versions)))


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


def worded(rows: Iterable[Sequence[Any]]) -> Iterator[Worded]:
    """Rows in the order of WORDING."""
    masked = _mask()
    for version, item, advocate, sent_at, *bands, marks, words, friendly, close in rows:
        sketch = Sketch(tuple(bands), masked(version, marks), words)
        yield Worded(version, item, advocate, moment(sent_at), sketch, bool(friendly), bool(close))


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
