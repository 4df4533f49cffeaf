"""Signing in by an app password, and staying signed in.

com.atproto.server.{createSession,refreshSession}. A sign-in is asked for seldom: servers count them, some hundred a day for an
account. What it gives lasts some hours and is made anew with a second word that lasts for months; both are kept with how far
the account was read, sealed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from attrs import define, field

from parapet.channels.bluesky.identity import Directory
from parapet.domain.errors import MainPassword, OutsideRefused, OutsideUnreachable, SignInRefused
from parapet.network.door import Answer, Door

_OVER = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "status 401"})
_REFUSED = frozenset({"AuthenticationRequired", "AuthFactorTokenRequired", "AccountTakedown", "InvalidRequest", "status 401"})
#: What the server calls a sign-in with the account's own password.
_EVERYTHING = "com.atproto.access"
CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}


class SignedIn(Protocol):
    """An account that is signed in to, in one way or another."""

    door: Door
    did: str
    handle: str
    server: str

    def begin(self, kept: Mapping[str, Any]) -> None:
        """Sign in, or go on with what was `kept`. Raises as `get`, and SignInRefused."""

    def rests_s(self) -> float:
        """For how long the account's server asked for patience."""

    def kept(self) -> dict[str, str]:
        """What is to be kept, sealed."""

    def get(self, method: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask the account's own server. Raises OutsideUnreachable, SignInRefused, OutsideRefused."""

    def tell_once(self, method: str, body: Mapping[str, Any], *, headers: Mapping[str, str]) -> Answer:
        """Have it do something, and never a second time. Raises as `network.door.Door.post`; it may have been done then."""


@define
class Session:
    """Signed in as one account, once `begin` was called.

    user, password, host   as typed; `host` is "" where the account's own document says which server it is on
    """

    door: Door
    directory: Directory
    user: str
    password: str = field(repr=False)
    host: str = ""
    did: str = ""
    handle: str = ""
    server: str = ""
    _access: str = field(default="", repr=False)
    _refresh: str = field(default="", repr=False)

    def begin(self, kept: Mapping[str, Any]) -> None:
        """Go on with what was `kept`, if it was for this account and password; else sign in. Raises as `get`, and SignInRefused."""
        if kept.get("of") == self._mark() and kept.get("did"):
            self.did, self.handle, self.server = str(kept["did"]), str(kept["handle"]), str(kept["server"])
            self._access, self._refresh = str(kept["access"]), str(kept["refresh"])
            return
        self._sign_in()

    def rests_s(self) -> float:
        """For how long the account's server asked for patience."""
        return self.door.rests_s(self.server) if self.server else 0.0

    def kept(self) -> dict[str, str]:
        """What is to be kept, sealed."""
        told = {"did": self.did, "handle": self.handle, "server": self.server, "access": self._access, "refresh": self._refresh}
        return {**told, "of": self._mark()}

    def get(self, method: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask the account's own server. Raises OutsideUnreachable, SignInRefused, OutsideRefused."""
        answer = self._asked(method, params, headers)
        if answer.error in _OVER:
            self._renew()
            answer = self._asked(method, params, headers)
            if answer.error in _OVER and headers != CHAT:  # what a password does not open is told in the same words
                raise SignInRefused
        return answer

    def tell_once(self, method: str, body: Mapping[str, Any], *, headers: Mapping[str, str]) -> Answer:
        """Have the account's own server do something, and never a second time. Raises as `network.door.Door.post`; it may have been done then."""
        told = {**headers, "authorization": f"Bearer {self._access}"}
        return self.door.post(f"{self.server}/xrpc/{method}", body, headers=told, once=True)

    def _asked(self, method: str, params: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> Answer:
        told = {**(headers or {}), "authorization": f"Bearer {self._access}"}
        return self.door.get(f"{self.server}/xrpc/{method}", params, headers=told)

    def _renew(self) -> None:
        url = f"{self.server}/xrpc/com.atproto.server.refreshSession"
        answer = self.door.post(url, headers={"authorization": f"Bearer {self._refresh}"})
        if answer.ok:
            self._take(answer)
        else:
            self._sign_in()

    def _sign_in(self) -> None:
        self.server = self.host or self.directory.of(self.directory.did_of(self.user)).server
        if not self.server:
            raise OutsideUnreachable
        url = f"{self.server}/xrpc/com.atproto.server.createSession"
        answer = self.door.post(url, {"identifier": self.user, "password": self.password})
        if answer.error in _REFUSED:
            raise SignInRefused
        if not answer.ok:
            raise OutsideRefused(why="protocol")
        self._take(answer)

    def _take(self, answer: Answer) -> None:
        told = answer.object()
        if told.get("active") is False:
            raise SignInRefused
        names = ("did", "handle", "accessJwt", "refreshJwt")
        if not all(isinstance(told.get(name), str) for name in names) or (self.did and told["did"] != self.did):
            raise OutsideRefused(why="protocol")
        if _scope(told["accessJwt"]) == _EVERYTHING:
            raise MainPassword
        self.did, self.handle, self._access, self._refresh = (told[name] for name in names)

    def _mark(self) -> str:
        """Tells whether what was kept is of this account and password. It lies sealed, beside the password itself."""
        said = f"{self.user}\0{self.host}\0{self.password}"
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def _scope(token: str) -> str:
    """What a token says that it opens; "" where it does not say."""
    try:
        middle = token.split(".")[1]
        told = msgspec.json.decode(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError, msgspec.DecodeError):
        return ""
    scope = told.get("scope") if isinstance(told, dict) else ""
    return scope if isinstance(scope, str) else ""
