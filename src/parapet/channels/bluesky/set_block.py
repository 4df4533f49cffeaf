"""Block, mute or list an account from a connected Bluesky account (app.bsky.graph.{block,list,listitem,listblock}; muteActor).

Records are written under a key that was chosen by chance when the block was prepared, so that the same one twice is one record
(com.atproto.repo.putRecord). Whether one stands is read in her own repository, which knows at once, and asked of the view of the
network, which knows of those that she made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen
from django.conf import settings

from parapet.channels.blocking import NotSet
from parapet.channels.bluesky.identity import Directory
from parapet.channels.bluesky.permitted import signed_in
from parapet.channels.bluesky.session import SignedIn
from parapet.domain.blocking import BLOCK, LIST, MUTE, Asked, Found
from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable, PlaceMissing, SignInRefused
from parapet.network.door import Answer, Door

_BLOCK, _LIST, _ITEM, _LISTBLOCK = (f"app.bsky.graph.{name}" for name in ("block", "list", "listitem", "listblock"))
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
#: What the list is called there: the name of nobody, and no word of why.
LIST_NAME = "Blocked"
_GONE = ("RecordNotFound", "status 404")


def open_blocks(told: Mapping[str, Any], kept: Mapping[str, Any], *, inside: bool) -> BlueskyBlocks:
    """Sign in, with what was kept from the last time if that still holds. Raises NotSet."""
    door = Door(inside)
    directory = Directory(door, door, settings.ENVIRONMENT.plc_directory)
    session = signed_in(told, door, directory)
    try:
        with _certain():
            session.begin(dict(kept.get("session") or {}))
    except NotSet:
        door.close()
        raise
    return BlueskyBlocks(session)


@frozen
class BlueskyBlocks:
    """Of one account."""

    session: SignedIn

    def look(self, asked: Asked) -> Found:
        """In her repository, and by the view of the network."""
        did = _did(asked)
        with _certain():
            answer = self.session.get("app.bsky.actor.getProfile", {"actor": did})
            if answer.status in (401, 403):
                raise NotSet("sign_in", for_good=True)
            # An account that is suspended or gone has no profile; what was done to it is in her repository all the same.
            held = answer.object() if answer.ok else {}
            viewer = held.get("viewer") if isinstance(held.get("viewer"), dict) else {}
            stands, other = self._stands(asked, viewer or {})
        return Found(stands, bool((viewer or {}).get("following")), did == self.session.did, other)

    def _stands(self, asked: Asked, viewer: Mapping[str, Any]) -> tuple[bool, bool]:
        if asked.what == MUTE:
            return bool(viewer.get("muted")), bool(viewer.get("mutedByList"))
        if asked.what == LIST:
            on_it = self._has(_ITEM, tid(asked.key)) and self._has(_LISTBLOCK, tid(asked.group))
            return on_it, False
        return bool(viewer.get("blocking")) or self._has(_BLOCK, tid(asked.key)), bool(viewer.get("blockingByList"))

    def _has(self, collection: str, key: str) -> bool:
        answer = self.session.get("com.atproto.repo.getRecord", {"repo": self.session.did, "collection": collection, "rkey": key})
        if answer.ok:
            return True
        if answer.error in _GONE or answer.error == "InvalidRequest":
            return False
        raise OutsideRefused(why="protocol")

    def set(self, asked: Asked) -> None:
        """Ask for it once; what is there already stays as it is."""
        did, at = _did(asked), _moment(asked)
        if asked.what == MUTE:
            self._tell("app.bsky.graph.muteActor", {"actor": did})
        elif asked.what == BLOCK:
            self._put(_BLOCK, tid(asked.key), {"subject": did, "createdAt": at})
        else:
            # Each of these may be there from an account before, or from a try that broke off: putting it again changes nothing.
            here = f"at://{self.session.did}/{_LIST}/{tid(asked.group)}"
            for collection, value in (
                (_LIST, {"purpose": "app.bsky.graph.defs#modlist", "name": LIST_NAME}),
                (_LISTBLOCK, {"subject": here}),
            ):
                if not self._certainly_has(collection, tid(asked.group)):
                    self._put(collection, tid(asked.group), {**value, "createdAt": at})
            self._put(_ITEM, tid(asked.key), {"subject": did, "list": here, "createdAt": at})

    def lift(self, asked: Asked) -> None:
        """Take it back: what was done here, and a block of the same account that she made elsewhere."""
        did = _did(asked)
        if asked.what == MUTE:
            self._tell("app.bsky.graph.unmuteActor", {"actor": did})
        elif asked.what == LIST:
            self._delete(_ITEM, tid(asked.key))
        else:
            keys = {tid(asked.key)}
            with _certain():
                answer = self.session.get("app.bsky.actor.getProfile", {"actor": did})
            if answer.ok:
                blocking = str((answer.object().get("viewer") or {}).get("blocking") or "")
                start = f"at://{self.session.did}/{_BLOCK}/"
                keys |= {blocking.removeprefix(start)} if blocking.startswith(start) else set()
            for key in sorted(keys):
                self._delete(_BLOCK, key)

    def _certainly_has(self, collection: str, key: str) -> bool:
        with _certain():
            return self._has(collection, key)

    def _put(self, collection: str, key: str, value: Mapping[str, Any]) -> None:
        record = {"$type": collection, **value}
        self._tell(
            "com.atproto.repo.putRecord", {"repo": self.session.did, "collection": collection, "rkey": key, "record": record}
        )

    def _delete(self, collection: str, key: str) -> None:
        self._tell("com.atproto.repo.deleteRecord", {"repo": self.session.did, "collection": collection, "rkey": key})

    def _tell(self, method: str, body: Mapping[str, Any]) -> Answer:
        """Once. Raises NotSet where the server said no."""
        try:
            answer = self.session.tell_once(method, body, headers={})
        except OutsideBusy:
            raise NotSet("rate_limited", for_good=False) from None
        if 400 <= answer.status < 500 and answer.status != 408:
            raise NotSet("sign_in" if answer.status in (401, 403) else "refused", for_good=True)
        return answer

    def close(self) -> None:
        self.session.door.close()


def tid(key: str) -> str:
    """A key of a record out of 32 hexadecimal digits: 13 letters, of which the first stands for four bits (atproto.com/specs/tid)."""
    number = int(key[:16], 16) >> 1
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def _did(asked: Asked) -> str:
    did = asked.target.native_id
    if not did.startswith("did:"):
        raise NotSet("no_account", for_good=True)
    return did


def _moment(asked: Asked) -> str:
    return f"{asked.at:%Y-%m-%dT%H:%M:%S}.000Z"


@contextmanager
def _certain() -> Iterator[None]:
    """Of questions: whatever fails here changed nothing."""
    try:
        yield
    except OutsideBusy:
        raise NotSet("rate_limited", for_good=False) from None
    except (SignInRefused, PlaceMissing):
        raise NotSet("sign_in", for_good=True) from None
    except OutsideRefused:
        raise NotSet("refused", for_good=True) from None
    except OutsideUnreachable:
        raise NotSet("unreachable", for_good=False) from None
