"""The log's tiles: kept beside its leaves, so that a proof reads a few rows of a log of any size.

In the database, since they must agree with the leaves that are there, whatever was restored or rolled back, and a backup of
the rows then has all. Level 0 is the leaves' own rows.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction

from parapet.domain.errors import LogBroken
from parapet.evidence.log import HASH_BYTES, verify_consistency
from parapet.evidence.tiles import HEIGHT, WIDTH, TiledTree, tile_root
from parapet.records.chain import hold_log
from parapet.records.models import LogEntry, LogTile

#: Tiles made in one transaction: writers of the log wait for it, some tens of milliseconds.
_TILES_AT_ONCE = 64


def tiled_tree(size: int) -> TiledTree:
    """The tree of the log's first `size` leaves, for proofs. Brings the tiles up to date first. Raises LogBroken."""
    keep_tiles(size)
    return TiledTree(size, read_tile)


def consistency_proof(old: int, size: int, root: bytes) -> list[bytes]:
    """The proof that the first `size` leaves, which were signed with this `root`, begin with the first `old`.

    Held to that root before it leaves: a damaged row of a tile would make a false proof, and a witness would take it for a fork. Tiles are
    then made anew from the leaves. Raises LogBroken when those do not give the root either.
    """
    for _ in range(2):
        tree = tiled_tree(size)
        with suppress(LogBroken):
            proof = tree.consistency_proof(old)
            if verify_consistency(old=old, old_root=tree.root(old), size=size, root=root, proof=proof):
                return proof
        LogTile.objects.all().delete()
    raise LogBroken("The leaves of the log do not give the root that was signed.")


def read_tile(level: int, number: int, width: int) -> bytes:
    """The first `width` hashes of a tile. Raises LogBroken when there are fewer."""
    if level == 0:
        first = number * WIDTH
        rows = LogEntry.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
        hashes = b"".join(bytes(h) for h in rows.values_list("leaf_hash", flat=True))
    else:
        row = LogTile.objects.filter(place=_place(level, number)).first()
        hashes = b"" if row is None else bytes(row.hashes)[: width * HASH_BYTES]
    if len(hashes) != width * HASH_BYTES:
        raise LogBroken("A tile of the log holds less than it should.")
    return hashes


def keep_tiles(size: int) -> None:
    """Make what is missing of the tiles above the leaves, for a log that has at least `size` leaves."""
    level = 1
    while wanted := size >> HEIGHT * level:
        while _kept(level) < wanted:
            with transaction.atomic():
                hold_log()
                _grow(level, wanted)
        level += 1


def _grow(level: int, wanted: int) -> None:
    """Add to a level the hashes of the next full tiles of the level below, as far as `wanted` and `_TILES_AT_ONCE`."""
    kept = _kept(level)
    for number in range(kept >> HEIGHT, -(-wanted // WIDTH)):
        first, end = max(kept, number * WIDTH), min(wanted, (number + 1) * WIDTH, kept + _TILES_AT_ONCE)
        if first >= end:
            return
        held = read_tile(level, number, first % WIDTH) if first % WIDTH else b""
        added = b"".join(tile_root(read_tile(level - 1, below, WIDTH)) for below in range(first, end))
        LogTile.objects.update_or_create(
            place=_place(level, number), defaults={"level": level, "number": number, "hashes": held + added}
        )


def _kept(level: int) -> int:
    """How many hashes a level has."""
    last = LogTile.objects.filter(place__gte=_place(level, 0), place__lt=_place(level + 1, 0)).order_by("-place").first()
    return 0 if last is None else last.number * WIDTH + len(bytes(last.hashes)) // HASH_BYTES


def _place(level: int, number: int) -> int:
    return (level << 56) + number
