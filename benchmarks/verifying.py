"""Checking a bag, against hashing its bytes with the same digests and nothing else.

    python -m benchmarks.verifying [--mb N] [--full]

The bag is a true one, on disk: many originals of middling size and some large ones. Both sides read it from the system's
memory, one after the other, several times over.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measured import ROOT, machine

#: The verifier's speed over that of hashing.
LIMIT = 0.8
MB, FULL_MB = 300, 2_000
ROUNDS = 5
_READ = 1 << 20


def make(folder: Path, megabytes: int) -> Path:
    """A bag of about so many bytes: four fifths in originals of half a megabyte, one fifth in ten large ones."""
    sys.path.append(str(ROOT / "tests"))
    from attrs import evolve

    from parapet.evidence.bag import write_bag

    case_of = importlib.import_module("evidence.bags").case_of  # the bags of the tests
    small = case_of(max(1, megabytes * 8 // 10 * 3 // 4 * 2), raw_bytes=500_000)  # every third has two versions
    documents = [(f"large-{n}.pdf", os.urandom(megabytes * 20_000)) for n in range(10)]
    return write_bag(folder / "bag", evolve(small, files=documents))


def hashed(bag: Path) -> None:
    """SHA-256 and SHA-512 of every file, each read once, as anybody would write it."""
    import hashlib

    for path in bag.rglob("*"):
        if path.is_file():
            sha256, sha512 = hashlib.sha256(), hashlib.sha512()
            with path.open("rb") as file:
                while piece := file.read(_READ):
                    sha256.update(piece)
                    sha512.update(piece)


def verified(bag: Path) -> None:
    """`parapet-verify`, to its exit status."""
    from parapet.evidence.verify import main

    with contextlib.redirect_stdout(io.StringIO()):
        status = main([str(bag)])
    if status:
        raise RuntimeError("the bag is not sound")


def took(work: Callable[[Path], None], bag: Path) -> float:
    """Wall seconds."""
    began = time.perf_counter()
    work(bag)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.verifying", description=__doc__.splitlines()[0])
    options.add_argument("--mb", type=int, help=f"megabytes of the bag (default {MB})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MB} megabytes")
    asked = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="parapet-bench-", dir=os.environ.get("TMPDIR")) as made:
        bag = make(Path(made), asked.mb or (FULL_MB if asked.full else MB))
        files = [path for path in bag.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"a bag of {size / 1e6:.0f} MB in {len(files)} files")
        hashed(bag)  # now it is in memory
        ratios = []
        for _ in range(ROUNDS):
            alone, whole = took(hashed, bag), took(verified, bag)
            ratios.append(alone / whole)
            print(f"hashed alone {size / 1e6 / alone:6.0f} MB/s   verified {size / 1e6 / whole:6.0f} MB/s   {alone / whole:.2f}")
    middle = statistics.median(ratios)
    print(f"ratio        {middle:.2f} (median; {min(ratios):.2f} to {max(ratios):.2f}), limit {LIMIT} ", end="")
    print("ok" if middle >= LIMIT else "MISSED")


if __name__ == "__main__":
    main()
