"""Block or mute an account from a connected Mastodon account (POST /api/v1/accounts/:id/{block,unblock,mute,unmute}).

The account is looked up on the person's own server first, by its whole name; that, and how it stands, may be asked as often as one
likes. A token must have the scopes write:blocks and write:mutes. https://docs.joinmastodon.org/methods/accounts/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from parapet.channels.blocking import NotSet
from parapet.channels.mastodon.address import base_of
from parapet.channels.mastodon.session import Session
from parapet.channels.mastodon.status import full_acct
from parapet.channels.shape import name
from parapet.domain.blocking import BLOCK, MUTE, Asked, Found
from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable, SignInRefused
from parapet.network.door import Door

#: A whole name: user@host.
ACCT = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")
_PATHS = {BLOCK: ("block", "unblock", "blocking"), MUTE: ("mute", "unmute", "muting")}


def open_blocks(told: Mapping[str, Any], kept: Mapping[str, Any], *, inside: bool) -> MastodonBlocks:
    """Nothing is asked yet but who it is. Raises NotSet."""
    try:
        base = base_of(told, inside=inside)
    except ValueError:
        raise NotSet("unreachable", for_good=True) from None
    door = Door(inside)
    session = Session(door, base, str(told["token"]))
    try:
        with _certain():
            session.begin("", "")
    except NotSet:
        door.close()
        raise
    return MastodonBlocks(session)


@define
class MastodonBlocks:
    """Of one account."""

    session: Session
    _ids: dict[str, str] = field(factory=dict)

    def look(self, asked: Asked) -> Found:
        """What the server says of the two accounts."""
        with _certain():
            held = self._relationship(self._id(asked))
        stands = bool(held.get(_paths(asked)[2]))
        return Found(stands, bool(held.get("following") or held.get("requested")), self._id(asked) == self.session.account)

    def set(self, asked: Asked) -> None:
        """Ask for it once. Asked twice, it stands once."""
        path, _undo, _field = _paths(asked)
        self._tell(self._id(asked), path)

    def lift(self, asked: Asked) -> None:
        """Take it back, likewise."""
        _do, path, _field = _paths(asked)
        self._tell(self._id(asked), path)

    def _tell(self, account: str, path: str) -> None:
        url = f"{self.session.server}/api/v1/accounts/{account}/{path}"
        try:
            answer = self.session.door.post(url, {}, headers=self.session.headers(), once=True)
        except OutsideBusy:
            raise NotSet("rate_limited", for_good=False) from None
        if answer.status in (401, 403):
            # 403 is what a token gets that may not do this.
            raise NotSet("sign_in" if answer.status == 401 else "not_allowed", for_good=True)
        if 400 <= answer.status < 500 and answer.status != 408:
            raise NotSet("not_offered" if answer.status in (404, 405) else "refused", for_good=True)
        answer.object()  # what is no answer of such a server may be either

    def _relationship(self, account: str) -> dict[str, Any]:
        answer = self.session.get("/api/v1/accounts/relationships", {"id[]": account})
        if not answer.ok:
            raise OutsideRefused(why="protocol")
        rows = [each for each in answer.json() or () if isinstance(each, dict) and name(each.get("id")) == account]
        if not rows:
            raise OutsideRefused(why="protocol")
        return rows[0]

    def _id(self, asked: Asked) -> str:
        """The account as her own server has it. Raises NotSet where it does not."""
        acct = asked.target.handle.lstrip("@")
        if not ACCT.fullmatch(acct):
            raise NotSet("no_account", for_good=True)
        if acct not in self._ids:
            with _certain():
                self._ids[acct] = self._looked_up(acct)
        return self._ids[acct]

    def _looked_up(self, acct: str) -> str:
        own = self.session.handle.rpartition("@")[2]
        # A server knows its own people by the short name, and looks elsewhere for the others.
        asked = acct.rpartition("@")[0] if acct.casefold().endswith(f"@{own.casefold()}") else acct
        answer = self.session.get("/api/v1/accounts/lookup", {"acct": asked})
        held = answer.json(or_none=True) if answer.ok else None
        if isinstance(held, dict) and self._is(held, acct):
            return name(held.get("id"))
        answer = self.session.get("/api/v2/search", {"q": f"@{acct}", "type": "accounts", "resolve": "true", "limit": 5})
        found = answer.json(or_none=True) if answer.ok else None
        for each in (found or {}).get("accounts", ()) if isinstance(found, dict) else ():
            if isinstance(each, dict) and self._is(each, acct):
                return name(each.get("id"))
        raise NotSet("no_account", for_good=True)

    def _is(self, held: Mapping[str, Any], acct: str) -> bool:
        """Whether an answer is about this account and no other: a server may find what is only alike."""
        said = name(held.get("acct"))
        whole = said if "@" in said else full_acct(dict(held)) or said
        own = self.session.handle.rpartition("@")[2]
        short = "@" not in said and acct.casefold() == f"{said}@{own}".casefold()
        return bool(name(held.get("id"))) and (whole.casefold() == acct.casefold() or short)

    def close(self) -> None:
        self.session.door.close()


def _paths(asked: Asked) -> tuple[str, str, str]:
    if asked.what not in _PATHS:
        raise NotSet("no_way", for_good=True)
    return _PATHS[asked.what]


@contextmanager
def _certain() -> Iterator[None]:
    """Of questions: whatever fails here changed nothing."""
    try:
        yield
    except OutsideBusy:
        raise NotSet("rate_limited", for_good=False) from None
    except SignInRefused:
        raise NotSet("sign_in", for_good=True) from None
    except OutsideRefused:
        raise NotSet("refused", for_good=True) from None
    except OutsideUnreachable:
        raise NotSet("unreachable", for_good=False) from None
