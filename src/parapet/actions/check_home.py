"""Check a home deeply: is all that its log sealed still there, and does it still give what was sealed?

1. The leaves give the root that the log's head says, and each checkpoint's, which are signed by this home's key.
   Each row is as this home wrote it: kind, time, and whom and what it is about.
2. Each leaf opens and gives its own hash; or its key was destroyed, as an entry of the log that opens says.
3. Each version has its leaf, and each such leaf its version; original and working copy give the digests in it.
4. Each source opens and gives the digest in its leaf.
5. Time stamps and cosignatures are those of the checkpoints beside which they are kept, and hold.
6. Judgements, names, profiles and titles open; notes are those that the log tells of. The heads of each case are those
   of the entries before them.
What is closed, and opens with the key of nobody who is present, is counted, and only its place in the log is checked.
Packs that no row refers to are counted: a crash leaves them, or somebody is writing just now.

Nothing is changed, and all is read as of one moment, so others may go on working. Memory does not grow with the home
but for the names of its packs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

from django.db.models import Model, QuerySet

from parapet.access import opening
from parapet.access.case_cards import case_key_context
from parapet.access.check_ins import broken_check_ins
from parapet.access.contradictions import contradictions
from parapet.access.counsel_rows import cases_of_channels
from parapet.access.shield_reasons import broken_reasons
from parapet.access.support_rows import keys_beside
from parapet.actions.check_cases import broken_cases
from parapet.actions.check_corrections import broken_corrections
from parapet.actions.check_layers import broken_layers
from parapet.actions.check_people import broken_people
from parapet.actions.check_reports import broken_blocks, broken_reports
from parapet.actions.check_sources import broken_checks
from parapet.actions.check_support import broken_beside
from parapet.actions.check_words import broken_cosignatures, broken_refusals, broken_tokens
from parapet.actions.health import Health
from parapet.actions.seal_source import open_source
from parapet.actions.sign_checkpoint import origin, public_key
from parapet.domain.errors import KeyClosed, KeyWrong, LogBroken, SealBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.canonical import read_leaf
from parapet.evidence.checkpoint import open_note
from parapet.evidence.keys import Locker
from parapet.evidence.log import Frontier, leaf_hash
from parapet.evidence.seal import CAPTURE_KINDS, check_capture
from parapet.jobs import outbox
from parapet.records import models, snapshot
from parapet.records.bulk import find
from parapet.records.chain import leaf_context
from parapet.records.clock import EVERY_CASE
from parapet.records.keyring import keyring, vault
from parapet.records.lasting import LASTING, vouched
from parapet.records.naming import assessment_context, item_key_context
from parapet.records.numbers import public
from parapet.records.profiles import profile_of
from parapet.records.source_keys import source_key
from parapet.records.vouching import REVOKE, check_head, is_vouched

_LEAVES, _VERSIONS = 2_000, 200
Progress = Callable[[int, int], None]
_Row = TypeVar("_Row", bound=Model)
_BROKEN = (KeyWrong, SealBroken, ValueError)


def check_home(*, progress: Progress | None = None) -> Health:
    """Check the home that this process serves. Raises KeyWrong when its log was signed by another key."""
    with snapshot.one_moment():
        return _Check(progress or (lambda done, total: None)).run()


def _each(rows: QuerySet[_Row]) -> Iterator[_Row]:
    return chain.from_iterable(snapshot.in_pages(rows))


class _Check:
    def __init__(self, progress: Progress) -> None:
        self.health = Health()
        self.progress = progress
        self.done = self.total = 0
        self.advocates: dict[int, Locker] = {}
        self.organisations = set(models.Organisation.objects.values_list("number", flat=True))
        self.missing: set[str] = set()
        self.signed: Iterator[tuple[int, bytes]] = iter(())
        self.next_signed: tuple[int, bytes] | None = None

    def run(self) -> Health:
        head = models.LogHead.objects.get(number=1)
        self.total = head.size + models.Version.objects.count() + models.Source.objects.count() + models.TimeToken.objects.count()
        self._advocates()
        captures = self._log(head)
        self._versions(captures)
        self._sources()
        self._from_outside()
        self._words()
        work = outbox.backlog()
        self.health.waiting, self.health.failed = work.open, work.failed
        self.health.strays = len(vault().strays({name.hex() for name in snapshot.packs_named()}))
        return self.health

    def _step(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)

    # 1 and 2: the log

    def _log(self, head: models.LogHead) -> int:
        """The tree and every leaf; how many leaves are of versions, or -1 when that cannot be told."""
        self.signed = self._signed_roots()
        self.next_signed = next(self.signed, None)
        tree, captures, ends, whole = Frontier(), 0, 0, True
        for entries in snapshot.in_pages(models.LogEntry.objects.all(), _LEAVES):
            keys = self._keys_of(entries)
            for entry in entries:
                if whole and entry.index != tree.size:
                    # No root can hold from here on. What the other leaves sealed is still looked at.
                    self.health.fault("log_gap", f"{tree.size}")
                    whole = False
                if whole:
                    tree.append(bytes(entry.leaf_hash))
                    self._signed(tree)
                captures += entry.kind in CAPTURE_KINDS and keys.get(entry.index) is not None
                ends += entry.kind == REVOKE
                if not is_vouched(entry):
                    self.health.fault("log_row", f"{entry.index}")
                self._leaf(entry, keys)
            self._step(len(entries))
        if self.next_signed is not None:
            self.health.fault("checkpoint", f"{self.next_signed[0]}")
        self.health.leaves, self.health.root = tree.size, tree.root().hex()
        if (tree.size, tree.to_bytes()) != (head.size, bytes(head.frontier) or Frontier().to_bytes()):
            self.health.fault("log_root", f"{tree.size}/{head.size}")
        try:
            check_head(head.size, bytes(head.frontier), head.ends, bytes(head.mac))
        except LogBroken:
            self.health.fault("log_head", f"{head.size}")
        if ends != head.ends:
            self.health.fault("log_ends", f"{ends}/{head.ends}")
        return captures if whole else -1

    def _signed(self, tree: Frontier) -> None:
        """Hold the tree, as it has grown so far, to the checkpoint of its size."""
        while self.next_signed is not None and self.next_signed[0] <= tree.size:
            if self.next_signed != (tree.size, tree.root()):
                self.health.fault("checkpoint", f"{self.next_signed[0]}")
            self.next_signed = next(self.signed, None)

    def _signed_roots(self) -> Iterator[tuple[int, bytes]]:
        """Size and root of every checkpoint whose signature holds."""
        key, ours = public_key(), origin()
        newest = models.Checkpoint.objects.order_by("-size").first()
        if newest is not None and newest.note.startswith("parapet/") and not newest.note.startswith(f"{ours}\n"):
            raise KeyWrong(_("The log of this home was signed with another key than the one here."))
        for row in _each(models.Checkpoint.objects.all()):
            self.health.checkpoints += 1
            try:
                said = open_note(row.note, [key])
                if (said.origin, said.size) != (ours, row.size):
                    raise LogBroken
            except LogBroken:
                self.health.fault("checkpoint", f"{row.size}")
            else:
                yield said.size, said.root

    def _leaf(self, entry: models.LogEntry, keys: dict[int, Locker | None]) -> None:
        if entry.index not in keys:
            return  # told already: what it is about is gone, or its key does not open
        key = keys[entry.index]
        if key is None:
            self.health.erased += 1
            return
        if key.closed:
            self.health.closed += 1
            return
        try:
            said = opening.leaf_bytes(entry, key)
            if leaf_hash(said) != bytes(entry.leaf_hash) or read_leaf(said).get("kind") != entry.kind:
                raise SealBroken
        except _BROKEN:
            self.health.fault("leaf", f"{entry.index}")

    def _keys_of(self, entries: list[models.LogEntry]) -> dict[int, Locker | None]:
        """Index to what opens the leaf; None where that was destroyed. Those without one are noted as faults."""
        items = self._item_keys({e.item_number for e in entries if e.item_number is not None})
        cases = self._case_keys({e.case_number for e in entries if e.case_number is not None})
        sources = self._source_keys([e.index for e in entries if e.kind == "source"])
        advocates: dict[int, Locker | None] = {**self.advocates}
        numbers = {e.advocate_number for e in entries if e.advocate_number is not None}
        gone = vouched(
            (numbers - advocates.keys()) | {e.item_number for e in entries if e.item_number is not None} - items.keys()
        )
        advocates.update(dict.fromkeys(numbers & gone.keys()))
        items.update(dict.fromkeys(gone.keys() - numbers))
        keys: dict[int, Locker | None] = {}
        for e in entries:
            if e.kind in LASTING:
                held, at = advocates, models.Advocate.UNMATCHED
            elif e.item_number is not None:
                held, at = items, e.item_number
            elif e.case_number not in (None, EVERY_CASE) and e.case_number not in self.organisations:
                held, at = cases, e.case_number
                if at not in cases and e.advocate_number in gone:
                    cases[at] = None  # erased with its advocate
            elif e.kind == "source":
                held, at = sources, e.index
            else:
                held, at = advocates, -1 if e.advocate_number is None else e.advocate_number
            if at in held:
                keys[e.index] = held[at]
            else:
                self.health.fault("leaf_key", f"{e.index}")
        return keys

    def _advocates(self) -> None:
        for advocate in _each(models.Advocate.objects.all()):
            try:
                self.advocates[advocate.number] = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
            except KeyWrong:
                self.health.fault("key", advocate.id)
            try:
                profile_of(advocate)
            except _BROKEN:
                self.health.fault("sealed", advocate.id)

    def _item_keys(self, numbers: set[int]) -> dict[int, Locker | None]:
        rows = find(models.Item, ("number", "advocate_id", "wrapped_key"), "number", numbers)
        return self._opened(((n, a, bytes(w)) for n, a, w in rows), "itm", item_key_context)

    def _case_keys(self, numbers: set[int]) -> dict[int, Locker | None]:
        of_channels = cases_of_channels(numbers)
        wanted = numbers | set(of_channels.values())
        rows = find(models.Case, ("number", "advocate_id", "wrapped_key"), "number", wanted)
        keys = self._opened(((n, a, bytes(w)) for n, a, w in rows), "cas", case_key_context)
        keys |= {number: keys[case] for number, case in of_channels.items() if case in keys}
        return keys | keys_beside(numbers)

    def _opened(
        self, rows: Iterator[tuple[int, int, bytes]], prefix: str, about: Callable[[int], bytes]
    ) -> dict[int, Locker | None]:
        keys: dict[int, Locker | None] = {}
        for number, advocate, wrapped in rows:
            try:
                keys[number] = self.advocates[advocate].below(wrapped, about=about(number))
            except KeyClosed:
                keys[number] = self.advocates[advocate]
            except (KeyError, KeyWrong):
                self.health.fault("key", public(prefix, number))
        return keys

    def _source_keys(self, indexes: list[int]) -> dict[int, Locker | None]:
        keys: dict[int, Locker | None] = {}
        for index, number, wrapped in find(models.Source, ("log_index", "number", "wrapped_key"), "log_index", indexes):
            try:
                raw = bytes(wrapped)
                if raw:
                    keys[index] = Locker(source_key(number, raw))
                elif number in vouched([number]):
                    keys[index] = None
                else:
                    self.health.fault("key", public("src", number))
            except KeyClosed:
                keys[index] = next(each for each in self.advocates.values() if each.closed)
            except KeyWrong:
                self.health.fault("key", public("src", number))
        return keys

    # 3: versions

    def _versions(self, captures: int) -> None:
        for rows in snapshot.in_pages(models.Version.objects.all(), _VERSIONS):
            held = self._item_keys({row.item_id for row in rows})
            keys = {item: key for item, key in held.items() if key is None or not key.closed}
            leaves = {e.index: e for e in models.LogEntry.objects.filter(index__in=[row.log_index for row in rows])}
            judged: dict[int, list[models.Assessment]] = {}
            for row in models.Assessment.objects.filter(version__in=[row.number for row in rows]):
                judged.setdefault(row.version_id, []).append(row)
            for version in rows:
                key = keys.get(version.item_id)
                if key is not None:
                    self._version(version, leaves.get(version.log_index), key, judged.get(version.number, []))
            broken = (*broken_checks(keys, {row.number: row.item_id for row in rows}), *broken_corrections(keys))
            for code, about in broken:
                self.health.fault(code, about)
            self.health.versions += len(rows)
            self._step(len(rows))
        if captures >= 0 and self.health.versions != captures:
            self.health.fault("version_missing", f"{self.health.versions}/{captures}")

    def _version(
        self, version: models.Version, entry: models.LogEntry | None, key: Locker, judged: list[models.Assessment]
    ) -> None:
        about = f"{public('itm', version.item_id)}, {version.ordinal}"
        try:
            if entry is None or entry.kind not in CAPTURE_KINDS:
                raise SealBroken
            leaf = read_leaf(opening.leaf_bytes(entry, key))
            if (leaf["item"], leaf["version"]) != (public("itm", version.item_id), version.ordinal):
                raise SealBroken
        except (*_BROKEN, KeyError):
            self.health.fault("version_leaf", about)
            return
        if self._is_there(version.pack):
            try:
                check_capture(leaf, raw=opening.original_bytes(version, key))
            except _BROKEN:
                self.health.fault("original", about)
        try:
            if hashlib.sha256(opening.face_bytes(version, key)).hexdigest() != leaf["face_sha256"]:
                raise SealBroken
        except (*_BROKEN, KeyError):
            self.health.fault("face", about)
        for row in judged:
            self._opens("judgement", about, bytes(row.sealed), key, assessment_context(version.number, row.model))

    def _is_there(self, pack: str) -> bool:
        if pack in self.missing:
            return False
        if vault().has(pack):
            return True
        self.missing.add(pack)
        self.health.fault("pack_missing", pack if pack.isalnum() else "?")
        return False

    # 4: sources

    def _sources(self) -> None:
        for source in _each(models.Source.objects.all()):
            if bytes(source.wrapped_key) and self._is_there(source.pack) and not self._gives_its_digest(source):
                self.health.fault("source", public("src", source.number))
            self.health.sources += 1
            self._step(1)

    def _gives_its_digest(self, source: models.Source) -> bool:
        key = self._source_keys([source.log_index]).get(source.log_index)
        entry = models.LogEntry.objects.filter(index=source.log_index, kind="source").first()
        if key is None or key.closed or entry is None:
            return True  # told already, with the leaf
        try:
            said = read_leaf(key.unlock(bytes(entry.sealed_leaf), about=leaf_context(entry.index)))["details"]
            with open_source(source) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed's BinaryIO lacks readinto
                return bool((digest, file.tell()) == (said["sha256"], said["size_bytes"]))
        except (*_BROKEN, KeyError):
            return False

    # 5: what outside bodies said of the log

    def _from_outside(self) -> None:
        for found in broken_tokens():
            self.health.tokens += 1
            if found:
                self.health.fault(*found)
            self._step(1)
        for found in broken_cosignatures():
            self.health.cosignatures += 1
            if found:
                self.health.fault(*found)
        for found in broken_refusals():
            self.health.fault(*found)
        self.health.contradictions = sum(not each.reason for each in contradictions())

    # 6: other words that are sealed

    def _words(self) -> None:
        for name in (*broken_beside(), *broken_people()):
            self.health.fault("sealed", name)
        for advocate in _each(models.Advocate.objects.all()):
            hers = self.advocates.get(advocate.number)
            if hers is not None and not hers.closed:
                for broken in (broken_layers, broken_check_ins, broken_reasons, broken_reports, broken_blocks):
                    for name in broken(advocate, hers):
                        self.health.fault("sealed", name)
        for case in _each(models.Case.objects.all()):
            key = self._case_keys({case.number}).get(case.number)
            if key is None or key.closed:
                continue
            for found in broken_cases(case, key):
                self.health.fault(*found)

    def _opens(self, code: str, about: str, sealed: bytes, key: Locker, context: bytes) -> None:
        try:
            key.unlock(sealed, about=context)
        except KeyWrong:
            self.health.fault(code, about)
