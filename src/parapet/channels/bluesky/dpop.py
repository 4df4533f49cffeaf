"""Showing that whoever uses a token holds the key that it was given to (DPoP, RFC 9449), and that this home is itself (RFC 7523).

Nothing here goes to the network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
from attrs import define, field
from cryptography.hazmat.primitives.asymmetric import ec

from parapet.network.door import clock_of

_ALGORITHM, _BYTES = "ES256", 32
#: An assertion is good for so long.
_ASSERTED_S = 60
#: A clock that is off by less is left alone: servers bear some seconds.
_BORNE_S = 5.0
MAX_NONCE_CHARS = 1_000


def new_key() -> str:
    """A key for one sign-in, as it is kept."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return letters(number.to_bytes(_BYTES, "big"))


def key_of(kept: str) -> ec.EllipticCurvePrivateKey:
    """The key of what `new_key` gave."""
    held = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    return ec.derive_private_key(int.from_bytes(held, "big"), ec.SECP256R1())


def public_half(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """As a JWK."""
    numbers = key.public_key().public_numbers()
    x, y = (letters(number.to_bytes(_BYTES, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def name_of(key: ec.EllipticCurvePrivateKey) -> str:
    """The thumbprint by which others tell keys apart (RFC 7638)."""
    said = json.dumps(public_half(key), sort_keys=True, separators=(",", ":"))
    return letters(hashlib.sha256(said.encode()).digest())


def assertion(key: ec.EllipticCurvePrivateKey, client: str, issuer: str, *, ahead_s: float = 0.0) -> str:
    """That this is `client`, for one request to `issuer`."""
    now = int(time.time() + ahead_s)
    told = {"iss": client, "sub": client, "aud": issuer, "jti": secrets.token_urlsafe(24), "iat": now, "exp": now + _ASSERTED_S}
    return jwt.encode(told, key, _ALGORITHM, headers={"kid": name_of(key)})


@define
class Prover:
    """The key of one sign-in, with what servers want to see in the next proof. Used by one thread.

    ahead_s  how far the servers' clocks are ahead of this machine's, where that is much
    """

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    ahead_s: float = 0.0
    _nonces: dict[str, str] = field(factory=dict)

    def headers(self, how: str, url: str, access: str = "") -> dict[str, str]:
        """For one request; with `access`, of what that token opens."""
        told: dict[str, Any] = {
            "jti": secrets.token_urlsafe(24), "htm": how, "htu": url.partition("?")[0], "iat": int(time.time() + self.ahead_s),
        }  # fmt: skip
        nonce = self._nonces.get(_origin(url))
        if nonce:
            told["nonce"] = nonce
        if access:
            told["ath"] = letters(hashlib.sha256(access.encode()).digest())
        proof = jwt.encode(told, self.key, _ALGORITHM, headers={"typ": "dpop+jwt", "jwk": public_half(self.key)})
        return {"dpop": proof, **({"authorization": f"DPoP {access}"} if access else {})}

    def learn(self, url: str, headers: Mapping[str, str]) -> None:
        """From an answer: what the next proof for this server must hold, and what time it is there."""
        nonce = headers.get("dpop-nonce", "")
        if 0 < len(nonce) <= MAX_NONCE_CHARS and nonce.isascii() and nonce.isprintable():
            self._nonces[_origin(url)] = nonce
        ahead_s = clock_of(headers).timestamp() - time.time()
        self.ahead_s = ahead_s if abs(ahead_s) > _BORNE_S else 0.0


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def letters(held: bytes) -> str:
    """Bytes as these standards write them."""
    return base64.urlsafe_b64encode(held).decode("ascii").rstrip("=")
