"""Do log, database and vault agree? Told from the rows themselves, with a Merkle tree of its own after RFC 9162.

What opens keys is the program's; the tree, the checkpoints, what is where, and what was acknowledged are looked at here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Prefixes:
    """The root of every prefix of some leaves, by the definition of RFC 9162, section 2.1.1; subtrees that are whole are kept."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.kept: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        return self._range(0, size) if size else hashlib.sha256(b"").digest()

    def _range(self, start: int, end: int) -> bytes:
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self.kept:
            half = 1
            while half * 2 < end - start:
                half *= 2
            self.kept[start, end] = node(self._range(start, start + half), self._range(start + half, end))
        return self.kept[start, end]


def head() -> tuple[int, str]:
    """Size and root of the log as its head tells them: the peaks of the whole subtrees, folded from the right."""
    [(size, frontier)] = _rows('SELECT size, frontier FROM "records_loghead"')
    raw = bytes(frontier)
    peaks = [raw[at : at + 32] for at in range(8, len(raw), 32)]
    if not peaks:
        return size, hashlib.sha256(b"").hexdigest()
    root = peaks.pop()
    while peaks:
        root = node(peaks.pop(), root)
    return size, root.hex()


def faults(folder: Path) -> list[str]:
    """What does not agree, in words for whoever reads a failed test; `folder` has the notes, bags and backups of `support.busy`."""
    from parapet.actions.check_home import check_home

    found: list[str] = []
    health = check_home()
    found += [f"check: {fault.code} {fault.about}" for fault in health.faults]
    log = _rows('SELECT "index", leaf_hash, kind FROM "records_logentry" ORDER BY "index"')
    tree = Prefixes([bytes(hashed) for _, hashed, _ in log])
    size, root = head()
    if [index for index, _, _ in log] != list(range(size)) or tree.root(size).hex() != root:
        return [*found, f"the head tells {size} leaves, and the rows give another tree"]
    found += _checkpoints(tree)
    found += _versions({index: kind for index, _, kind in log})
    found += _acknowledged(folder, tree, size)
    return found


def _checkpoints(tree: Prefixes) -> list[str]:
    found = []
    for size, note in _rows('SELECT size, note FROM "records_checkpoint" ORDER BY size'):
        told, root = note.split("\n")[1:3]
        if int(told) != size or size > len(tree.leaves) or base64.b64decode(root) != tree.root(size):
            found.append(f"the checkpoint of {size} is not of this log")
    return found


def _versions(kinds: dict[int, str]) -> list[str]:
    """Each version has its leaf, and each such leaf its version; each original is in the vault and gives what its leaf says."""
    from parapet.access import opening
    from parapet.records.keyring import vault
    from parapet.records.models import Erased, LogEntry, Source, Version

    found, named = [], set()
    versions = list(Version.objects.select_related("item__advocate"))
    leaves = LogEntry.objects.in_bulk([version.log_index for version in versions])
    for version in versions:
        key = opening.item_key(version.item, opening.locker_of(version.item.advocate))
        said = json.loads(opening.leaf_bytes(leaves[version.log_index], key))
        raw = opening.original_bytes(version, key)
        if hashlib.sha256(raw).hexdigest() != said["sha256"] or (said["item"], said["version"]) != (
            version.item.id,
            version.ordinal,
        ):
            found.append(f"version {version.number} is not what its leaf says")
        named.add(version.log_index)
    captured = {index for index, kind in kinds.items() if kind in ("capture", "version")}
    gone = set(Erased.objects.filter(what="item").values_list("number", flat=True))
    erased = set(LogEntry.objects.filter(kind__in=("capture", "version"), item_number__in=gone).values_list("index", flat=True))
    if named != captured - erased or len(named) != len(versions) or erased - captured:
        found.append(f"{len(versions)} versions, {len(captured)} leaves of versions, {len(erased)} of them of erased items")
    found += [f"erased item {number} is still there" for number in gone & {version.item_id for version in versions}]
    packs = {version.pack for version in versions} | set(Source.objects.exclude(pack="").values_list("pack", flat=True))
    here = {path.stem for path in vault().root.rglob("*.pack")}
    if packs - here:
        found.append(f"{len(packs - here)} packs are named and not in the vault")
    return found


def _acknowledged(folder: Path, tree: Prefixes, size: int) -> list[str]:
    """Nothing that somebody was told is done may be missing, or be another than it was."""
    from parapet.actions.sign_checkpoint import public_key
    from parapet.evidence.shelf import Shelf
    from parapet.evidence.verify import verify
    from parapet.records.keyring import keyring
    from parapet.records.models import Case, Checkpoint, Item
    from parapet.records.numbers import number_of

    notes = [json.loads(line) for line in (folder / "notes").read_text().splitlines()]
    told: dict[str, list[Any]] = {
        name: [n[name] for n in notes if name in n]
        for name in ("size", "case", "checkpoint", "bag", "backup", "erased", "generation")
    }
    found = []
    for one in notes:
        if "size" in one and (one["size"] > size or tree.root(one["size"]).hex() != one["root"]):
            found.append(f"{one['did']} was acknowledged at {one['size']} leaves, and the log is another now")
    cases = {case.id for case in Case.objects.all()}
    found += [f"case {case} is gone" for case in set(told["case"]) - cases]
    kept = set(Checkpoint.objects.values_list("note", flat=True))
    found += ["a checkpoint that was given out is gone" for note in set(told["checkpoint"]) - kept]
    gone = {number for item in told["erased"] if (number := number_of("itm", item)) is not None}
    found += [f"item {number} was erased, and is there" for number in Item.objects.filter(number__in=gone).values_list("number")]
    if told["generation"] and keyring().instance.generation < max(told["generation"]):
        found.append("the keys are of an earlier generation than was told")
    found += [f"bag {bag} is not sound" for bag in told["bag"][-1:] if not verify(bag, trusted=[public_key()]).sound]
    if told["backup"]:
        shelf = Shelf(folder / "backups")
        found += [f"backup {identity} is gone" for identity in set(told["backup"]) - set(shelf.ids())]
        for _ in shelf.check(shelf.read(shelf.ids()[-1], keyring().instance)):
            pass  # raises where a file is not what was signed
    return found


def _rows(sql: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
