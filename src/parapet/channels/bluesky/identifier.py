"""The identifier (CID) that a Bluesky record must have: a digest of the record itself.

AT Protocol data model (atproto.com/specs/data-model): JSON with {"$link"} and {"$bytes"} → DAG-CBOR → SHA-256 → CIDv1.
A match says that the words are those that the identifier was made for; who made it is told only by a signed commit.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from functools import lru_cache
from typing import Any

import msgspec

from parapet.domain.source import Method, Result, SourceCheck

MAX_DEPTH = 64
_CID_HEAD = b"\x01\x71\x12\x20"  # version 1, dag-cbor, SHA-256, 32 bytes
_decoder = msgspec.json.Decoder()


def check_identifier(raw: bytes) -> SourceCheck | None:
    """Whether the record in `raw` (a notification, a view, a frame of Jetstream) gives the CID that came with it.

    None when there is no record in it. Never raises on what is in `raw`.
    """
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    held = value.get("commit", value) if isinstance(value, dict) else None
    return check_record(held) if isinstance(held, dict) else None


def check_record(held: dict[str, Any]) -> SourceCheck | None:
    """The same for what was read already: an object with a record and its CID."""
    record = held.get("record", held.get("value"))
    if not isinstance(record, dict):
        return None
    given = held.get("cid")
    if not isinstance(given, str) or not given:
        return SourceCheck(Method.CID, Result.ABSENT, {})
    try:
        computed = cid_of(record)
    except ValueError:
        computed = ""
    result = Result.MATCH if computed == given else Result.MISMATCH
    return SourceCheck(Method.CID, result, {"cid": given[:200], "computed": computed})


def cid_of(value: Any) -> str:
    """The CID of `value`, JSON as read. Raises ValueError where the data model has no place for it."""
    digest = hashlib.sha256(dag_cbor(value)).digest()
    return "b" + base64.b32encode(_CID_HEAD + digest).decode().rstrip("=").lower()


def dag_cbor(value: Any) -> bytes:
    """`value` as DAG-CBOR: one value, one sequence of bytes (keys by length and then by bytes). Raises ValueError."""
    out = bytearray()
    _put(value, out, 0)
    return bytes(out)


def _put(value: Any, out: bytearray, depth: int) -> None:
    kind = type(value)
    if kind is str:
        encoded = value.encode()
        if (size := len(encoded)) < 24:
            out.append(0x60 | size)
        else:
            _head(0x60, size, out)
        out += encoded
    elif kind is dict:
        _put_map(value, out, depth)
    elif kind is list:
        if depth >= MAX_DEPTH:
            raise ValueError("deeper than any record")
        _head(0x80, len(value), out)
        for part in value:
            _put(part, out, depth + 1)
    elif kind is int:
        _head(0x00, value, out) if value >= 0 else _head(0x20, -1 - value, out)
    elif value is None or kind is bool:
        out.append(0xF6 if value is None else 0xF5 if value else 0xF4)
    elif kind is float and value.is_integer() and abs(value) < 2**53:
        _put(int(value), out, depth)  # where the platform's programs run, 1.0 and 1 are one number
    elif kind is float and value - value == 0:
        out += b"\xfb" + struct.pack(">d", value)
    else:
        raise ValueError("no place for such a value")


def _put_map(value: dict[str, Any], out: bytearray, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise ValueError("deeper than any record")
    if len(value) == 1:  # a link, or bytes
        if type(link := value.get("$link")) is str:
            held = b"\x00" + _cid_bytes(link)
            out += b"\xd8\x2a"
            _head(0x40, len(held), out)
            out += held
            return
        if type(text := value.get("$bytes")) is str:
            held = _base64(text)
            _head(0x40, len(held), out)
            out += held
            return
    _head(0xA0, len(value), out)
    # A key with its length in front sorts by its length and then by its bytes.
    for key, part in sorted([(_key(k) if len(k) < 64 else _text(k), v) for k, v in value.items()]):
        out += key
        _put(part, out, depth + 1)


@lru_cache(maxsize=512)
def _key(name: str) -> bytes:
    """A key as it is written. Records of one kind share their keys."""
    return _text(name)


def _text(text: str) -> bytes:
    encoded, out = text.encode(), bytearray()
    _head(0x60, len(encoded), out)
    return bytes(out) + encoded


def _head(major: int, number: int, out: bytearray) -> None:
    if number < 24:
        out.append(major | number)
    elif number < 0x100:
        out += bytes((major | 24, number))
    elif number < 0x10000:
        out += struct.pack(">BH", major | 25, number)
    elif number < 0x100000000:
        out += struct.pack(">BI", major | 26, number)
    elif number < 0x10000000000000000:
        out += struct.pack(">BQ", major | 27, number)
    else:
        raise ValueError("a number larger than 64 bits")


def _cid_bytes(text: str) -> bytes:
    if not text.startswith("b") or len(text) > 200:
        raise ValueError("a link in another form")
    try:
        return base64.b32decode(text[1:].upper() + "=" * (-(len(text) - 1) % 8))
    except binascii.Error as error:
        raise ValueError("a link in another form") from error


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("bytes in another form") from error
