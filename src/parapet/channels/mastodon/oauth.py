"""Being let in: this program names itself to the server, the person says yes there and carries a code over, and the code becomes a token.

The code is shown by the server to her (urn:ietf:wg:oauth:2.0:oob), so that no server needs to find this home: a laptop has no
address. https://docs.joinmastodon.org/methods/oauth/ and /methods/apps/; the challenge: RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from parapet.channels.mastodon.address import base_of
from parapet.channels.shape import array, words
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, RightMissing, SignInRefused
from parapet.network.door import SMALL_BYTES, Answer, Door

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
READ, REPORT = "read", "write:reports"
BLOCK = ("write:blocks", "write:mutes")
#: The person waits for these.
WITHIN_S, REVOKED_WITHIN_S = 20.0, 8.0
MAX_SECRET_CHARS = 1_000


@frozen
class App:
    """This program, as one server knows it. `verifier`: what only this home knows of the code; "" where the server has no use for it."""

    client: str
    secret: str = field(repr=False)
    verifier: str = field(repr=False)


def scopes(*, reports: bool, blocks: bool = False) -> str:
    """As few as there are: to read, to report where she said so, and to block and mute where she said so."""
    return " ".join((READ, *((REPORT,) if reports else ()), *(BLOCK if blocks else ())))


def register(told: Mapping[str, Any], *, reports: bool, blocks: bool = False, inside: bool) -> App:
    """Name this program to the server. Raises OutsideUnreachable, OutsideBusy, OutsideRefused."""
    base, door = _base(told, inside=inside), Door(inside)
    try:
        asked = {"client_name": "Parapet", "redirect_uris": OUT_OF_BAND, "scopes": scopes(reports=reports, blocks=blocks)}
        answer = door.post_form(f"{base}/api/v1/apps", asked, within_s=WITHIN_S)
        given = _given(answer)
        client, secret = _secret(given, "client_id"), _secret(given, "client_secret")
        verifier = secrets.token_urlsafe(48) if _takes_challenges(door, base) else ""
    finally:
        door.close()
    return App(client, secret, verifier)


def page_of(told: Mapping[str, Any], app: App, *, reports: bool, blocks: bool = False, inside: bool) -> str:
    """The page of her own server where she says yes."""
    asked = {
        "client_id": app.client,
        "redirect_uri": OUT_OF_BAND,
        "response_type": "code",
        "scope": scopes(reports=reports, blocks=blocks),
    }
    if app.verifier:
        digest = hashlib.sha256(app.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{_base(told, inside=inside)}/oauth/authorize?{urlencode(asked)}"


def exchange(told: Mapping[str, Any], app: App, code: str, *, reports: bool, blocks: bool = False, inside: bool) -> str:
    """The token for a code. Raises SignInRefused for a code that is none (any more), RightMissing where it may do less than was asked."""
    asked = {
        "grant_type": "authorization_code", "code": code, "client_id": app.client, "client_secret": app.secret,
        "redirect_uri": OUT_OF_BAND, "scope": scopes(reports=reports, blocks=blocks),
    }  # fmt: skip
    if app.verifier:
        asked["code_verifier"] = app.verifier
    door = Door(inside)
    try:
        answer = door.post_form(f"{_base(told, inside=inside)}/oauth/token", asked, within_s=WITHIN_S)
    finally:
        door.close()
    if 400 <= answer.status < 500:
        raise SignInRefused
    given = _given(answer)
    granted = words(given.get("scope")).split()
    wanted = {*((REPORT,) if reports else ()), *(BLOCK if blocks else ())}
    if granted and not wanted <= set(granted) and "write" not in granted:
        raise RightMissing
    return _secret(given, "access_token")


def revoke(told: Mapping[str, Any], *, inside: bool) -> bool:
    """Tell the server that the token is over; True when it said so. For a token that was got here. Never raises."""
    asked = {"client_id": str(told["client"]), "client_secret": str(told["secret"]), "token": str(told["token"])}
    door = Door(inside)
    try:
        return door.post_form(f"{_base(told, inside=inside)}/oauth/revoke", asked, within_s=REVOKED_WITHIN_S).ok
    except (OutsideUnreachable, OutsideRefused):
        return False
    finally:
        door.close()


def _takes_challenges(door: Door, base: str) -> bool:
    """Whether the server says that it checks a code against what only the asker knows (RFC 8414; Mastodon 4.3)."""
    with suppress(OutsideUnreachable, OutsideRefused):
        answer = door.get(f"{base}/.well-known/oauth-authorization-server", most_bytes=SMALL_BYTES, within_s=WITHIN_S)
        held = answer.json(or_none=True) if answer.ok else None
        return isinstance(held, dict) and "S256" in array(held.get("code_challenge_methods_supported"))
    return False


def _given(answer: Answer) -> dict[str, Any]:
    if not answer.ok:
        raise OutsideRefused(why="protocol")
    return answer.object()


def _secret(given: Mapping[str, Any], field_name: str) -> str:
    held = given.get(field_name)
    if not isinstance(held, str) or not 0 < len(held) <= MAX_SECRET_CHARS or not held.isprintable() or not held.isascii():
        raise OutsideRefused(why="protocol")
    return held


def _base(told: Mapping[str, Any], *, inside: bool) -> str:
    try:
        return base_of(told, inside=inside)
    except ValueError:
        raise OutsideRefused(why="protocol") from None
