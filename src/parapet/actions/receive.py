"""Receive items: seal their bytes in the vault, then write row, leaf and promised work in one transaction.

The same delivery twice adds nothing; the same URI with other content is a new version; an item that several files hold
is one item with several occurrences. A crash before the commit leaves bytes in the vault that nothing refers to, and the
next import takes the items in; a crash after it leaves everything.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from django.db import IntegrityError, transaction

from parapet.actions.address_book import AddressBook
from parapet.actions.arrivals import Arrival, Incoming, Outcome, give
from parapet.actions.ask_keys import keys_are_asked_for
from parapet.actions.first_check import checks_of, first_check
from parapet.actions.keep_source_check import insert_checks, source_event
from parapet.actions.kept_out import erased_before, mark_sources
from parapet.actions.move_items import move_items
from parapet.actions.passing_on import note_passed_on
from parapet.actions.receive_closed import judge_closed, keys_changed
from parapet.actions.tallies import count_received
from parapet.evidence.keys import Locker, new_key
from parapet.evidence.seal import capture_body
from parapet.jobs import outbox
from parapet.patterns.aimed_at import aim
from parapet.records import models
from parapet.records.bulk import find, insert, stored_times
from parapet.records.chain import Event, append, hold_log
from parapet.records.faces import pack_item
from parapet.records.keyring import keyring, vault
from parapet.records.naming import face_context, item_key_context, names_of, original_context, sender_of, thread_of, uri_name
from parapet.records.numbers import new_number, public

#: Items in one transaction: large enough that one fsync and one lock serve many, small enough to keep memory flat.
BATCH_ITEMS = 1_000
BATCH_BYTES = 8 * 1024 * 1024
#: A row of `ItemName`: digest, advocate, item.
_Name = tuple[bytes, int, int]

_ITEM = (
    "number", "advocate_id", "channel", "kind", "wrapped_key", "sender", "thread", "received_at", "sent_at", "time_is_ours",
    "own", "in_own_name", "versions", "lang", "assessed", "abstain", "severity", "urgency", "harms", "as_copies",
)  # fmt: skip
_VERSION = (
    "number", "item_id", "ordinal", "content", "pack", "offset", "length", "media_type", "captured_at", "log_index", "sealed_face",
)  # fmt: skip
_OCCURRENCE = ("version_id", "source_id", "spot", "offset", "length", "sealed_place", "seen_at")


def receive(arrivals: Sequence[Arrival], book: AddressBook, *, now: datetime | None = None) -> Outcome:
    """Take `arrivals` in, at most BATCH_ITEMS of them. Raises HomeUnwritable when disk or database cannot take them."""
    now = now or datetime.now(UTC)
    _keep_what_is_loaded()
    try:
        return _Batch(arrivals, book, now).take_in()
    except (IntegrityError, _Overtaken):
        # Rare, so let the log's lock be held over reading and sealing: nobody can come between again.
        return _Batch(arrivals, book, now).take_in_alone()


@cache
def _keep_what_is_loaded() -> None:
    """Once a process: its code and its model stay until the end, and the collector need not go through them for every batch."""
    gc.freeze()


class _Overtaken(Exception):
    """Another process received some of the same between our look and our turn."""


def _newest_name() -> int:
    """Changes whenever anybody received an item."""
    return models.ItemName.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class _Batch:
    def __init__(self, arrivals: Sequence[Arrival], book: AddressBook, now: datetime) -> None:
        self.arrivals, self.book, self.now = arrivals, book, now
        self.keys = keyring()
        self.stored = stored_times()
        self.stored_now = self.stored(now)
        self.advocates: dict[int, Locker] = {}
        self.rows: dict[int, bytes] = {}
        self.erased: list[Incoming] = []
        self.looked: list[tuple[list[bytes], set[_Name]]] = []

    def take_in(self) -> Outcome:
        """Look and seal first, then write under the log's lock. Raises _Overtaken."""
        newest = _newest_name()
        incoming, new, moves = self._prepared()
        with transaction.atomic():
            hold_log()
            if (_newest_name() != newest and self._overtaken()) or keys_changed(self.rows):
                raise _Overtaken
            self._write(incoming, new, moves)
        return self._outcome(incoming)

    def take_in_alone(self) -> Outcome:
        """The same with the lock held from the first look."""
        with transaction.atomic():
            hold_log()
            incoming, new, moves = self._prepared()
            self._write(incoming, new, moves)
        return self._outcome(incoming)

    def _prepared(self) -> tuple[list[Incoming], list[Incoming], dict[int, int]]:
        incoming = self._aimed()
        self.erased = erased_before(incoming)
        incoming = [one for one in incoming if one not in self.erased] if self.erased else incoming
        self._open_advocates({i.advocate for i in incoming})
        new, moves = self._told_apart(incoming)
        self._seal(new)
        return incoming, new, moves

    def _look_up(self, digests: Iterable[bytes]) -> set[_Name]:
        """Who holds items of these names; what was found is remembered for `_overtaken`."""
        digests = list(digests)
        rows = find(models.ItemName, ("digest", "advocate_id", "item_id"), "digest", digests)
        found = {(bytes(digest), advocate, item) for digest, advocate, item in rows}
        self.looked.append((digests, found))
        return found

    def _overtaken(self) -> bool:
        """True when a name that was looked up tells something else now."""
        before, self.looked = self.looked, []
        return any(self._look_up(digests) != found for digests, found in before)

    def _outcome(self, incoming: list[Incoming]) -> Outcome:
        """Counted by arrival: a message aimed at two advocates was found once."""
        by_arrival: dict[int, list[Incoming]] = {}
        for one in (*incoming, *self.erased):
            by_arrival.setdefault(id(one.arrival), []).append(one)
        outcome = Outcome()
        for several in by_arrival.values():
            new = [one for one in several if one.is_new]
            outcome.new += bool(new)
            outcome.already += not new
            outcome.versions += any(one.is_later_version for one in new)
            outcome.own += any(one.own for one in new)
            outcome.unmatched += any(one.advocate == models.Advocate.UNMATCHED for one in new)
        return outcome

    # Whom it is aimed at

    def _aimed(self) -> list[Incoming]:
        items = [a.found.item for a in self.arrivals]
        known = self.book.look_up(items)
        earlier = self._held(uri_name(item.channel, uri) for item in items for uri in item.refers_to)
        incoming = []
        for arrival in self.arrivals:
            item = arrival.found.item
            held = {uri: earlier.get(uri_name(item.channel, uri), ()) for uri in item.refers_to}
            result = aim(item, known, self.book.names, folder=arrival.folder, earlier=held)
            shown = item.content_digest().hex()
            content = self.keys.digest_once("content", shown)
            names = [self.keys.digest("uri", name) for name in names_of(item)]
            for advocate in result.whom or (models.Advocate.UNMATCHED,):
                own = result.writer is not None and advocate == result.writer
                incoming.append(Incoming(arrival, advocate, own, shown, content, names))
            if result.whom:
                earlier.update(dict.fromkeys(names_of(item), result.whom))
        return incoming

    def _held(self, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Name to the advocates that items already held under it are aimed at."""
        digests = {self.keys.digest("uri", name): name for name in set(names)}
        held: dict[str, tuple[int, ...]] = {}
        for digest, advocate, _item in self._look_up(digests):
            if advocate != models.Advocate.UNMATCHED:
                name = digests[digest]
                held[name] = (*held.get(name, ()), advocate)
        return held

    def _open_advocates(self, numbers: set[int]) -> None:
        for advocate in models.Advocate.objects.filter(number__in=numbers | {models.Advocate.UNMATCHED}):
            self.rows[advocate.number] = wrapped = bytes(advocate.wrapped_key)
            self.advocates[advocate.number] = self.keys.advocate(advocate.number, wrapped)

    # What is new

    def _told_apart(self, incoming: list[Incoming]) -> tuple[list[Incoming], dict[int, int]]:
        """Those that bring new content, with the numbers of their items set; and moves: unmatched item to its advocate."""
        digests = {name for i in incoming for name in i.names}
        by_name: dict[bytes, dict[int, int]] = {}
        for digest, advocate, known in self._look_up(digests):
            by_name.setdefault(digest, {})[advocate] = known
        held = {item for owners in by_name.values() for item in owners.values()}
        contents: dict[int, dict[bytes, int]] = {}
        for known, content, number in find(models.Version, ("item_id", "content", "number"), "item_id", held):
            contents.setdefault(known, {})[bytes(content)] = number
        owner_of = {item: advocate for owners in by_name.values() for advocate, item in owners.items()}
        new: list[Incoming] = []
        moves: dict[int, int] = {}
        fresh: dict[int, list[Incoming]] = {}
        for one in incoming:
            item = self._match(one, by_name, moves)
            if item is None:
                item = new_number()
                one.is_new_item = True
                fresh[item] = []
                owner_of[item] = one.advocate
            elif owner_of[item] == models.Advocate.UNMATCHED != one.advocate:
                if item in fresh:
                    owner_of[item] = give(fresh[item], one.advocate, by_name)
                else:
                    moves[item] = one.advocate
            if item in fresh:
                fresh[item].append(one)
            one.item_number = item
            one.advocate = owner_of[item]
            for name in one.names:
                by_name.setdefault(name, {}).setdefault(one.advocate, item)
            versions = contents.setdefault(item, {})
            if one.content in versions:
                one.version_number = versions[one.content]
                continue
            one.is_new, one.is_later_version = True, bool(versions)
            one.version_number = versions[one.content] = new_number()
            new.append(one)
        self._open_items(new)
        return new, moves

    def _open_items(self, new: list[Incoming]) -> None:
        """Give each its item's key: a fresh one for a new item, the item's own for a later version."""
        opened: dict[int, Locker] = {}
        for one in new:
            if one.is_new_item:
                one.raw_key = new_key()
                opened[one.item_number] = Locker(one.raw_key)
        older = {one.item_number for one in new} - opened.keys()
        for item, advocate, wrapped in find(models.Item, ("number", "advocate_id", "wrapped_key"), "number", older):
            opened[item] = self._advocate(advocate).below(bytes(wrapped), about=item_key_context(item))
        for one in new:
            one.key = opened[one.item_number]

    def _advocate(self, advocate: int) -> Locker:
        """The key of an advocate, opened when it was not of this batch's."""
        if advocate not in self.advocates:
            self._open_advocates({advocate})
        return self.advocates[advocate]

    def _match(self, one: Incoming, by_name: dict[bytes, dict[int, int]], moves: dict[int, int]) -> int | None:
        """The item this is, if we hold it: for the same advocate; or unmatched so far, and now hers; or hers, and now without a sign of whom."""
        unmatched = models.Advocate.UNMATCHED
        for name in one.names:
            owners = by_name.get(name, {})
            if one.advocate in owners:
                return owners[one.advocate]
            if unmatched in owners and moves.get(owners[unmatched], one.advocate) == one.advocate:
                return owners[unmatched]
            if one.advocate == unmatched and owners:
                return next(iter(owners.values()))
        return None

    def _row(self, one: Incoming) -> tuple[object, ...]:
        """The row of a new item, in the order of `_ITEM`."""
        item, number = one.arrival.found.item, one.item_number
        wrapped = self._advocate(one.advocate).wrap(one.raw_key, about=item_key_context(number))
        sent_at = self.stored(item.sent_at or self.now)
        return (
            number, one.advocate, item.channel, str(item.kind), wrapped, sender_of(item), thread_of(item),
            self.stored_now, sent_at, item.sent_at is None, one.own, one.own, 1, item.lang[:2], False, False, 0, 0, 0, False,
        )  # fmt: skip

    # Sealing and writing

    def _seal(self, new: list[Incoming]) -> None:
        """Encrypt and store the originals: after this returns they are on the disk, whatever happens to the database."""
        blobs = []
        for one in new:
            assert one.key is not None
            blobs.append(one.key.lock(one.arrival.found.raw, about=original_context(one.version_number)))
        slots = vault().write_pack(blobs) if blobs else []
        for one, slot in zip(new, slots, strict=True):
            one.slot, one.face = slot, pack_item(one.arrival.found.item)
            one.source = first_check(one.arrival.found)

    def _write(self, incoming: list[Incoming], new: list[Incoming], moves: dict[int, int]) -> None:
        """All rows, leaves and promises of the batch. The log's lock is held."""
        mark_sources(self.erased)
        self._new(new, moves)
        again = [(name, one.advocate, one.item_number) for one in incoming if one.arrival.renamed for name in one.names]
        insert(models.ItemName, ("digest", "advocate_id", "item_id"), again, known="skip")
        self._occurrences(incoming)

    def _new(self, new: list[Incoming], moves: dict[int, int]) -> None:
        new_owner = moves
        if moves:
            move_items(moves, now=self.now)
        if not new:
            return
        insert(models.Item, _ITEM, [self._row(one) for one in new if one.is_new_item])
        ordinals = self._ordinals(new)
        checked = checks_of(new, ordinals, self.now)
        captures = [self._capture(one, ordinals[one.version_number]) for one in new]
        indexes = append([*captures, *map(source_event, checked)])
        rows = [self._version(one, ordinals[one.version_number], index) for one, index in zip(new, indexes, strict=False)]
        insert(models.Version, _VERSION, rows)
        waiting = insert_checks(checked, indexes[len(new) :])
        self._name(new, new_owner)
        note_passed_on(new)
        count_received(
            (i.item_number, new_owner.get(i.item_number, i.advocate), i.own, i.is_new_item, i.arrival.found.item) for i in new
        )
        # Her own as well: should anybody ever pass for her, a threat must not lie among her posts unread.
        if later := judge_closed(new, self.rows, new_owner, self.now):
            outbox.put("assess_batch", {"versions": later})
        if waiting and keys_are_asked_for():
            outbox.put("ask_keys", {"versions": waiting})

    def _version(self, one: Incoming, ordinal: int, index: int) -> tuple[object, ...]:
        """The row of a new version, in the order of `_VERSION`."""
        assert one.slot is not None and one.key is not None
        sealed = one.key.lock(one.face, about=face_context(one.version_number))
        slot, media_type = one.slot, one.arrival.found.media_type[:48]
        return (
            one.version_number, one.item_number, ordinal, one.content, slot.pack, slot.offset, slot.length, media_type,
            self.stored_now, index, sealed,
        )  # fmt: skip

    def _ordinals(self, new: list[Incoming]) -> dict[int, int]:
        """Each new version's place among its item's; the items' counts are raised to match."""
        held = dict.fromkeys((one.item_number for one in new if one.is_new_item), 0)
        older = {one.item_number for one in new} - held.keys()
        if older:
            held.update(find(models.Item, ("number", "versions"), "number", older))
        ordinals = {}
        for one in new:
            held[one.item_number] = ordinals[one.version_number] = held[one.item_number] + 1
        for number in {one.item_number for one in new if not one.is_new_item or held[one.item_number] > 1}:
            models.Item.objects.filter(number=number).update(versions=held[number])
        return ordinals

    def _capture(self, one: Incoming, ordinal: int) -> Event:
        found = one.arrival.found
        assert one.key is not None
        body = capture_body(
            item_id=public("itm", one.item_number),
            version=ordinal,
            at=self.now,
            sha256=hashlib.sha256(found.raw).hexdigest(),
            size_bytes=len(found.raw),
            media_type=found.media_type[:48],
            channel=found.item.channel,
            content_sha256=one.content_sha256,
            face_sha256=hashlib.sha256(one.face).hexdigest(),
            source_mark=one.arrival.source_mark,
            place=found.place,
        )
        kind = "capture" if ordinal == 1 else "version"
        return Event(kind, self.now, body, one.key, advocate=one.advocate, item=one.item_number)

    def _name(self, new: list[Incoming], moved: dict[int, int]) -> None:
        """Enter every name of each item, and carry along unmatched items that were waiting for one of them."""
        rows: dict[tuple[bytes, int], int] = {}
        waiting: list[tuple[bytes, int]] = []
        for one in new:
            advocate = moved.get(one.item_number, one.advocate)
            for name in one.names:
                rows.setdefault((name, advocate), one.item_number)
            if advocate == models.Advocate.UNMATCHED and one.is_new_item:
                item = one.arrival.found.item
                refers = (uri_name(item.channel, uri) for uri in item.refers_to)
                waiting += [(self.keys.digest("uri", name), one.item_number) for name in refers]
        named = ((name, advocate, item) for (name, advocate), item in rows.items())
        insert(models.ItemName, ("digest", "advocate_id", "item_id"), named, known="skip")
        insert(models.PendingReference, ("digest", "item_id"), waiting)
        self._carry_along({name: advocate for name, advocate in rows if advocate != models.Advocate.UNMATCHED})

    def _carry_along(self, aimed: dict[bytes, int]) -> None:
        """Unmatched items that refer to something now known to be aimed at somebody follow it; and those that refer to them."""
        while aimed:
            waiting = find(models.PendingReference, ("digest", "item_id"), "digest", aimed)
            moves = {item: aimed[bytes(digest)] for digest, item in waiting}
            if not moves:
                return
            models.PendingReference.objects.filter(item_id__in=moves).delete()
            move_items(moves, now=self.now)
            names = find(models.ItemName, ("digest", "advocate_id"), "item_id", moves)
            aimed = {bytes(digest): advocate for digest, advocate in names}

    def _occurrences(self, incoming: list[Incoming]) -> None:
        rows = []
        for one in incoming:
            place = one.arrival.found.place
            where = f"{place.member}\0{place.pointer}\0{place.offset}\0{one.arrival.found.item.uri}"
            said = f"{place.member}\0{place.pointer}"
            sealed = self.keys.lock_text(said, about=f"place:{one.version_number}".encode())
            spot = self.keys.number_once("spot", where)
            rows.append((one.version_number, one.arrival.source, spot, place.offset, place.length, sealed, self.stored_now))
        insert(models.Occurrence, _OCCURRENCE, rows, known="skip")
