"""What the servers of those who wrote to her give, whatever the platform shows her: their records, and the signed proof of each.

A block, by her or by a list, empties her own view; the writer's own server goes on giving to everybody what was written.
"""

from __future__ import annotations

import time
from typing import Any

from attrs import define, frozen

from parapet.channels.bluesky.delivery import Proof
from parapet.channels.bluesky.identity import Directory, Known
from parapet.channels.bluesky.keys import keys_of
from parapet.channels.bluesky.record import URI
from parapet.channels.bluesky.repository import MAX_CAR_BYTES, Kept, read_proof
from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable
from parapet.network.door import REST_S, STRANGER_S, Answer, Door

MAX_RECORD_BYTES, MAX_PAGE_BYTES = 2 * 1024 * 1024, 4 * 1024 * 1024
#: What a server says when there is such an account, and the record is no more; and when the account itself is no more.
_RECORD_GONE = frozenset({"RecordNotFound"})
_ACCOUNT_GONE = frozenset({"RepoNotFound", "RepoTakendown"})


@frozen
class Seen:
    """What a writer's server says of one record now.

    cid     which record it holds; "" where that is not known
    gone    it says that there is none
    answer  what it said, where it said so in words
    """

    proof: Proof
    cid: str = ""
    gone: bool = False
    answer: bytes = b""


@define
class Strangers:
    """Servers of other people. What one of them does costs the others nothing but a moment."""

    door: Door
    directory: Directory
    _until: float = 0.0

    def begin(self, budget_s: float) -> None:
        """From now on, all that is asked of them takes so long together, at most."""
        self._until = time.monotonic() + budget_s

    def look(self, uri: str) -> Seen | None:
        """The record's proof; None where nothing could be had now."""
        parts = URI.fullmatch(uri)
        if parts is None:
            return None
        did, collection, rkey = parts.groups()
        try:
            known = self._known(did)
            if known is None:
                return None
            seen = self._looked(known, collection, rkey)
            if not self._holds(known, seen, collection, rkey) and not self.directory.is_fresh(did):
                known = self.directory.of(did, anew=True)  # it may have moved, or signs with another key now
                seen = self._looked(known, collection, rkey)
        except (OutsideUnreachable, OutsideRefused):
            return None
        return seen

    def document(self, did: str) -> bytes:
        """The account's document; b"" where it is not to be had."""
        try:
            known = self._known(did)
        except (OutsideUnreachable, OutsideRefused):
            return b""
        return known.document if known else b""

    def record(self, uri: str) -> bytes:
        """The record at `uri` as its server gives it ({"uri", "cid", "value"}); b"" where it does not."""
        parts = URI.fullmatch(uri)
        if parts is None:
            return b""
        did, collection, rkey = parts.groups()
        told = {"repo": did, "collection": collection, "rkey": rkey}
        answer = self._asked(did, "com.atproto.repo.getRecord", told, MAX_RECORD_BYTES)
        held = answer.json(or_none=True) if answer is not None and answer.ok else None
        return answer.body if answer is not None and isinstance(held, dict) and held.get("uri") == uri else b""

    def page(self, did: str, collection: str, *, limit: int = 100) -> bytes:
        """An account's newest records of a kind; b"" where they are not to be had."""
        told = {"repo": did, "collection": collection, "limit": limit}
        answer = self._asked(did, "com.atproto.repo.listRecords", told, MAX_PAGE_BYTES)
        return answer.body if answer is not None and answer.ok and isinstance(answer.json(or_none=True), dict) else b""

    def _asked(self, did: str, method: str, told: dict[str, Any], most_bytes: int) -> Answer | None:
        try:
            known = self._known(did)
            return self._ask(known.server, method, told, most_bytes) if known else None
        except (OutsideUnreachable, OutsideRefused):
            return None

    def _known(self, did: str) -> Known | None:
        if time.monotonic() >= self._until:
            return None
        known = self.directory.of(did)
        return known if known.server else None

    def _ask(self, server: str, method: str, told: dict[str, Any], most_bytes: int) -> Answer:
        left_s = min(self._until - time.monotonic(), STRANGER_S)
        if left_s <= 0:
            raise OutsideBusy
        try:
            return self.door.get(f"{server}/xrpc/{method}", told, most_bytes=most_bytes, within_s=left_s)
        except OutsideBusy:
            raise
        except (OutsideUnreachable, OutsideRefused):
            self.door.leave_alone(server, REST_S)  # a server that costs time costs it once a minute
            raise

    def _looked(self, known: Known, collection: str, rkey: str) -> Seen:
        told = {"did": known.did, "collection": collection, "rkey": rkey}
        answer = self._ask(known.server, "com.atproto.sync.getRecord", told, MAX_CAR_BYTES)
        proof = Proof(known.server, b"", known.document, known.log)
        if not answer.ok:
            if answer.error not in _RECORD_GONE | _ACCOUNT_GONE:
                return Seen(proof)
            return Seen(proof, gone=True, answer=answer.body)
        proof = Proof(known.server, answer.body, known.document, known.log)
        try:
            kept = read_proof(answer.body, did=known.did, path=f"{collection}/{rkey}")
        except (ValueError, RecursionError):
            return Seen(proof)  # kept as it came: it proves nothing, and says who gave it
        return Seen(proof, cid=kept.cid or "", gone=kept.cid is None and _is_signed(known, kept))

    def _holds(self, known: Known, seen: Seen, collection: str, rkey: str) -> bool:
        try:
            return _is_signed(known, read_proof(seen.proof.car, did=known.did, path=f"{collection}/{rkey}"))
        except (ValueError, RecursionError):
            return seen.gone and bool(seen.answer)


def _is_signed(known: Known, kept: Kept) -> bool:
    """Whether the account's own key signed the commit."""
    document, log = (Answer(200, body, {}).json(or_none=True) if body else None for body in (known.document, known.log))
    return any(kept.commit.is_signed_by(key) for key in keys_of(known.did, document, log).held)
