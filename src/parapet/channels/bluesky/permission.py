"""Being let in by the page of her own server, as the AT Protocol wants it of OAuth: atproto.com/specs/oauth.

From her name to her DID, to the server of her account, to who signs people in there (the issuer). The request goes there beforehand
(PAR, RFC 9126), with a challenge (RFC 7636) and a key that everything is bound to (DPoP). What comes back counts only when it is the
same issuer that says so (RFC 9207), for the very account that was asked for: any server may sign in anybody, and say whose it was.

A refresh token is good once. Whoever uses it keeps what it gave before anything else, and lets nobody use it beside.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from attrs import evolve, field, frozen
from cryptography.hazmat.primitives.asymmetric import ec

from parapet.channels.bluesky.dpop import Prover, assertion, key_of, letters, name_of, new_key, public_half
from parapet.channels.bluesky.identity import Directory, Known
from parapet.channels.shape import array, words
from parapet.domain.errors import (
    AccountMissing,
    OutsideRefused,
    OutsideUnreachable,
    ParapetError,
    RightMissing,
    SignInOver,
)
from parapet.domain.errors import gettext_noop as _
from parapet.network.door import SMALL_BYTES, Answer, Door

BASIC, EVERYTHING, CHAT = "atproto", "transition:generic", "transition:chat.bsky"
#: All that may ever be asked for; it stands in the document of this home.
SCOPES = (BASIC, EVERYTHING, CHAT)
ASSERTED_BY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: The person waits for these.
WITHIN_S = 20.0
#: Where a server does not say for how long a token is good, and what it may say at most.
USUAL_S, MOST_S = 900, 24 * 3_600
MAX_TOKEN_CHARS = 8_000
#: What changes by itself; what is kept besides of being let in.
FRESH = ("access", "refresh", "until", "server")
FIELDS = (*FRESH, "did", "issuer", "client", "dpop", "scope")
_ISSUER = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")
_OVER = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "access_denied"})
_NONCE, _UNSEEN = "use_dpop_nonce", frozenset({"invalid_client_metadata", "invalid_client_id"})

NO_PAGE = _("The server of this account has no page on which you could allow it. Use an app password.")
NOT_READ = _("The server of this account could not open the address of this Parapet, as it must for this. Use an app password.")
NOT_HELD = _("What came back from Bluesky does not hold. Nothing was connected.")
NOT_ALLOWED = _("You did not allow it there. Nothing was connected.")
ANOTHER = _("You signed in there with another account than the one you wrote here. Nothing was connected.")


@frozen
class Client:
    """This home, as servers know it.

    plc   the directory of accounts that it asks
    back  where a browser comes back to
    key   what proves it; None for one that proves nothing
    """

    id: str
    plc: str
    back: str = ""
    key: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)


@frozen
class Way:
    """A way to the page and back, from its beginning on. `page`: where the browser goes. The rest stays with this home."""

    page: str
    handle: str
    did: str
    server: str
    issuer: str
    scope: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    dpop: str = field(repr=False)


@frozen
class _Issuer:
    """Who signs people in: its name, and its addresses."""

    name: str
    asked: str
    page: str
    token: str
    revoke: str


def scopes(*, messages: bool) -> str:
    """As little as there is: `transition:generic` is what an app password opens, and direct messages are apart."""
    return f"{BASIC} {EVERYTHING} {CHAT}" if messages else f"{BASIC} {EVERYTHING}"


def about(client: Client, home: str) -> dict[str, Any]:
    """The document by which servers know a home with an address of its own."""
    assert client.key is not None
    key = {**public_half(client.key), "kid": name_of(client.key), "use": "sig", "alg": "ES256"}
    return {
        "client_id": client.id,
        "client_name": "Parapet",
        "client_uri": home,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [client.back],
        "scope": " ".join(SCOPES),
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [key]},
    }


def ask(user: str, host: str, client: Client, *, messages: bool, inside: bool) -> Way:
    """Find out who signs `user` in, and tell them that she will come.

    host  a server that knows her name, where the name alone does not lead to the account; "" else
    Raises AccountMissing, OutsideUnreachable, OutsideBusy, OutsideRefused, PrivateAddress.
    """
    with _door(inside) as door:
        known = _known(door, user, host, client.plc)
        issuer = _issuer(door, _issuer_of(door, known.server))
        way = Way(
            "", known.handle or known.did, known.did, known.server, issuer.name, scopes(messages=messages),
            secrets.token_urlsafe(32), secrets.token_urlsafe(48), new_key(),
        )  # fmt: skip
        asked = {
            "response_type": "code", "redirect_uri": client.back, "scope": way.scope, "state": way.state, "login_hint": way.handle,
            "code_challenge": letters(hashlib.sha256(way.verifier.encode()).digest()), "code_challenge_method": "S256",
        }  # fmt: skip
        answer = _told(door, Prover(key_of(way.dpop)), issuer.asked, issuer, client, asked)
    if answer.status not in (200, 201):
        why_not = NOT_READ if answer.error in _UNSEEN else NO_PAGE
        raise OutsideRefused(why_not, why="protocol")
    request = _token(answer.object().get("request_uri"))
    page = (
        f"{issuer.page}{'&' if urlsplit(issuer.page).query else '?'}{urlencode({'client_id': client.id, 'request_uri': request})}"
    )
    return evolve(way, page=page)


def redeem(way: Way, client: Client, back: Mapping[str, str], *, inside: bool) -> dict[str, Any]:
    """What the browser brought back, for what is kept of a connection. Raises as `ask`; RightMissing where less was allowed."""
    if not hmac.compare_digest(back.get("state", "").encode(), way.state.encode()):
        raise OutsideRefused(NOT_HELD)
    if back.get("iss", "") != way.issuer:  # another issuer's answer, passed off as this one's
        raise OutsideRefused(NOT_HELD)
    if not back.get("code"):
        raise OutsideRefused(NOT_ALLOWED)
    asked = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": client.back, "code_verifier": way.verifier}
    with _door(inside) as door:
        issuer, prover = _issuer(door, way.issuer), Prover(key_of(way.dpop))
        at = time.time()
        answer = _told(door, prover, issuer.token, issuer, client, asked)
        if answer.status != 200:
            raise OutsideRefused(NOT_HELD, why="protocol")
        given = answer.object()
        told = {
            "user": way.handle, "host": "", "password": "", "did": way.did, "issuer": way.issuer, "client": client.id, "dpop": way.dpop,
            "server": way.server, **_given(given, at),
        }  # fmt: skip
        try:
            if given.get("sub") != way.did:
                raise OutsideRefused(ANOTHER)
            told["scope"] = _allowed(given, way.scope)
        except ParapetError:
            _revoked(door, prover, issuer, client, str(told["refresh"]))  # nobody keeps it: it must not stay good over there
            raise
    return told


def renew(told: Mapping[str, Any], client: Client, *, inside: bool) -> dict[str, Any]:
    """`told` with tokens that open. The refresh token in it is used up.

    Raises SignInOver where she must sign in anew, OutsideUnreachable, OutsideBusy, OutsideRefused.
    """
    with _door(inside) as door:
        # An account moves now and then. Its old server must not speak for it, nor be shown anything.
        known = _known(door, str(told["did"]), "", client.plc)
        if _issuer_of(door, known.server) != told["issuer"]:
            raise SignInOver
        issuer, prover = _issuer(door, str(told["issuer"])), Prover(key_of(str(told["dpop"])))
        at = time.time()
        asked = {"grant_type": "refresh_token", "refresh_token": str(told["refresh"])}
        answer = _told(door, prover, issuer.token, issuer, client, asked)
        if answer.error in _UNSEEN:
            raise OutsideUnreachable  # it could not read who this home is; the token was not looked at
        if answer.error in _OVER:
            raise SignInOver
        if answer.status != 200:
            raise OutsideRefused(why="protocol")
        given = answer.object()
        if given.get("sub") != told["did"]:
            raise OutsideRefused(why="protocol")
        return {**told, "server": known.server, **_given(given, at)}


def revoke(told: Mapping[str, Any], client: Client, *, inside: bool) -> bool:
    """Tell the issuer that it is over; True when it said so. Never raises."""
    try:
        with _door(inside) as door:
            issuer, prover = _issuer(door, str(told["issuer"])), Prover(key_of(str(told["dpop"])))
            return _revoked(door, prover, issuer, client, str(told["refresh"]))
    except ParapetError:
        return False


def _revoked(door: Door, prover: Prover, issuer: _Issuer, client: Client, token: str) -> bool:
    if not issuer.revoke:
        return False
    try:
        return _told(door, prover, issuer.revoke, issuer, client, {"token": token}).ok
    except ParapetError:
        return False


@contextmanager
def _door(inside: bool) -> Iterator[Door]:
    door = Door(inside)
    try:
        yield door
    finally:
        door.close()


def _known(door: Door, user: str, host: str, plc: str) -> Known:
    """The account, proven both ways: the name leads to it, and it bears the name."""
    directory = Directory(door, door, plc)
    if host and not user.startswith("did:"):
        answer = door.get(f"{host}/xrpc/com.atproto.identity.resolveHandle", {"handle": user}, most_bytes=SMALL_BYTES)
        did = words(answer.object().get("did")) if answer.ok else ""
    else:
        did = directory.did_of(user)
    known = directory.of(did, anew=True)
    if not known.server or not (user.startswith("did:") or known.handle.lower() == user.lower()):
        raise AccountMissing
    return known


def _issuer_of(door: Door, server: str) -> str:
    """Who signs people in for this server: it alone may say so."""
    answer = door.get(f"{server}/.well-known/oauth-protected-resource", most_bytes=SMALL_BYTES, within_s=WITHIN_S)
    told = answer.json(or_none=True) if answer.ok else None
    if not isinstance(told, dict):
        raise OutsideRefused(NO_PAGE, why="protocol")
    named = array(told.get("authorization_servers"))
    if words(told.get("resource")).rstrip("/") != server.rstrip("/") or len(named) != 1 or not _is_issuer(named[0]):
        raise OutsideRefused(NO_PAGE, why="protocol")
    return str(named[0])


def _is_issuer(value: object) -> bool:
    return isinstance(value, str) and _ISSUER.fullmatch(value) is not None


def _issuer(door: Door, name: str) -> _Issuer:
    """What an issuer says of itself, if it can all that is needed. Raises OutsideRefused."""
    answer = door.get(f"{name}/.well-known/oauth-authorization-server", most_bytes=SMALL_BYTES, within_s=WITHIN_S)
    told = answer.json(or_none=True) if answer.ok else None
    if not isinstance(told, dict) or told.get("issuer") != name:
        raise OutsideRefused(NO_PAGE, why="protocol")
    able = (
        "ES256" in array(told.get("dpop_signing_alg_values_supported"))
        and "S256" in array(told.get("code_challenge_methods_supported"))
        and told.get("authorization_response_iss_parameter_supported") is True
        and BASIC in array(told.get("scopes_supported"))
    )
    found = _Issuer(
        name,
        asked=_address(told.get("pushed_authorization_request_endpoint")),
        page=_address(told.get("authorization_endpoint")),
        token=_address(told.get("token_endpoint")),
        revoke=_address(told.get("revocation_endpoint")),
    )
    if not able or not found.asked or not found.page or not found.token:
        raise OutsideRefused(NO_PAGE, why="protocol")
    return found


def _address(value: object) -> str:
    """An address that may be asked and shown; "" for another. The door refuses what is not encrypted."""
    if not isinstance(value, str) or len(value) > 1_000 or not value.isascii() or not value.isprintable():
        return ""
    parts = urlsplit(value)
    return value if parts.scheme in ("https", "http") and parts.hostname and not parts.username and not parts.fragment else ""


def _told(door: Door, prover: Prover, url: str, issuer: _Issuer, client: Client, fields: Mapping[str, str]) -> Answer:
    """One request, for this home. Servers want to see in the proof what they said just before: then once more."""
    answer = _once(door, prover, url, issuer, client, fields)
    return _once(door, prover, url, issuer, client, fields) if answer.error == _NONCE else answer


def _once(door: Door, prover: Prover, url: str, issuer: _Issuer, client: Client, fields: Mapping[str, str]) -> Answer:
    told = {**fields, "client_id": client.id}
    if client.key is not None:
        told |= {
            "client_assertion_type": ASSERTED_BY,
            "client_assertion": assertion(client.key, client.id, issuer.name, ahead_s=prover.ahead_s),
        }
    # Once: what was asked twice with a token that is good once would be taken for a thief's.
    answer = door.post_form(url, told, headers=prover.headers("POST", url), within_s=WITHIN_S, once=True)
    prover.learn(url, answer.headers)
    return answer


def _given(given: Mapping[str, Any], at: float) -> dict[str, Any]:
    """The tokens of an answer, and until when they open."""
    lasts_s = given.get("expires_in", USUAL_S)
    if (
        words(given.get("token_type")).lower() != "dpop"
        or isinstance(lasts_s, bool)
        or not isinstance(lasts_s, int)
        or lasts_s < 1
    ):
        raise OutsideRefused(NOT_HELD, why="protocol")
    access, refresh = _token(given.get("access_token")), _token(given.get("refresh_token"))
    return {"access": access, "refresh": refresh, "until": int(at) + min(lasts_s, MOST_S)}


def _token(value: object) -> str:
    """What may stand in a header, and ends none."""
    held = words(value)
    if not 0 < len(held) <= MAX_TOKEN_CHARS or not held.isascii() or not held.isprintable() or " " in held:
        raise OutsideRefused(NOT_HELD, why="protocol")
    return held


def _allowed(given: Mapping[str, Any], asked: str) -> str:
    granted = words(given.get("scope")).split()
    if not set(asked.split()) <= set(granted):
        raise RightMissing
    return " ".join(granted)
