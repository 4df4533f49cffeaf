"""Signed notes, verifier keys, proofs and leaves, read strictly. Every function raises ValueError on what is not in form."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Any, NamedTuple

from parapet.evidence.reader.ed25519 import is_signed
from parapet.evidence.reader.layout import TIME

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
#: Of a key: printable ASCII without a space or a plus. It is shown to people, and names of other letters look alike.
_NAME = re.compile("[!-*,-~]{1,200}")
#: Printable ASCII and newlines; the dash begins a signature.
_NOTE = re.compile("[\\n -~\N{EM DASH}]*")

#: What a key is for, as its first byte says: signing notes, and cosigning them (c2sp.org/tlog-cosignature).
LOG_KIND, WITNESS_KIND = 1, 4


class Key(NamedTuple):
    """A public key, the name it signs by, and the 4 bytes that signatures name it with."""

    name: str
    mark: bytes
    public: bytes


class Note(NamedTuple):
    """Text, and its signatures as (name, mark, signature)."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]


def strict_base64(text: str) -> bytes:
    """One sequence of bytes has one spelling, or a changed letter could go unseen."""
    raw = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not the one spelling")
    return raw


def whole_number(text: str) -> int:
    """Decimal digits, no sign, no leading zero."""
    if not text.isascii() or _NUMBER.fullmatch(text) is None:
        raise ValueError("not a number")
    return int(text)


def read_key(text: str, kind: int = LOG_KIND) -> Key:
    """A verifier key, `name+hash+base64` (c2sp.org/signed-note), of a log or of a witness."""
    name, _, rest = text.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    raw = strict_base64(encoded)
    mark = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if _NAME.fullmatch(name) is None or len(raw) != 33 or raw[0] != kind or stated != mark.hex():
        raise ValueError("not a verifier key")
    return Key(name, mark, raw[1:])


def read_note(raw: bytes) -> Note:
    """A signed note; no signature is checked yet."""
    note = raw.decode("utf-8")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or _NOTE.fullmatch(note) is None:
        raise ValueError("not a signed note")
    signatures = []
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\N{EM DASH}" or _NAME.fullmatch(parts[1]) is None:
            raise ValueError("not a signature line")
        signed = strict_base64(parts[2])
        if len(signed) < 5:
            raise ValueError("not a signature")
        signatures.append((parts[1], signed[:4], signed[4:]))
    return Note(text + "\n", signatures)


def note_is_signed(note: Note, key: Key) -> bool:
    """True when `key` signed, once. Signatures by other keys say nothing and are passed over."""
    ours = [signature for name, mark, signature in note.signatures if (name, mark) == (key.name, key.mark)]
    return len(ours) == 1 and is_signed(note.text.encode(), ours[0], key.public)


def read_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root from a checkpoint's text (c2sp.org/tlog-checkpoint)."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise ValueError("not a checkpoint")
    root = strict_base64(lines[2])
    if len(root) != 32:
        raise ValueError("not a root")
    return lines[0], whole_number(lines[1]), root


def read_proof(raw: bytes) -> tuple[int, list[bytes], bytes]:
    """Index, hashes and the checkpoint's bytes from a `.tlog-proof` file (c2sp.org/tlog-proof)."""
    head, gap, checkpoint = raw.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1" or not 2 <= len(lines) <= 66 or lines[1][:6] != "index ":
        raise ValueError("not a proof")
    hashes = [strict_base64(line) for line in lines[2:]]
    if any(len(h) != 32 for h in hashes):
        raise ValueError("not a hash")
    return whole_number(lines[1][6:]), hashes, checkpoint


def root_of_proof(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """The root to which the leaf's bytes and a proof lead."""
    return root_of_hash(hashlib.sha256(b"\x00" + leaf).digest(), index, size, hashes)


def root_of_hash(root: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """The root to which a leaf's hash and a proof lead, step by step as in RFC 9162, section 2.1.3.2."""
    if index >= size:
        raise ValueError("a leaf beyond the tree")
    here, last = index, size - 1
    for sibling in hashes:
        if last == 0:
            raise ValueError("a proof that is too long")
        if here & 1 or here == last:
            root = hashlib.sha256(b"\x01" + sibling + root).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + sibling).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise ValueError("a proof that is too short")
    return root


def read_leaf(raw: bytes) -> dict[str, Any]:
    """A leaf: canonical JSON (RFC 8785) of strings, integers, and maps and lists of them, with ASCII keys."""
    body = read_json(raw)
    try:
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if text.encode("utf-8") != raw or body.get("v") != 1:
        raise ValueError("not canonical")
    return body


def read_json(raw: bytes) -> dict[str, Any]:
    """A JSON object without floats and without a name that stands twice."""
    try:
        body = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_int=_integer, parse_float=_never, parse_constant=_never
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def read_time(text: object) -> datetime:
    """UTC with microseconds, as every leaf states it; without a zone, so that two compare."""
    match = TIME.fullmatch(text) if isinstance(text, str) and text.isascii() else None
    if match is None:
        raise ValueError("not a time")
    return datetime(*[int(part) for part in match.groups()])  # type: ignore[arg-type]  # noqa: DTZ001


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a name stands twice")
    return body


def _integer(text: str) -> int:
    if len(text) > 20:  # a leaf holds none; reading a million digits takes time
        raise ValueError("a number too long")
    return int(text)


def _never(text: str) -> Any:
    raise ValueError("a float")
