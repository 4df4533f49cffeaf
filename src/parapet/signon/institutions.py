"""The word of an institution, by OpenID Connect 1.0: authorization code with PKCE (RFC 7636), a nonce, and a signed ID token.

Nothing is asked for but who it is: no name, no e-mail address, no group. The signature is checked always, against the keys that the
issuer publishes; a token that came over TLS from the issuer itself is no exception.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from attrs import frozen

from parapet.anchors.post import get, post
from parapet.domain.errors import OutsideRefused
from parapet.domain.errors import gettext_noop as _
from parapet.settings.institutions import Institution

#: Signatures with a public key alone. "none", and those by a shared secret, are not among them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: How far the clocks of this home and of the issuer may be apart.
_LEEWAY = timedelta(minutes=2)
_WITHIN_S = 10.0
_MAX_SUBJECT_CHARS = 255  # OpenID Connect Core, section 2
_REFUSED = _("The institution’s answer does not hold. Nobody was let in.")


@frozen
class Journey:
    """What must be known again when the browser comes back: kept by the browser, sealed.

    state  comes back in the address; nonce, in the signed token; verifier is shown to the issuer only when the code is redeemed
    """

    state: str
    nonce: str
    verifier: str


@frozen
class Word:
    """What an institution says: who it is, in its own terms, and when she proved it there, if it tells."""

    issuer: str
    subject: str
    proved: datetime | None


def new_journey() -> Journey:
    """Fresh secrets for one way there and back."""
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def way_there(institution: Institution, journey: Journey, back: str, *, anew: bool = False) -> str:
    """The address to which the browser goes.

    back  where it comes back to, as it was told to the institution
    anew  she must prove it there again, however long ago she signed in

    Raises OutsideUnreachable, OutsideRefused.
    """
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": institution.client,
        "redirect_uri": back,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": _challenge(journey.verifier),
        "code_challenge_method": "S256",
    }
    if anew:
        asked |= {"prompt": "login", "max_age": "0"}
    there = _known(institution)["authorization_endpoint"]
    return f"{there}{'&' if urlsplit(there).query else '?'}{urlencode(asked)}"


def word_of(institution: Institution, journey: Journey, back: str, answer: Mapping[str, str]) -> Word:
    """Redeem the code that the browser brought back. Raises OutsideUnreachable, OutsideRefused."""
    if not hmac.compare_digest(answer.get("state", "").encode(), journey.state.encode()):
        raise OutsideRefused(_REFUSED)
    if answer.get("iss", institution.issuer) != institution.issuer:  # RFC 9207: it was another that answered
        raise OutsideRefused(_REFUSED)
    code = answer.get("code", "")
    if not code:
        raise OutsideRefused(_("You were not signed in there. Nothing was changed."))
    known = _known(institution)
    token = _redeem(institution, known, code, journey, back)
    return _read(institution, known, token, journey)


def _redeem(institution: Institution, known: Mapping[str, Any], code: str, journey: Journey, back: str) -> str:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": journey.verifier}
    headers = {"Accept": "application/json"}
    ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:  # RFC 6749, section 2.3.1: both are form-encoded first
        pair = f"{quote(institution.client, safe='')}:{quote(institution.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    else:
        form |= {"client_id": institution.client, "client_secret": institution.secret}
    media_type = "application/x-www-form-urlencoded"
    answer = post(known["token_endpoint"], urlencode(form).encode(), media_type=media_type, within_s=_WITHIN_S, headers=headers)
    token = _object(answer.status, answer.body).get("id_token")
    if not isinstance(token, str):
        raise OutsideRefused(_REFUSED)
    return token


def _read(institution: Institution, known: Mapping[str, Any], token: str, journey: Journey) -> Word:
    """OpenID Connect Core, section 3.1.3.7."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise ValueError("not signed with a key of the issuer's own")
        said = jwt.decode(
            token,
            _key(known["jwks_uri"], header),
            algorithms=[header["alg"]],
            audience=institution.client,
            issuer=institution.issuer,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
        raise OutsideRefused(_REFUSED) from error  # whatever an issuer may send in place of keys and tokens
    others = isinstance(said["aud"], list) and len(said["aud"]) > 1
    party = said.get("azp", None if others else institution.client)
    subject, nonce, proved = said["sub"], said.get("nonce"), said.get("auth_time")
    if (
        party != institution.client
        or not isinstance(nonce, str)
        or not hmac.compare_digest(nonce.encode(), journey.nonce.encode())
    ):
        raise OutsideRefused(_REFUSED)
    if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_SUBJECT_CHARS:
        raise OutsideRefused(_REFUSED)
    return Word(institution.issuer, subject, _moment(proved))


def _key(address: str, header: Mapping[str, Any]) -> Any:
    """The issuer's key that the token names, or its only one; never one of another kind than the token's algorithm."""
    answer = get(address, within_s=_WITHIN_S)
    keys = [each for each in _object(answer.status, answer.body).get("keys", []) if each.get("use", "sig") == "sig"]
    kid = header.get("kid")
    named = [each for each in keys if each.get("kid") == kid] if kid is not None else keys
    if len(named) != 1:
        raise ValueError("no one key of the issuer is named")
    [found] = named
    return jwt.PyJWK(found, algorithm=header["alg"]).key


def _known(institution: Institution) -> dict[str, Any]:
    """What the issuer says of itself (OpenID Connect Discovery 1.0)."""
    address = f"{institution.issuer.rstrip('/')}/.well-known/openid-configuration"
    answer = get(address, within_s=_WITHIN_S)
    said = _object(answer.status, answer.body)
    if said.get("issuer") != institution.issuer:
        raise OutsideRefused(_("The institution’s address does not lead to what PARAPET_INSTITUTIONS names."))
    plain = urlsplit(institution.issuer).scheme == "http"
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(said.get(name, ""))).scheme not in (("http", "https") if plain else ("https",)):
            raise OutsideRefused(_REFUSED)
    return said


def _object(status: int, body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if status != 200 or not isinstance(said, dict):
        raise OutsideRefused(_REFUSED)
    return said


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode("ascii").rstrip("=")
