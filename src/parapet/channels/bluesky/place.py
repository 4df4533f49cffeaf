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
#: Messages that are looked at again for edits and deletions, and writers whose own pages are read.
MAX_WATCHED, MAX_WRITERS, MAX_HIDDEN = 400, 200, 500
VERSION = 1


@define
class Place:
    """
    salt      of this connection alone: nobody can make a message whose mark is that of another
    since     from which moment on, RFC 3339 in UTC
    seen      marks of what was taken in, or was there before the beginning
    unvisited  marks of her own posts from before the connecting, whose threads were not looked at yet
    watched   [uri, cid] of messages, the oldest look first
    writers   DIDs of those who wrote to her, the newest last
    hidden    DIDs that she blocks or mutes, herself or by a list: the platform shows her nothing of them
    chat      where in the log of direct messages; None before the first time
    earlier   whether direct messages from before the connecting are still to be fetched
    stream_us  up to which moment all public posts were read, in microseconds since 1970; 0 before the first time
    """

    salt: str = field(factory=lambda: secrets.token_hex(8))
    since: str = ""
    did: str = ""
    seen: dict[str, None] = field(factory=dict)
    unvisited: dict[str, None] = field(factory=dict)
    watched: list[tuple[str, str]] = field(factory=list)
    writers: dict[str, None] = field(factory=dict)
    hidden: list[str] = field(factory=list)
    chat: str | None = None
    earlier: bool = False
    stream_us: int = 0
    session: dict[str, str] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, cursor: Cursor) -> Place:
        """From what was kept; fresh where that is of another make."""
        if cursor.get("version") != VERSION:
            return cls()
        return cls(
            salt=str(cursor["salt"]),
            since=str(cursor["since"]),
            did=str(cursor["did"]),
            seen=dict.fromkeys(cursor["seen"]),
            unvisited=dict.fromkeys(cursor["unvisited"]),
            watched=[(str(uri), str(cid)) for uri, cid in cursor["watched"]],
            writers=dict.fromkeys(cursor["writers"]),
            hidden=list(cursor["hidden"]),
            chat=cursor["chat"],
            earlier=bool(cursor["earlier"]),
            stream_us=int(cursor.get("stream_us", 0)),
            session=dict(cursor["session"]),
        )

    def cursor(self) -> dict[str, Any]:
        """What is to be kept."""
        return {
            "version": VERSION,
            "salt": self.salt,
            "since": self.since,
            "did": self.did,
            "seen": list(self.seen)[-MAX_SEEN:],
            "unvisited": list(self.unvisited),
            "watched": [list(each) for each in self.watched[-MAX_WATCHED:]],
            "writers": list(self.writers)[-MAX_WRITERS:],
            "hidden": self.hidden[:MAX_HIDDEN],
            "chat": self.chat,
            "earlier": self.earlier,
            "stream_us": self.stream_us,
            "session": self.session,
        }

    def mark(self, *said: str) -> str:
        """Twelve letters for a message of this content."""
        digest = hashlib.blake2b("\0".join(said).encode("utf-8", "surrogatepass"), key=self.salt.encode(), digest_size=9)
        return base64.urlsafe_b64encode(digest.digest()).decode()

    def note(self, marks: Iterable[str]) -> None:
        """These were seen."""
        self.seen.update(dict.fromkeys(marks))

    def watch(self, uri: str, cid: str) -> None:
        """Look at this message again, and at what else its writer writes."""
        self.watched = [each for each in self.watched if each[0] != uri] + [(uri, cid)]
        did = uri[5:].partition("/")[0]
        self.writers.pop(did, None)
        self.writers[did] = None

    def drop(self, uri: str) -> None:
        """Look at this message no more."""
        self.watched = [each for each in self.watched if each[0] != uri]
