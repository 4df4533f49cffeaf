"""Write down what messages pass on, and find what is passed on and who did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from parapet.actions.arrivals import Incoming
from parapet.actions.tallies import Standing
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Harm, harms_of
from parapet.jobs.outbox import MAX_REFERENCES
from parapet.records import models
from parapet.records.bulk import find, insert
from parapet.records.keyring import keyring
from parapet.records.naming import uri_name


def note_passed_on(new: Iterable[Incoming]) -> None:
    """Of new items that are reposts or quotations: of what. Their first reference is what they show."""
    keys = keyring()
    rows = {
        one.item_number: keys.digest("uri", uri_name(item.channel, item.refers_to[0]))
        for one in new
        if one.is_new_item and (item := one.arrival.found.item).kind in (ItemKind.REPOST, ItemKind.QUOTE) and item.refers_to
    }
    insert(models.PassedOn, ("item_id", "digest"), rows.items())


def shown_by(rows: Mapping[int, Standing]) -> dict[int, int]:
    """Item to the item that it passes on, which was sent to the same advocate: what is shown before what shows it."""
    digests = {item: bytes(digest) for item, digest in find(models.PassedOn, ("item_id", "digest"), "item_id", rows)}
    named = find(models.ItemName, ("digest", "advocate_id", "item_id"), "digest", set(digests.values()))
    held = {(bytes(digest), advocate): item for digest, advocate, item in named if advocate != models.Advocate.UNMATCHED}
    shown = {item: held[at] for item, digest in digests.items() if (at := (digest, rows[item].advocate)) in held}
    ordered: dict[int, int] = {}
    for item in shown:
        chain: dict[int, int] = {}
        while item in shown and item not in ordered and item not in chain:
            chain[item] = item = shown[item]
        ordered.update(reversed(chain.items()))
    return ordered


def standing_harms(items: Collection[int]) -> dict[int, frozenset[Harm]]:
    """The harms that stand for each of these. What is judged as others are counts by its own words, which are not abusive; and her own words harm nobody."""
    found = find(models.Item, ("number", "harms", "as_copies", "own"), "number", items)
    return {number: harms_of(0 if as_copies or own else mask) for number, mask, as_copies, own in found}


def late_passers(rows: Mapping[int, Standing]) -> list[int]:
    """Versions of messages that were judged before it was known what they pass on: one of `rows`, which is abusive now. None of `rows`."""
    abusive = {number for number, row in rows.items() if row.harms and not row.as_copies and not row.own}
    named = find(models.ItemName, ("digest", "advocate_id"), "item_id", abusive)
    owners = {bytes(digest): advocate for digest, advocate in named}
    passers = {item: owners[bytes(digest)] for item, digest in find(models.PassedOn, ("item_id", "digest"), "digest", owners)}
    return _mild(passers, besides=rows)


def _mild(passers: Mapping[int, int], *, besides: Collection[int]) -> list[int]:
    """Versions of those that were judged and found harmless, and are of the advocate who is named."""
    columns = ("number", "advocate_id", "severity", "assessed", "own")
    found = find(models.Item, columns, "number", passers.keys() - set(besides))
    mild = [
        number for number, at, severity, assessed, own in found if at == passers[number] and assessed and not severity and not own
    ]
    return sorted(number for (number,) in find(models.Version, ("number",), "item_id", mild))[:MAX_REFERENCES]
