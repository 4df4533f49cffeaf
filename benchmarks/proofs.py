"""Proofs out of tiles over a log of a million leaves, in memory and time, against a log of ten thousand.

    python -m benchmarks.proofs [--leaves N] [--full]

Each log is a home of its own on SQLite. A process of its own then makes proofs from its rows, as an export and the chore for witnesses do.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measured import Cost, machine, module

SMALL, LEAVES, FULL_LEAVES = 10_000, 200_000, 1_000_000
PROOFS = 500
#: Of the larger log against the smaller one.
MEMORY_LIMIT = 1.25
TIME_LIMIT = 4.0


def fill(home: Path, leaves: int) -> None:
    """A home whose log has so many leaves, and a head that says so."""
    from parapet.actions.make_home import make_home

    make_home(home)
    from django.db import transaction

    from parapet.evidence.log import Frontier, leaf_hash
    from parapet.records.bulk import insert, stored_time
    from parapet.records.keyring import keyring
    from parapet.records.models import LogEntry, LogHead
    from parapet.records.vouching import code_of_head, row_said, told

    at, head = stored_time(datetime.now(UTC)), LogHead.objects.get(number=1)
    code_of = keyring().log_rows.code
    tree = Frontier.from_bytes(bytes(head.frontier)) if head.frontier else Frontier()
    while tree.size < leaves:
        rows = []
        for _ in range(min(20_000, leaves - tree.size)):
            hashed = leaf_hash(tree.size.to_bytes(8, "big"))
            index = tree.append(hashed)
            mac = code_of(row_said(index, hashed, "test", told(at), None, None, None, None))
            rows.append((index, hashed, "test", at, b"", mac))
        with transaction.atomic():
            insert(LogEntry, ("index", "leaf_hash", "kind", "at", "sealed_leaf", "mac"), rows)
    size, frontier = tree.size, tree.to_bytes()
    LogHead.objects.filter(number=1).update(size=size, frontier=frontier, mac=code_of_head(size, frontier, head.ends))


def prove(home: Path) -> None:
    """Make tiles, then proofs, in this process; what it took, as JSON."""
    from parapet.actions.make_home import open_home

    open_home(home)
    from parapet.evidence.log import verify_consistency, verify_inclusion
    from parapet.records.models import LogHead
    from parapet.records.tiles import keep_tiles, tiled_tree

    size = LogHead.objects.get(number=1).size
    pick = random.Random(8)
    started = time.perf_counter()
    keep_tiles(size)
    made = time.perf_counter()
    for _ in range(PROOFS):
        tree, index = tiled_tree(size), pick.randrange(size)  # nothing kept from the proof before
        assert verify_inclusion(tree.leaf(index), index=index, size=size, proof=tree.inclusion_proof(index), root=tree.root())
    included = time.perf_counter()
    for _ in range(PROOFS):
        tree, old = tiled_tree(size), pick.randrange(1, size)
        proof = tree.consistency_proof(old)
        assert verify_consistency(old=old, old_root=tree.root(old), size=size, root=tree.root(), proof=proof)
    ended = time.perf_counter()
    print(
        json.dumps(
            {
                "tiles_s": made - started,
                "inclusion_ms": (included - made) / PROOFS * 1e3,
                "consistency_ms": (ended - included) / PROOFS * 1e3,
            }
        )
    )


def measure(folder: Path, leaves: int) -> tuple[Cost, dict[str, float]]:
    home = folder / str(leaves)
    module("benchmarks.proofs", ["--fill", str(home), "--leaves", str(leaves)])
    first = module("benchmarks.proofs", ["--prove", str(home)])
    again = module("benchmarks.proofs", ["--prove", str(home)])
    return max(first, again, key=lambda cost: cost.peak_mb), {
        **json.loads(again.said),
        "tiles_s": json.loads(first.said)["tiles_s"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leaves", type=int, default=0)
    parser.add_argument("--full", action="store_true", help=f"{FULL_LEAVES:,} leaves")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--prove", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill(given.fill, given.leaves)
        return
    if given.prove:
        prove(given.prove)
        return
    leaves = given.leaves or (FULL_LEAVES if given.full else LEAVES)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        (small, few), (large, many) = (measure(Path(folder), count) for count in (SMALL, leaves))
    for count, cost, took in ((SMALL, small, few), (leaves, large, many)):
        print(
            f"{count:>9,} leaves: tiles {took['tiles_s']:6.2f} s once, inclusion {took['inclusion_ms']:6.2f} ms, "
            f"consistency {took['consistency_ms']:6.2f} ms, peak {cost.peak_mb:5.0f} MB"
        )
    print(f"memory {large.peak_mb / small.peak_mb:.2f} times (limit {MEMORY_LIMIT})")
    for name in ("inclusion_ms", "consistency_ms"):
        print(f"{name[:-3]} {many[name] / few[name]:.2f} times the time (limit {TIME_LIMIT})")


if __name__ == "__main__":
    main()
