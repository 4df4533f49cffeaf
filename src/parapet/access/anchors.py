"""Which words of outside bodies go into a bag: for each entry the earliest of each authority and witness that covers it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from parapet.evidence.bundles import AnchorBundle
from parapet.evidence.cosignature import add_line
from parapet.evidence.log import Subtrees
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.order import CLOCK, MAX_DISORDER, newest_times
from parapet.evidence.reader.token import check_token
from parapet.evidence.timestamp import stamped_text
from parapet.records import models
from parapet.records.lasting import home_locker, told


def anchors_of(entries: Sequence[models.LogEntry], size: int, tree: Subtrees) -> tuple[list[AnchorBundle], dict[str, bytes]]:
    """The anchors for `entries` in a bag over the log of `size`, and the certificates (PEM) of the authorities.

    So the time of each is bounded from above as tightly as can be. A token that no longer holds under the certificates that
    are configured now is left out, and so is every word that is earlier than an entry that it covers says of itself, once that was
    taken back with the clock where the log says that it was set back.
    """
    chains = {each.name: each.chain.read_bytes() for each in settings.ENVIRONMENT.time_authorities if each.chain.is_file()}
    tokens = models.TimeToken.objects.filter(size__lte=size, authority__in=chains, disagrees=False).defer("token")
    indexes = [entry.index for entry in entries]
    places, newest = newest_times(_moments(entries))
    stamped = _earliest_of_each(tokens, "authority", indexes)
    cosigned = _earliest_of_each(models.Cosignature.objects.filter(size__lte=size), "witness", indexes)
    bundles, used = [], set()
    for each in sorted({row.size for row in (*stamped, *cosigned)}):
        note = models.Checkpoint.objects.values_list("note", flat=True).get(size=each)
        before = bisect_left(places, each)
        since = newest[before - 1] if before else None
        lines = [row for row in cosigned if row.size == each and (since is None or row.at >= since - MAX_DISORDER)]
        held = {
            row.authority: bytes(row.token)
            for row in stamped
            if row.size == each
            and (since is None or row.gen_time >= since - MAX_DISORDER)
            and _holds(bytes(row.token), note, chains[row.authority])
        }
        for row in lines:
            note = add_line(note, row.line)
        used |= set(held)
        if held or lines:
            bundles.append(AnchorBundle(note, tree.consistency_proof(each, size), held, [row.witness for row in lines]))
    return bundles, {name: chains[name] for name in sorted(used)}


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


def _holds(token: bytes, note: str, chain: bytes) -> bool:
    try:
        check_token(token, stamped_text(note), read_pem(chain))
    except ValueError:
        return False
    return True
