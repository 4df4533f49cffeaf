"""Sealing as an import does it, durably: the real code from a parsed message to its commit, against a bare loop.

    python -m benchmarks.receiving [--messages N] [--full]

The real side is `actions/receive.py`: whether a message is known, its key, its bytes in the vault, its rows and leaf, the counts
that screens show, the promise to judge it. To find out whom it is aimed at seals nothing, and is told apart. The bare side
hashes, encrypts and stores the same bytes (original, working copy, leaf, key, place; the check of the source with its leaf; a
code for each row of the log), and writes the very same rows, ready in memory, into the same tables: for each thousand one pack
with its fsync and one commit. CPU decides.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import itertools
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from benchmarks import many
from benchmarks.measured import machine, module

#: The real side's speed over the bare one's.
LIMIT = 0.5
MESSAGES, FULL_MESSAGES = 4_000, 20_000
ROUNDS = 5
_BATCH = 1_000
DATABASE = "parapet.sqlite3"
_KEY = os.urandom(32)
#: What of a row of the log is vouched for.
_ROW_BYTES = 150
_NEVER_TOUCHED = ("sqlite_", "django_", "auth_")


@frozen
class Spent:
    """Seconds for all messages. `aim_s` is the CPU time within to find out whom they are aimed at."""

    cpu_s: float
    wall_s: float
    aim_s: float = 0.0


def arrivals(folder: Path, messages: int) -> list[Any]:
    """`messages` different ones of the sample, multiplied, as they come out of the parsers."""
    from parapet.actions.arrivals import Arrival
    from parapet.channels.containers import Source, parse_source, walk
    from parapet.domain.parsed import Found

    many.write(folder, messages=messages * 2)
    seen: dict[tuple[str, str], Arrival] = {}
    for source in walk([folder]):
        if not isinstance(source, Source):
            continue
        for parsed in parse_source(source):
            if isinstance(parsed, Found):
                seen.setdefault((parsed.item.channel, parsed.item.uri), Arrival(parsed, 1, "0" * 64))
                if len(seen) == messages:
                    return list(seen.values())
    raise RuntimeError(f"the sample gave only {len(seen)} different messages")


def new_home(home: Path) -> None:
    """A home with the sample's advocates, and a file that the messages came in; this process serves it."""
    os.environ["PARAPET_HOME"] = str(home)
    from parapet.actions.make_home import make_home

    make_home(home)
    from parapet.actions.enrol_advocates import enrol_advocates
    from parapet.actions.welcome import owner
    from parapet.records.models import Source

    enrol_advocates(many.SAMPLE / "advocates.json", person=owner(), role="advocate")
    now = Source._meta.get_field("sealed_at").to_python("2026-11-01T00:00:00Z")
    Source.objects.create(
        number=1, digest=b"", wrapped_key=b"", pack="", offset=0, length=0, size_bytes=0, sealed_at=now, log_index=0
    )


def real(given: list[Any]) -> Spent:
    """Take everything in, once a first message has loaded what the code needs."""
    from parapet.actions import receive
    from parapet.actions.address_book import AddressBook

    book, aim_s = AddressBook.load(), 0.0
    aimed = receive._Batch._aimed

    def timed(batch: Any) -> Any:
        nonlocal aim_s
        began = time.process_time()
        try:
            return aimed(batch)
        finally:
            aim_s += time.process_time() - began

    receive._Batch._aimed = timed  # type: ignore[assignment, method-assign]  # a watch beside the real code
    receive.receive(given[:1], book)
    aim_s = 0.0
    cpu, wall = time.process_time(), time.perf_counter()
    for first in range(1, len(given), _BATCH):
        receive.receive(given[first : first + _BATCH], book)
    return Spent(time.process_time() - cpu, time.perf_counter() - wall, aim_s)


def rows_of(database: Path, before: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a database holds that `before` did not, by table."""
    added: dict[str, list[tuple[Any, ...]]] = {}
    with sqlite3.connect(database) as now, sqlite3.connect(before) as then:
        for (table,) in now.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table.startswith(_NEVER_TOUCHED):
                continue
            select = f'SELECT * FROM "{table}"'
            known = set(then.execute(select))
            rows = [row for row in now.execute(select) if row not in known]
            if rows:
                added[table] = rows
    return added


def bare(given: list[Any], added: dict[str, list[tuple[Any, ...]]], database: Path, vault: Path) -> Spent:
    """The same hashing, encrypting and storing, and nothing else."""
    from parapet.records.faces import pack_item
    from parapet.settings.environment import SQLITE_PRAGMAS

    faces = [pack_item(one.found.item) for one in given]
    leaves = max(len(row[-1]) for row in added["records_logentry"])
    vault.mkdir()
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in SQLITE_PRAGMAS.split(";"):
        connection.execute(pragma).close()
    batches = list(_batches(added, -(-len(given) // _BATCH)))
    cpu, wall = time.process_time(), time.perf_counter()
    for number, first in enumerate(range(0, len(given), _BATCH)):
        blobs = [
            _sealed(one.found.raw, face, leaves) for one, face in zip(given[first:][:_BATCH], faces[first:][:_BATCH], strict=True)
        ]
        for check in batches[number].get("records_sourcecheck", ()):
            _sealed_check(next(value for value in check if isinstance(value, bytes)), leaves)
        for _ in batches[number].get("records_logentry", ()):
            hmac.digest(_KEY, bytes(_ROW_BYTES), "sha256")
        with (vault / str(number)).open("wb") as file:
            file.write(b"".join(blobs))
            file.flush()
            os.fsync(file.fileno())
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in batches[number].items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', rows)
        connection.execute("COMMIT")
    spent = Spent(time.process_time() - cpu, time.perf_counter() - wall)
    connection.close()
    return spent


def _batches(added: dict[str, list[tuple[Any, ...]]], count: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    for number in range(count):
        parts = {table: rows[len(rows) * number // count : len(rows) * (number + 1) // count] for table, rows in added.items()}
        yield {table: rows for table, rows in parts.items() if rows}


def _sealed(raw: bytes, face: bytes, leaf_bytes: int) -> bytes:
    """The digests and the ciphers of one message: original, working copy, leaf, key, place; two keyed names."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = os.urandom(32)
    cipher = AESGCM(key)
    digest = hashlib.sha256(raw).digest()
    hashlib.sha256(face).digest()
    for tree in (digest, digest, digest):  # the leaf, and on average one node above it; what a reader sees
        hashlib.sha256(tree).digest()
    for name in (raw[:60], raw[:120]):  # the sender or thread, seldom known already, and the place
        hmac.digest(key, name, "sha256")
    for value in (face, bytes(leaf_bytes), key, raw[:40]):
        nonce = os.urandom(12)
        cipher.encrypt(nonce, value, b"about")
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, raw, b"about")


def _sealed_check(learned: bytes, leaf_bytes: int) -> None:
    """The digests and the ciphers of what was learned of a message's source: what it was, its leaf, on average one node above."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_KEY)
    for value in (learned, bytes(leaf_bytes)):
        hashlib.sha256(value).digest()
        nonce = os.urandom(12)
        cipher.encrypt(nonce, value, b"about")
    hashlib.sha256(learned[:64]).digest()


def one_round(folder: Path, messages: int) -> tuple[Spent, Spent]:
    """Both sides once, in a home of their own."""
    from django.db import connection

    home = folder / "home"
    new_home(home)
    given = arrivals(folder / "files", messages)
    connection.close()
    database = home / DATABASE
    before, blank = folder / "before.sqlite3", folder / "bare.sqlite3"
    for copy in (before, blank):
        shutil.copyfile(database, copy)
    whole = real(given)
    connection.close()
    return whole, bare(given, rows_of(database, before), blank, folder / "bare-vault")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.receiving", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    print(machine())
    ratios = []
    for _ in range(ROUNDS):
        said = module("benchmarks.receiving", ["round", str(messages)]).said.split()
        all_cpu, wall, aim, bare_cpu, bare_wall, _ = map(float, said)
        cpu = all_cpu - aim
        ratios.append(bare_cpu / cpu)
        print(f"bare loop      {bare_cpu / messages * 1e6:6.1f} µs CPU a message   {messages / bare_wall:7.0f} a second")
        print(f"real path      {cpu / messages * 1e6:6.1f} µs CPU a message   {messages / wall:7.0f} a second   ", end="")
        print(
            f"{bare_cpu / cpu:.2f} of its speed; with aiming ({aim / messages * 1e6:.0f} µs) {bare_cpu / all_cpu:.2f}, ", end=""
        )
        print(f"by the clock {bare_wall / wall:.2f}")
    middle = statistics.median(ratios)
    print(f"ratio          {middle:.2f} (median; {min(ratios):.2f} to {max(ratios):.2f}), limit {LIMIT} ", end="")
    print("ok" if middle >= LIMIT else "MISSED")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["round", count]:
            with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
                both = one_round(Path(made), int(count))
            print(*itertools.chain.from_iterable((spent.cpu_s, spent.wall_s, spent.aim_s) for spent in both))
        case _:
            main()
