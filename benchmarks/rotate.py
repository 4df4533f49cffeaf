"""Changing the keys of a home, against a bare loop that opens, locks and stores as many values and does nothing else.

    python -m benchmarks.rotate [--items N] [--full]

The rows are made for the purpose: an item, its version and its place each, all sealed as an import seals them. CPU and the
clock are told; the ratio is of rows a second by the clock, for both wait for the same disk.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measured import machine

ITEMS, FULL_ITEMS = 20_000, 100_000
AT_ONCE = 2_000


def fill(count: int) -> None:
    """`count` items of the row for nobody known, each with a version and a place."""
    from parapet.evidence.keys import new_key
    from parapet.records import models
    from parapet.records.keyring import keyring
    from parapet.records.naming import item_key_context

    ring, now = keyring(), datetime.now(UTC)
    advocate = models.Advocate.objects.get(number=0)
    locker = ring.advocate(0, bytes(advocate.wrapped_key))
    source = models.Source.objects.create(
        number=1, digest=bytes(32), wrapped_key=ring.wrap(new_key(), about=b"source:1"), pack="00" * 16, offset=0, length=0,
        size_bytes=0, sealed_at=now, log_index=0,
    )  # fmt: skip
    for first in range(1, count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        models.Item.objects.bulk_create(
            models.Item(
                number=n, advocate=advocate, channel="mail", kind="mail", received_at=now, sent_at=now,
                wrapped_key=locker.wrap(new_key(), about=item_key_context(n)),
            )
            for n in numbers
        )  # fmt: skip
        models.Version.objects.bulk_create(
            models.Version(
                number=n, item_id=n, content=n.to_bytes(32, "big"), pack="00" * 16, offset=0, length=0, media_type="text/plain",
                captured_at=now, log_index=n, sealed_face=b"",
            )
            for n in numbers
        )  # fmt: skip
        models.Occurrence.objects.bulk_create(
            models.Occurrence(
                version_id=n, source=source, spot=n, offset=0, length=0, seen_at=now,
                sealed_place=ring.lock_text(f"Inbox/{n}.eml /message/{n}", about=f"place:{n}".encode()),
            )
            for n in numbers
        )  # fmt: skip


def bare(folder: Path, count: int) -> float:
    """Seconds for the least there is to do: a table of two columns, opened, locked and stored as often and as durably."""
    from parapet.evidence.keys import Locker, new_key

    old, new = Locker(new_key()), Locker(new_key())
    base = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (n INTEGER PRIMARY KEY, v BLOB)")
    rows = ((n, old.lock(f"Inbox/{n}.eml /message/{n}".encode(), about=b"place:%d" % n)) for n in range(1, count + 1))
    base.execute("BEGIN")
    base.executemany("INSERT INTO t VALUES (?, ?)", rows)
    base.execute("COMMIT")
    began = time.perf_counter()
    for first in range(1, count + 1, AT_ONCE):
        found = base.execute("SELECT n, v FROM t WHERE n >= ? ORDER BY n LIMIT ?", (first, AT_ONCE)).fetchall()
        changes = [(new.lock(old.unlock(v, about=b"place:%d" % n), about=b"place:%d" % n), n) for n, v in found]
        base.execute("BEGIN")
        base.executemany("UPDATE t SET v = ? WHERE n = ?", changes)
        base.execute("COMMIT")
    return time.perf_counter() - began


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--items", type=int, default=ITEMS)
    words.add_argument("--full", action="store_true")
    said = words.parse_args()
    count = FULL_ITEMS if said.full else said.items
    with tempfile.TemporaryDirectory() as place:
        os.environ["PARAPET_HOME"] = f"{place}/home"
        from parapet.actions.make_home import make_home

        make_home()
        from parapet.actions.rotate_keys import renew_advocate, rotate_keys

        fill(count)
        print(machine())
        least = bare(Path(place), count)
        began, used = time.perf_counter(), time.process_time()
        done = rotate_keys()
        took, cpu = time.perf_counter() - began, time.process_time() - used
        assert done.damaged == 0
        began = time.perf_counter()
        renew_advocate("adv_unmatched")
        one = time.perf_counter() - began
    print(f"bare loop:             {count / least:9,.0f} rows/s  {least:6.2f} s")
    print(f"parapet key rotate:    {count / took:9,.0f} rows/s  {took:6.2f} s, {cpu:.2f} s CPU  ratio {least / took:.2f}")
    print(f"one advocate's {count:,} items: {count / one:9,.0f} rows/s  {one:6.2f} s")


if __name__ == "__main__":
    main()
