"""Signed in by what she allowed on the page of her own server (`permission.py`); the tokens are handed over, and renewed by others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field

from parapet.channels.bluesky.dpop import Prover, key_of
from parapet.channels.bluesky.identity import Directory
from parapet.channels.bluesky.session import Session, SignedIn
from parapet.channels.shape import words
from parapet.domain.errors import OutsideRefused, SignInRefused
from parapet.network.door import Answer, Door

_OVER = frozenset({"ExpiredToken", "InvalidToken", "invalid_token", "AccountTakedown"})
_NONCE = "use_dpop_nonce"


def signed_in(told: Mapping[str, Any], door: Door, directory: Directory) -> SignedIn:
    """The account of what is kept of a connection, as it is signed in to."""
    if told.get("issuer"):
        prover = Prover(key_of(str(told["dpop"])))
        return Permitted(door, str(told["did"]), str(told["user"]), str(told["server"]), prover, str(told["access"]))
    return Session(door, directory, str(told["user"]), str(told["password"]), str(told["host"]))


@define
class Permitted:
    """One account, by its token."""

    door: Door
    did: str
    handle: str
    server: str
    _prover: Prover = field(repr=False)
    _access: str = field(repr=False)
    _seen: bool = False

    def begin(self, kept: Mapping[str, Any]) -> None:
        """Look once whether the token opens the account. Raises as `get`."""
        if self._seen:
            return
        answer = self.get("com.atproto.server.getSession")
        told = answer.object() if answer.ok else {}
        if told.get("active") is False:
            raise SignInRefused
        if told.get("did") != self.did:
            raise OutsideRefused(why="protocol")
        self.handle, self._seen = words(told.get("handle")) or self.handle, True

    def rests_s(self) -> float:
        """For how long the account's server asked for patience."""
        return self.door.rests_s(self.server)

    def kept(self) -> dict[str, str]:
        """Nothing that opens anything: the tokens lie with what was told."""
        return {"did": self.did, "handle": self.handle, "server": self.server}

    def get(self, method: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask the account's own server. Raises OutsideUnreachable, SignInRefused, OutsideRefused."""
        url = f"{self.server}/xrpc/{method}"
        answer = self._got(url, params, headers)
        if answer.error == _NONCE:
            answer = self._got(url, params, headers)
        if answer.error in _OVER or (answer.status == 401 and answer.error != _NONCE):
            raise SignInRefused
        return answer

    def _got(self, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> Answer:
        answer = self.door.get(url, params, headers={**(headers or {}), **self._prover.headers("GET", url, self._access)})
        self._prover.learn(url, answer.headers)
        return answer

    def tell_once(self, method: str, body: Mapping[str, Any], *, headers: Mapping[str, str]) -> Answer:
        """Have the account's own server do something, and never a second time; what it refused since the proof lacked its own word
        was not done. Raises as `network.door.Door.post`; it may have been done then."""
        url = f"{self.server}/xrpc/{method}"
        answer = self._posted(url, body, headers)
        return self._posted(url, body, headers) if answer.error == _NONCE else answer

    def _posted(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        told = {**headers, **self._prover.headers("POST", url, self._access)}
        answer = self.door.post(url, body, headers=told, once=True)
        self._prover.learn(url, answer.headers)
        return answer
