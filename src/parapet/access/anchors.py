"""Which words of outside bodies go into a bag: for each entry the earliest of each authority and witness that covers it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen
from django.conf import settings
from django.db.models import QuerySet

from parapet.domain.errors import LogBroken
from parapet.evidence.bundles import AnchorBundle, anchor_lines
from parapet.evidence.cosignature import add_line, check_line
from parapet.evidence.log import Subtrees
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.order import CLOCK, MAX_DISORDER, newest_times
from parapet.evidence.reader.stated import asked_authority, asked_witness, words_digest
from parapet.evidence.reader.token import check_token
from parapet.evidence.timestamp import stamped_text
from parapet.records import models
from parapet.records.lasting import home_locker, told


@frozen
class Words:
    """What goes into a bag: by size of the checkpoint, still without proof; and the certificates (PEM) of the authorities.

    chains  of all that the settings name, whether or not they said something; `witnesses` likewise, by their keys
    """

    said: Mapping[int, AnchorBundle] = field(factory=dict)
    chains: Mapping[str, bytes] = field(factory=dict)
    witnesses: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """As the entry of the export tells it."""
        return words_digest(line for size, word in self.said.items() for line in anchor_lines(size, word))

    @property
    def asked(self) -> list[str]:
        """Who is asked at the export, as its entry tells it."""
        authorities = [asked_authority(name, pem) for name, pem in self.chains.items()]
        return sorted([*authorities, *map(asked_witness, self.witnesses)])


def words_before(entries: Sequence[models.LogEntry]) -> Words:
    """For each of `entries` the earliest word of each body that covers it, and the newest of all, as far as there are some by now.

    So the time of each is bounded from above as tightly as can be. A token that no longer holds under the certificates that
    are configured now is left out, and so is every word that is earlier than an entry that it covers says of itself, once that was
    taken back with the clock where the log says that it was set back.
    """
    indexes = [entry.index for entry in entries]
    chains = _chains()
    stamped = _earliest_of_each(_tokens(chains).defer("token"), "authority", indexes)
    cosigned = _earliest_of_each(models.Cosignature.objects.all(), "witness", indexes)
    named = [each.key for each in settings.ENVIRONMENT.witnesses]
    return Words(_words(entries, stamped, cosigned, chains), chains, named)


def words_over(entries: Sequence[models.LogEntry], size: int, before: Words) -> Words:
    """What those whom `before` names said of the checkpoint of `size` itself, besides; left out as in `words_before`."""
    stamped = list(_tokens(before.chains).filter(size=size))
    cosigned = list(models.Cosignature.objects.filter(size=size, witness__in=before.witnesses))
    return evolve(before, said={**before.said, **_words(entries, stamped, cosigned, before.chains)})


def bundles_of(words: Words, size: int, tree: Subtrees) -> tuple[list[AnchorBundle], dict[str, bytes]]:
    """The anchors for a bag over the log of `size`, and the certificates of those who said something."""
    bundles = [
        evolve(word, proof=tree.consistency_proof(earlier, size))
        for earlier, word in sorted(words.said.items(), key=lambda pair: pair[0])
    ]
    used = {name for word in words.said.values() for name in word.tokens}
    return bundles, {name: words.chains[name] for name in sorted(used)}


def _tokens(chains: Mapping[str, bytes]) -> QuerySet[models.TimeToken]:
    return models.TimeToken.objects.filter(authority__in=chains, disagrees=False)


def _chains() -> dict[str, bytes]:
    return {each.name: each.chain.read_bytes() for each in settings.ENVIRONMENT.time_authorities if each.chain.is_file()}


def _words(
    entries: Sequence[models.LogEntry], stamped: Sequence[Any], cosigned: Sequence[Any], chains: Mapping[str, bytes]
) -> dict[int, AnchorBundle]:
    said: dict[int, AnchorBundle] = {}
    places, newest = newest_times(_moments(entries))
    for size in sorted({row.size for row in (*stamped, *cosigned)}):
        note = models.Checkpoint.objects.values_list("note", flat=True).filter(size=size).first()
        if note is None:
            continue  # `parapet check` tells of it
        before = bisect_left(places, size)
        since = newest[before - 1] - MAX_DISORDER if before else None
        lines = [row for row in cosigned if row.size == size and (since is None or row.at >= since) and _is_by(row, note)]
        tokens = {
            row.authority: bytes(row.token)
            for row in stamped
            if row.size == size
            and (since is None or row.gen_time >= since)
            and _holds(bytes(row.token), note, chains[row.authority])
        }
        for row in lines:
            note = add_line(note, row.line)
        if tokens or lines:
            said[size] = AnchorBundle(note, [], tokens, [row.witness for row in lines])
    return said


def _moments(entries: Sequence[models.LogEntry]) -> Iterator[tuple[int, datetime, timedelta]]:
    """Place, time, and the clock's step before it, as the check of the bag will see them."""
    locker = home_locker() if any(entry.kind == CLOCK for entry in entries) else None
    for entry in entries:
        step = 0
        if entry.kind == CLOCK and locker is not None:
            step = told(entry.index, bytes(entry.leaf_hash), bytes(entry.sealed_leaf), locker)["details"]["seconds_back"]
        yield entry.index, entry.at, timedelta(seconds=step)


def _earliest_of_each(rows: Iterable[Any], by: str, indexes: Sequence[int]) -> list[Any]:
    """For each of `by`, and each index, the smallest log that holds it; and the largest of all, which tells of the export."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, by), []).append(row)
    chosen = []
    for own in found.values():
        own.sort(key=lambda row: row.size)
        sizes = [row.size for row in own]
        places = {bisect_right(sizes, index) for index in indexes} | {len(own) - 1}
        chosen += [own[place] for place in sorted(places) if place < len(own)]
    return chosen


def _is_by(row: models.Cosignature, note: str) -> bool:
    try:
        check_line(note, row.line, row.witness)
    except LogBroken:
        return False
    return True


def _holds(token: bytes, note: str, chain: bytes) -> bool:
    try:
        check_token(token, stamped_text(note), read_pem(chain))
    except ValueError:
        return False
    return True
