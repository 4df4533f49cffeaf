"""A signed repository of the AT Protocol, as far as one record needs it: `com.atproto.sync.getRecord` gives a CAR with the
signed commit, the path to the record, and the record.

CAR v1 (ipld.io/specs/transport/car/carv1), DAG-CBOR, Merkle search tree and commit (atproto.com/specs/repository). Pure. A
stranger's server chose every byte: nothing is believed that does not give its own digest.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from parapet.channels.bluesky.identifier import MAX_DEPTH, dag_cbor
from parapet.channels.bluesky.keys import verifies

#: The path to a record in a repository of a million posts takes some 30 kB; a record may have 1 MB.
MAX_CAR_BYTES = 2 * 1024 * 1024
_CID_HEAD = b"\x01\x71\x12\x20"
_CID_BYTES = 36
_MAX_LEVELS = 64


class BadProof(ValueError):
    """What came is no proof of the record that was asked for. `why`: a word of ours."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@frozen
class Commit:
    """The signed root of a repository at one moment.

    rev     its time as a TID: the writer's server says it
    unsigned  the bytes that were signed
    """

    cid: str
    did: str
    rev: str
    data: str
    unsigned: bytes
    signature: bytes

    def is_signed_by(self, did_key: str) -> bool:
        """Whether this key signed it, in the one form of a signature that counts (low S)."""
        return verifies(did_key, self.unsigned, self.signature)


@frozen
class Kept:
    """What a CAR proves of one record: `cid` is None where the repository says that it has none."""

    commit: Commit
    cid: str | None


def read_proof(car: bytes, *, did: str, path: str) -> Kept:
    """The commit, and which record lies at `path` ("collection/rkey"); its signature is not checked here. Raises BadProof."""
    root, blocks = _blocks(car)
    commit = _commit(root, blocks)
    if commit.did != did:
        raise BadProof("another_repository")
    cid = _look_up(blocks, commit.data, path.encode())
    if cid is not None and cid not in blocks:
        raise BadProof("record_missing")
    return Kept(commit, cid)


def record_in(car: bytes, cid: str) -> Any:
    """The record with this CID, as JSON. Raises BadProof."""
    _root, blocks = _blocks(car)
    if cid not in blocks:
        raise BadProof("record_missing")
    return _decode(blocks[cid])


def _blocks(car: bytes) -> tuple[str, dict[str, bytes]]:
    """The first root, and every block by its CID. A block that does not give its CID is not there."""
    if len(car) > MAX_CAR_BYTES:
        raise BadProof("too_large")
    size, at = _varint(car, 0)
    header = _decode(car[at : at + size])
    at += size
    roots = header.get("roots") if isinstance(header, dict) else None
    if not isinstance(roots, list) or not roots or header.get("version") != 1:
        raise BadProof("not_a_car")
    blocks: dict[str, bytes] = {}
    while at < len(car):
        size, at = _varint(car, at)
        held = car[at : at + size]
        if len(held) != size or size < _CID_BYTES:
            raise BadProof("cut_off")
        at += size
        cid, block = held[:_CID_BYTES], held[_CID_BYTES:]
        if cid[:4] == _CID_HEAD and hashlib.sha256(block).digest() == cid[4:]:
            blocks[_name(cid)] = block
    return _link(roots[0]), blocks


def _commit(root: str, blocks: Mapping[str, bytes]) -> Commit:
    value = _decode(blocks[root]) if root in blocks else None
    if not isinstance(value, dict) or value.get("version") != 3:
        raise BadProof("no_commit")
    unsigned = dict(value)
    signature = _raw(unsigned.pop("sig", None))
    did, rev = value.get("did"), value.get("rev")
    if not isinstance(did, str) or not isinstance(rev, str):
        raise BadProof("no_commit")
    return Commit(root, did, rev[:32], _link(value.get("data")), dag_cbor(unsigned), signature)


def _look_up(blocks: Mapping[str, bytes], node: str, key: bytes) -> str | None:
    """The CID at `key`, going down the tree; None where the tree has none. Raises BadProof where a node is missing."""
    for _level in range(_MAX_LEVELS):
        if node not in blocks:
            raise BadProof("path_missing")
        value = _decode(blocks[node])
        if not isinstance(value, dict):
            raise BadProof("bad_tree")
        below, before = value.get("l"), b""
        for entry in _entries(value):
            prefix = entry.get("p")
            if not isinstance(prefix, int) or not 0 <= prefix <= len(before):
                raise BadProof("bad_tree")
            name = before[:prefix] + _raw(entry.get("k"))
            if name <= before:
                raise BadProof("bad_tree")  # in order, so that nothing can hide behind
            if name == key:
                return _link(entry.get("v"))
            if name > key:
                break
            below, before = entry.get("t"), name
        if below is None:
            return None
        node = _link(below)
    raise BadProof("bad_tree")


def _entries(node: dict[str, Any]) -> list[dict[str, Any]]:
    entries = node.get("e")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadProof("bad_tree")
    return entries


def _name(cid: bytes) -> str:
    return "b" + base64.b32encode(cid).decode().rstrip("=").lower()


def _link(value: Any) -> str:
    link = value.get("$link") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(link, str):
        raise BadProof("bad_link")
    return link


def _raw(value: Any) -> bytes:
    text = value.get("$bytes") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(text, str):
        raise BadProof("bad_bytes")
    return base64.b64decode(text + "=" * (-len(text) % 4))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        if at + place >= len(data):
            break
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise BadProof("cut_off")


def _decode(block: bytes) -> Any:
    """DAG-CBOR as JSON of the AT Protocol's data model. Raises BadProof."""
    value, end = _item(block, 0, 0)
    if end != len(block):
        raise BadProof("bad_cbor")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH or at >= len(data):
        raise BadProof("bad_cbor")
    first = data[at]
    major, small = first >> 5, first & 31
    if first in (0xF4, 0xF5, 0xF6):
        return {0xF4: False, 0xF5: True, 0xF6: None}[first], at + 1
    if first == 0xFB:
        if at + 9 > len(data):
            raise BadProof("bad_cbor")
        return struct.unpack_from(">d", data, at + 1)[0], at + 9
    number, at = _number(data, at + 1, small)
    match major:
        case 0:
            return number, at
        case 1:
            return -1 - number, at
        case 2:
            return {"$bytes": base64.b64encode(_slice(data, at, number)).decode().rstrip("=")}, at + number
        case 3:
            return _utf8(_slice(data, at, number)), at + number
        case 4:
            return _array(data, at, number, depth)
        case 5:
            return _map(data, at, number, depth)
        case 6 if number == 42:
            held, at = _item(data, at, depth + 1)
            raw = _raw(held)
            if raw[:1] != b"\x00":
                raise BadProof("bad_link")
            return {"$link": _name(raw[1:])}, at
    raise BadProof("bad_cbor")


def _number(data: bytes, at: int, small: int) -> tuple[int, int]:
    if small < 24:
        return small, at
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(small)
    if size is None or at + size > len(data):
        raise BadProof("bad_cbor")
    return int.from_bytes(data[at : at + size], "big"), at + size


def _slice(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise BadProof("bad_cbor")
    return data[at : at + size]


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadProof("bad_cbor") from None


def _array(data: bytes, at: int, size: int, depth: int) -> tuple[list[Any], int]:
    found = []
    for _each in range(min(size, len(data))):
        value, at = _item(data, at, depth + 1)
        found.append(value)
    if len(found) != size:
        raise BadProof("bad_cbor")
    return found, at


def _map(data: bytes, at: int, size: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    for _each in range(min(size, len(data))):
        key, at = _item(data, at, depth + 1)
        if not isinstance(key, str) or key in found:
            raise BadProof("bad_cbor")
        found[key], at = _item(data, at, depth + 1)
    if len(found) != size:
        raise BadProof("bad_cbor")
    return found, at
