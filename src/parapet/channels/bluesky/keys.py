"""Whose key signs for an account: from its DID document, and from the log of a did:plc, which proves itself.

did:plc (web.plc.directory/spec/v0.1/did-plc): the DID is a digest of the first operation, and each operation is signed by a
key that the one before it named. So what the directory said is held against the DID alone, years later, without the directory.
atproto.com/specs/cryptography: keys and signatures. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from parapet.channels.bluesky.identifier import cid_of, dag_cbor

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: A server's address and nothing behind it: a stranger must not choose what is asked.
_SERVER = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_K256, _P256 = b"\xe7\x01", b"\x80\x24"
_ORDERS = {
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
}
_MAX_OPERATIONS = 1_000


@frozen
class Keys:
    """The keys that an account had, the newest first. `proven`: its log holds, from the DID on."""

    held: tuple[str, ...]
    proven: bool


def keys_of(did: str, document: Any, log: Any) -> Keys:
    """`document`, `log`: as JSON, None where they are not there. A log that does not hold gives no key at all."""
    if did.startswith("did:plc:") and log is not None:
        try:
            return Keys(tuple(dict.fromkeys(reversed(list(_logged(did, log))))), True)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Keys((), False)
    key = _documented(did, document)
    return Keys((key,) if key else (), False)


def server_of(did: str, document: Any) -> str:
    """Where the account's server is, as its document says; "" where it says nothing that can be one."""
    for service in _list(document, "service"):
        if service.get("id") in ("#atproto_pds", f"{did}#atproto_pds"):
            there = service.get("serviceEndpoint")
            if isinstance(there, str) and _SERVER.fullmatch(there.rstrip("/")):
                return there.rstrip("/")
    return ""


def handle_of(document: Any) -> str:
    """The name that the account gives itself; "" where there is none. Whether the name leads back here is not asked."""
    names = document.get("alsoKnownAs") if isinstance(document, dict) else None
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("at://"):
            return name[5:][:253]
    return ""


def verifies(did_key: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (r and s, 64 bytes, low S) over `message` is by this did:key. Never raises."""
    try:
        key = _public(did_key)
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if s > _ORDERS[key.curve.name] // 2:  # the same signature in another form: whoever has one could make it
            return False
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True


def _logged(did: str, log: Any) -> Iterator[str]:
    """The account's key after each operation that stands, oldest first. Raises where one does not follow from the one before."""
    before: Mapping[str, Any] | None = None
    entries = [entry for entry in log if entry.get("nullified") is False]
    if not entries or len(log) > _MAX_OPERATIONS:
        raise ValueError("no log")
    for entry in entries:
        operation = entry["operation"]
        unsigned = {name: value for name, value in operation.items() if name != "sig"}
        if before is None:
            digest = hashlib.sha256(dag_cbor(operation)).digest()
            if did != "did:plc:" + base64.b32encode(digest).decode().lower()[:24] or operation["prev"] is not None:
                raise ValueError("not the beginning of this account")
        elif operation["prev"] != cid_of(dict(before)):
            raise ValueError("an operation is missing")
        signature = base64.urlsafe_b64decode(operation["sig"] + "=" * (-len(operation["sig"]) % 4))
        if not any(verifies(key, dag_cbor(unsigned), signature) for key in _rotation(before or operation)):
            raise ValueError("not signed by whoever may")
        if key := _signing(operation):
            yield key
        before = operation


def _rotation(operation: Mapping[str, Any]) -> list[str]:
    """Which keys may sign what follows."""
    if operation["type"] == "create":  # the oldest form
        return [operation["recoveryKey"], operation["signingKey"]]
    if operation["type"] != "plc_operation":
        return []
    return [key for key in operation["rotationKeys"][:10] if isinstance(key, str)]


def _signing(operation: Mapping[str, Any]) -> str:
    if operation["type"] == "create":
        return str(operation["signingKey"])
    return str(operation.get("verificationMethods", {}).get("atproto", ""))


def _documented(did: str, document: Any) -> str:
    """The key in a DID document as a did:key; also in the form of before 2023, which has no mark of its curve."""
    for method in _list(document, "verificationMethod"):
        text = method.get("publicKeyMultibase")
        if method.get("id") not in ("#atproto", f"{did}#atproto") or not isinstance(text, str):
            continue
        if method.get("type") == "Multikey":
            return f"did:key:{text}"
        marks = {
            "EcdsaSecp256k1VerificationKey2019": (ec.SECP256K1(), _K256),
            "EcdsaSecp256r1VerificationKey2019": (ec.SECP256R1(), _P256),
        }
        curve, mark = marks.get(str(method.get("type")), (None, b""))
        if curve is None:
            continue
        try:
            numbers = ec.EllipticCurvePublicKey.from_encoded_point(curve, _base58(text)).public_numbers()
        except ValueError:
            return ""
        point = bytes((2 + (numbers.y & 1),)) + numbers.x.to_bytes(32, "big")
        return "did:key:z" + _to_base58(mark + point)
    return ""


def _public(did_key: str) -> ec.EllipticCurvePublicKey:
    held = _base58(did_key.removeprefix("did:key:"))
    curve: ec.EllipticCurve = ec.SECP256K1() if held[:2] == _K256 else ec.SECP256R1()
    if held[:2] not in (_K256, _P256) or len(held) != 35:
        raise ValueError("no such key")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, held[2:])


def _base58(text: str) -> bytes:
    if not text.startswith("z") or len(text) > 200:
        raise ValueError("not in base58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _ALPHABET.index(letter)  # ValueError where it is no such letter
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _to_base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\x00"))) + text


def _list(document: Any, name: str) -> list[dict[str, Any]]:
    held = document.get(name) if isinstance(document, dict) else None
    return [each for each in held[:50] if isinstance(each, dict)] if isinstance(held, list) else []
