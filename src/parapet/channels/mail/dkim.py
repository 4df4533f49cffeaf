"""Whether the signatures of a message hold, given the keys that its domains publish. Pure: whoever calls brings the keys.

What a signature that holds says: a server that may sign for this domain sent out these header fields and this body. It
does not say which person wrote them. Our own check, and not a library's, because a stranger chooses every byte of it: each
step takes time that grows with the length only. The tests hold it against dkimpy, which signs and verifies beside it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from parapet.channels.mail.mbox import Unquoted
from parapet.channels.mail.signature import (
    ALGORITHMS,
    Message,
    Signature,
    canonical_body,
    leaves_from_open,
    nearness,
    read_for_checking,
    signatures,
    signed_header,
    tags,
    unfolded,
)
from parapet.domain.source import Method, Result, SourceCheck

MEDIA_TYPE = "message/rfc822"
MAX_KEY_BYTES = 4_096
KEY_BITS = range(1024, 8193)
_MAX_EXPONENT = 1 << 33


@frozen
class Published:
    """What the DNS had under a key's name.

    records  each TXT record, its strings joined; empty when there is no such name or no such record
    """

    records: Sequence[bytes]
    answered_at: str
    dnssec: bool = False


def variants(raw: bytes, media_type: str, pointer: str) -> list[bytes]:
    """What may have been signed: mailboxes put ">" before "From " in a body, not all in one way; parts are encoded."""
    if media_type.startswith(MEDIA_TYPE + ";"):
        if "base64" in media_type:
            try:
                return [base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", raw))]
            except binascii.Error:
                return []
        return [quopri.decodestring(raw)]
    unquoted = Unquoted(raw, is_quoted=pointer.startswith("message ")).bytes
    return [unquoted] if unquoted == raw else [unquoted, raw]


def first_look(raw: bytes, media_type: str, pointer: str) -> SourceCheck:
    """What can be told without a key: whether the message carries signatures, and whose."""
    for each in variants(raw, media_type, pointer)[:1]:
        message = read_for_checking(each)
        found, unusable = signatures(message)
        if found or unusable:
            told = [_told(message, signature, Result.UNCHECKED) for signature in found]
            result = Result.UNCHECKED if found else Result.MISMATCH
            return SourceCheck(Method.DKIM, result, {"signatures": told, "unusable": unusable})
    return SourceCheck(Method.DKIM, Result.ABSENT, {})


def key_names(raw: bytes, media_type: str, pointer: str) -> list[str]:
    """The names under which the keys for this message are published."""
    found = [s for each in variants(raw, media_type, pointer)[:1] for s in signatures(read_for_checking(each))[0]]
    return list(dict.fromkeys(signature.key_name for signature in found))


def check(raw: bytes, media_type: str, pointer: str, keys: Mapping[str, Published]) -> SourceCheck:
    """Check every signature whose key is in `keys` (`key_names` to what was published); the best outcome is the message's."""
    best: SourceCheck | None = None
    for each in variants(raw, media_type, pointer):
        one = _check(read_for_checking(each), keys)
        if best is None or _RANK.index(one.result) < _RANK.index(best.result):
            best = one
    return best or SourceCheck(Method.DKIM, Result.ABSENT, {})


#: The best first.
_RANK = (Result.MATCH, Result.PART, Result.UNCHECKED, Result.MISMATCH, Result.NO_KEY, Result.ABSENT)
_NEAR = ("same", "related", "other")


def _check(message: Message, keys: Mapping[str, Published]) -> SourceCheck:
    found, unusable = signatures(message)
    told = []
    for signature in found:
        published = keys.get(signature.key_name)
        result = _judge(message, signature, published)
        told.append(_told(message, signature, result, published))
    told.sort(key=lambda one: (_RANK.index(one["result"]), _NEAR.index(one["nearness"])))
    nothing = Result.MISMATCH if unusable else Result.ABSENT
    result = Result(told[0]["result"]) if told else nothing
    return SourceCheck(Method.DKIM, result, {"signatures": told, "unusable": unusable} if told or unusable else {})


def _told(message: Message, signature: Signature, result: Result, published: Published | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "domain": signature.domain,
        "selector": signature.selector,
        "algorithm": signature.algorithm[:40],
        "result": str(result),
        "nearness": nearness(signature.domain, message.senders),
        "headers": [name[:80] for name in signature.names[:60]],
        "signed_at": signature.signed_at,
        "expires_at": signature.expires_at,
        "uncovered_bytes": _uncovered(message, signature),
    }
    if published is not None:
        records = [base64.b64encode(record[:MAX_KEY_BYTES]).decode() for record in published.records[:4]]
        told["dns"] = {
            "name": signature.key_name,
            "txt_base64": records,
            "answered_at": published.answered_at,
            "dnssec": published.dnssec,
        }
    return told


def _uncovered(message: Message, signature: Signature) -> int:
    if signature.covered is None:
        return 0
    return max(0, len(canonical_body(message.body, simple=signature.simple_body)) - signature.covered)


def _judge(message: Message, signature: Signature, published: Published | None) -> Result:
    if published is None:
        return Result.UNCHECKED
    if signature.algorithm not in ALGORITHMS or leaves_from_open(message, signature):
        return Result.MISMATCH
    key = next((key for record in published.records[:4] if (key := _key(record, signature)) is not None), None)
    if key is None:
        return Result.NO_KEY
    body = canonical_body(message.body, simple=signature.simple_body)
    covered = len(body) if signature.covered is None else signature.covered
    if covered > len(body) or hashlib.sha256(body[:covered]).digest() != signature.body_hash:
        return Result.MISMATCH
    if not _holds(key, signature.value, signed_header(message, signature)):
        return Result.MISMATCH
    return Result.PART if covered < len(body) else Result.MATCH


def _holds(key: rsa.RSAPublicKey | Ed25519PublicKey, value: bytes, over: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, over, padding.PKCS1v15(), SHA256())
        else:
            key.verify(value, hashlib.sha256(over).digest())  # RFC 8463: over the digest
    except (InvalidSignature, ValueError):
        return False
    return True


def _key(record: bytes, signature: Signature) -> rsa.RSAPublicKey | Ed25519PublicKey | None:
    """The key in a TXT record, if it may be used for this signature; None when it was revoked, is weak or of another kind."""
    said = tags(record) if len(record) <= MAX_KEY_BYTES else None
    kind = signature.algorithm.partition("-")[0]
    if said is None or said.get("v", "DKIM1") != "DKIM1" or said.get("k", "rsa").lower() != kind:
        return None
    hashes, services = said.get("h", "sha256").split(":"), said.get("s", "*").split(":")
    strict = "s" in [flag.strip() for flag in said.get("t", "").split(":")]
    if not {h.strip() for h in hashes} & {"sha256"} or not {s.strip() for s in services} & {"*", "email"}:
        return None
    if strict and signature.identity != signature.domain:
        return None
    try:
        held = unfolded(said.get("p", ""))
        if kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(held)
        key = load_der_public_key(held)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in KEY_BITS or key.public_numbers().e > _MAX_EXPONENT:
        return None
    return key
