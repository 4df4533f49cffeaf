"""How far a watched account was read, and what is to be looked at again: what is kept, sealed, between two looks."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from attrs import define, field

from parapet.channels.live import Cursor

#: What was seen is remembered this far back; beyond, it comes again and is found to be there.
MAX_SEEN = 20_000
#: Messages that are looked at again for edits and deletions, writers whose own pages are read, threads and pages that were visited.
MAX_WATCHED, MAX_WRITERS, MAX_HIDDEN, MAX_VISITED = 400, 200, 500, 2_000
#: Places where older notifications are still to be read from.
MAX_GAPS = 8
VERSION = 1


@define
class Place:
    """
    salt      of this connection alone: nobody can make a message whose mark is that of another
    since     from which moment on, RFC 3339 in UTC, by the server's clock
    account   the account's id there; `handle`: its whole name
    seen      marks of what was taken in, or was there before the beginning
    gaps      ids of notifications before which others are still to be read: a long list was broken off there
    visited   marks of threads and pages that were looked at once: what comes there afterwards is new, whatever date it bears
    watched   [uri, id, id of the writer] of messages, the oldest look first
    writers   ids of those who wrote to her, the newest last
    hidden    ids of accounts that she blocks or mutes
    lacks     what the server does not offer, or does not give at the moment
    held      from how many people the server keeps messages back; `drops`: whether it throws some away unseen
    """

    salt: str = field(factory=lambda: secrets.token_hex(8))
    since: str = ""
    account: str = ""
    handle: str = ""
    seen: dict[str, None] = field(factory=dict)
    gaps: list[str] = field(factory=list)
    visited: dict[str, None] = field(factory=dict)
    watched: list[tuple[str, str, str]] = field(factory=list)
    writers: dict[str, None] = field(factory=dict)
    hidden: list[str] = field(factory=list)
    lacks: dict[str, None] = field(factory=dict)
    held: int = 0
    drops: bool = False

    @classmethod
    def of(cls, cursor: Cursor) -> Place:
        """From what was kept; fresh where that is of another make."""
        if cursor.get("version") != VERSION:
            return cls()
        return cls(
            salt=str(cursor["salt"]),
            since=str(cursor["since"]),
            account=str(cursor["account"]),
            handle=str(cursor["handle"]),
            seen=dict.fromkeys(cursor["seen"]),
            gaps=[str(each) for each in cursor["gaps"]],
            visited=dict.fromkeys(cursor["visited"]),
            watched=[(str(uri), str(number), str(writer)) for uri, number, writer in cursor["watched"]],
            writers=dict.fromkeys(cursor["writers"]),
            hidden=list(cursor["hidden"]),
            lacks=dict.fromkeys(cursor["lacks"]),
            held=int(cursor["held"]),
            drops=bool(cursor["drops"]),
        )

    def cursor(self) -> dict[str, Any]:
        """What is to be kept."""
        return {
            "version": VERSION,
            "salt": self.salt,
            "since": self.since,
            "account": self.account,
            "handle": self.handle,
            "seen": list(self.seen)[-MAX_SEEN:],
            "gaps": self.gaps[:MAX_GAPS],
            "visited": list(self.visited)[-MAX_VISITED:],
            "watched": [list(each) for each in self.watched[-MAX_WATCHED:]],
            "writers": list(self.writers)[-MAX_WRITERS:],
            "hidden": self.hidden[:MAX_HIDDEN],
            "lacks": sorted(self.lacks),
            "held": self.held,
            "drops": self.drops,
        }

    def mark(self, *said: str) -> str:
        """Twelve letters for a message of this content."""
        digest = hashlib.blake2b("\0".join(said).encode("utf-8", "surrogatepass"), key=self.salt.encode(), digest_size=9)
        return base64.urlsafe_b64encode(digest.digest()).decode()

    def note(self, marks: Iterable[str]) -> None:
        """These were seen."""
        self.seen.update(dict.fromkeys(marks))

    def watch(self, uri: str, number: str, writer: str) -> None:
        """Look at this message again, and at what else its writer writes."""
        self.drop(uri)
        self.watched.append((uri, number, writer))
        if writer:
            self.writers.pop(writer, None)
            self.writers[writer] = None

    def drop(self, uri: str) -> None:
        """Look at this message no more."""
        self.watched = [each for each in self.watched if each[0] != uri]
