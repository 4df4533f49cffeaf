"""What a witness remembers: a SQLite file that is on the disk before any cosignature leaves.

One row a log with the largest checkpoint that was cosigned, one row a checkpoint that ever was, and every checkpoint that a log
signed and that could not be cosigned because it contradicts what was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

#: How many contradictions of one log are kept. Only the log's own key can make them.
_MOST_KEPT = 1_000
_TABLES = """
CREATE TABLE IF NOT EXISTS log (origin TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (origin, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS newest (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cosigned (origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, PRIMARY KEY (origin, size)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contradiction (
  origin TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
  note TEXT NOT NULL, held_note TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (origin, kind, size, root)
) WITHOUT ROWID;
"""


@frozen
class Held:
    """The largest checkpoint of a log that was cosigned."""

    size: int
    root: bytes
    note: str
    at: int


@frozen
class Contradiction:
    """Two checkpoints that one log signed, of which the witness cosigned `held_note` and refused `note`.

    kind  "fork" (one size, two roots), "rollback" (smaller than what was cosigned, and never seen), or "unproven" (larger, and
          not shown to contain it)
    at    when it was refused first, in seconds since 1970
    """

    origin: str
    kind: str
    size: int
    note: str
    held_note: str
    at: int


class Memory:
    """The witness's file. Open one for each thread; several processes may use the same file."""

    def __init__(self, file: Path) -> None:
        """Raises sqlite3.Error when the file cannot be opened, or is none of ours."""
        self._db = sqlite3.connect(file, timeout=20, isolation_level=None)
        # FULL: what was promised by a cosignature must survive a power cut.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes inside, and what is written inside is durable after it, or not there."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def trust(self, origin: str, key: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO log VALUES (?, ?)", (origin, key))

    def keys(self, origin: str) -> list[str]:
        """The verifier keys that are trusted for this log."""
        return [key for (key,) in self._db.execute("SELECT key FROM log WHERE origin=?", (origin,))]

    def origins(self) -> list[str]:
        return [origin for (origin,) in self._db.execute("SELECT DISTINCT origin FROM log ORDER BY origin")]

    def held(self, origin: str) -> Held | None:
        row = self._db.execute("SELECT size, root, note, at FROM newest WHERE origin=?", (origin,)).fetchone()
        return None if row is None else Held(*row)

    def was_cosigned(self, origin: str, size: int, root: bytes) -> bool:
        found = self._db.execute("SELECT 1 FROM cosigned WHERE origin=? AND size=? AND root=?", (origin, size, root))
        return found.fetchone() is not None

    def keep(self, origin: str, held: Held) -> None:
        """From now on this is the newest. Within `alone`."""
        self._db.execute(
            "INSERT OR REPLACE INTO newest VALUES (?, ?, ?, ?, ?)", (origin, held.size, held.root, held.note, held.at)
        )
        self._db.execute("INSERT OR IGNORE INTO cosigned VALUES (?, ?, ?)", (origin, held.size, held.root))

    def contradict(self, said: Contradiction, root: bytes) -> None:
        """Keep it, once. Within `alone`."""
        (count,) = self._db.execute("SELECT count(*) FROM contradiction WHERE origin=?", (said.origin,)).fetchone()
        if count < _MOST_KEPT:
            self._db.execute(
                "INSERT OR IGNORE INTO contradiction VALUES (?, ?, ?, ?, ?, ?, ?)",
                (said.origin, said.kind, said.size, root, said.note, said.held_note, said.at),
            )

    def contradictions(self, origin: str) -> list[Contradiction]:
        """All that were not resolved by being cosigned later: a good proof may follow a bad one."""
        rows = self._db.execute(
            "SELECT c.origin, kind, c.size, note, held_note, at FROM contradiction c LEFT JOIN cosigned s "
            "ON s.origin=c.origin AND s.size=c.size AND s.root=c.root WHERE c.origin=? AND s.size IS NULL ORDER BY at, c.size",
            (origin,),
        )
        return [Contradiction(*row) for row in rows]
