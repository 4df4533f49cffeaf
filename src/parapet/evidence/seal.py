"""What the log's leaves say.

A leaf is kept locked, under the key of what it is about; only its hash stands in the log in the clear. The salt makes
that hash tell nothing, so that a published log, or one whose keys were destroyed, gives away neither words nor names.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from attrs import frozen

from parapet.domain.errors import SealBroken
from parapet.domain.parsed import Place
from parapet.evidence.canonical import salt as fresh_salt
from parapet.evidence.reader.heads import Tally

#: The kinds that `capture_body` writes; every other kind is an event.
CAPTURE_KINDS = ("capture", "version")
#: The event that fixes what belongs to a case, and the one that says, just before it, that a bag was made.
HEAD_KIND, EXPORT_KIND = "case_head", "export"
#: The event that says that the computer's clock was set back.
CLOCK_KIND = "clock"
#: That a witness refused this log, having seen another; and that a person knows, and why it is so.
CONTRADICTION_KIND, ACKNOWLEDGE_KIND = "contradiction", "acknowledge"
#: These name no subject: they are about every case, and lie in the bag of each.
EVERY_CASE_KINDS = (CLOCK_KIND, CONTRADICTION_KIND, ACKNOWLEDGE_KIND)
_KIND = re.compile(r"[a-z][a-z_]{0,39}")


@frozen
class Head:
    """What belongs to a case at one moment: how many leaves, and a digest of their hashes in the log's order.

    owners  a digest of the hashes each with what it is about; "" where that was not reckoned
    """

    count: int
    sha256: str
    owners: str = ""


def stamp(at: datetime) -> str:
    """UTC with microseconds, "2026-11-23T13:05:09.000042Z". Raises ValueError when `at` has no time zone."""
    if at.tzinfo is None:
        raise ValueError("a time in the log needs a time zone")
    return _stamp(at if at.tzinfo is UTC else at.astimezone(UTC))


@lru_cache(maxsize=64)
def _stamp(at: datetime) -> str:
    """Of a time in UTC; all leaves of a batch have the same."""
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def capture_body(
    *,
    item_id: str,
    version: int,
    at: datetime,
    sha256: str,
    size_bytes: int,
    media_type: str,
    channel: str,
    content_sha256: str,
    face_sha256: str,
    source_mark: str,
    place: Place,
    salt: str | None = None,
) -> dict[str, Any]:
    """The leaf of one version of an item: strings and integers only.

    version         1 for the first; the leaf's kind is then "capture", later "version"
    at              when these bytes were taken in, by our clock, passed in
    sha256          of the bytes exactly as received, `size_bytes` of them, 64 hex digits as all digests here
    content_sha256  `Item.content_digest()`, which says whether a reader would see the same
    face_sha256     of the stored rendering of the parsed item, as it is exported
    source_mark     of the whole file that the bytes came in, where `place` says where they lay: 64 hex digits that are the
                    same for all that lay in it, and that only who holds the file's key can tell from the file

    A digest of the file would confirm a guess of what else was in it, and the offset would tell how long that was, to
    whoever gets one message of it and not the others. The home keeps both.
    """
    return {
        "v": 1,
        "kind": CAPTURE_KINDS[version > 1],
        "item": item_id,
        "version": version,
        "at": stamp(at),
        "sha256": sha256,
        "size": size_bytes,
        "media_type": media_type,
        "channel": channel,
        "content_sha256": content_sha256,
        "face_sha256": face_sha256,
        "source_mark": source_mark,
        "member": place.member,
        "pointer": place.pointer,
        "length": place.length,
        "salt": salt or fresh_salt(),
    }


def event_body(
    *,
    kind: str,
    at: datetime,
    subjects: Sequence[str],
    actor: str = "",
    details: Mapping[str, str | int | Sequence[str]] | None = None,
    salt: str | None = None,
) -> dict[str, Any]:
    """The leaf of anything else that happened: a look, a share, an export, a change of label.

    subjects  our ids of what it happened to; a case's bag holds the events that name the case or one of its items
    actor     our id of the person, "" for the program
    details   codes and numbers, never a stranger's words
    """
    if _KIND.fullmatch(kind) is None or kind in CAPTURE_KINDS:
        raise ValueError("an event's kind is a short lower-case word, and not that of a capture")
    return {
        "v": 1,
        "kind": kind,
        "at": stamp(at),
        "subjects": list(subjects),
        "actor": actor,
        "details": dict(details or {}),
        "salt": salt or fresh_salt(),
    }


def case_head(hashes: Iterable[bytes]) -> Head:
    """The head over leaf hashes, which must come in the order of their index in the log.

    Who leaves one out, or puts one in, gets another head: this is what tells an omission (SHA-256 over the hashes
    after a prefix that no leaf or node has).
    """
    digest = hashlib.sha256(b"parapet v1 case head\n")
    count = 0
    for hashed in hashes:
        digest.update(hashed)
        count += 1
    return Head(count, digest.hexdigest())


def owned_head(entries: Iterable[tuple[bytes, str]]) -> Head:
    """The head over (leaf hash, owner) pairs in the order of the log, as `reader.heads` has them.

    Who later passes an entry of one item off as that of another, which may be missing, contradicts the heads of its own days.
    """
    tally = Tally()
    for hashed, owner in entries:
        tally.add(hashed, owner)
    return Head(tally.count, tally.sha256, tally.owners)


def head_body(*, case_id: str, head: Head, at: datetime, actor: str = "", salt: str | None = None) -> dict[str, Any]:
    """The leaf that puts a case's head in the log. It must be the last leaf of the case's bag."""
    details: dict[str, str | int] = {"count": head.count, "sha256": head.sha256}
    if head.owners:
        details["owners"] = head.owners
    return event_body(kind=HEAD_KIND, at=at, subjects=[case_id], actor=actor, details=details, salt=salt)


def check_capture(body: Mapping[str, Any], *, raw: bytes) -> None:
    """Raise SealBroken unless `raw` are the bytes that this leaf sealed."""
    if len(raw) != body.get("size") or not hmac.compare_digest(hashlib.sha256(raw).hexdigest(), str(body.get("sha256"))):
        raise SealBroken("The stored bytes are not those that were sealed.")
