"""DER (X.690), read strictly: one value has one spelling, and nothing lies before, between or after it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, SEQUENCE, SET = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
#: No certificate or token nests deeper.
_MAX_DEPTH = 24
_UTC = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")
_GENERAL = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,5}[1-9]))?Z")


class Node(NamedTuple):
    """One value: its tag, its content, and all of it as it stands."""

    tag: int
    content: bytes
    raw: bytes

    def parts(self, tag: int | None = None) -> list[Node]:
        """What is inside, after looking that it is a `tag` (or any constructed value)."""
        if (tag is not None and self.tag != tag) or not self.tag & 0x20:
            raise ValueError("another kind of value")
        found, at = [], 0
        while at < len(self.content):
            node, at = _read(self.content, at)
            found.append(node)
        return found

    def of(self, tag: int) -> bytes:
        """Its content, after looking that it is a `tag`."""
        if self.tag != tag:
            raise ValueError("another kind of value")
        return self.content


def read_der(raw: bytes) -> Node:
    """The one value that `raw` is, having looked at all that is nested in it. Raises ValueError."""
    node, end = _read(raw, 0)
    if end != len(raw):
        raise ValueError("something after the value")
    _look_inside(node, 0)
    return node


def _read(raw: bytes, at: int) -> tuple[Node, int]:
    head = raw[at : at + 2]
    if len(head) < 2 or head[0] in (0x00, 0x20) or head[0] & 0x1F == 0x1F:
        raise ValueError("not a value")
    length, body = head[1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        stated = raw[body : body + count]
        length, body = int.from_bytes(stated, "big"), body + count
        if not 1 <= count <= 4 or len(stated) != count or stated[0] == 0 or length < 0x80:
            raise ValueError("a length that is not the shortest")
    end = body + length
    if end > len(raw):
        raise ValueError("a value that is cut off")
    return Node(head[0], raw[body:end], raw[at:end]), end


def _look_inside(node: Node, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    if node.tag & 0x20:
        for part in node.parts():
            _look_inside(part, depth + 1)
    elif node.tag == INTEGER:
        read_integer(node)
    elif node.tag == BOOLEAN and node.content != b"\xff" and node.content != b"\x00":
        raise ValueError("neither true nor false")
    elif node.tag == NULL and node.content:
        raise ValueError("something in nothing")


def read_integer(node: Node) -> int:
    """A whole number in its shortest form."""
    raw = node.of(INTEGER)
    if not raw or (len(raw) > 1 and raw[0] in (0, 0xFF) and raw[0] >> 7 == raw[1] >> 7):
        raise ValueError("not a number")
    return int.from_bytes(raw, "big", signed=True)


def read_oid(node: Node) -> str:
    """The name of a thing, such as "1.2.840.113549"."""
    raw = node.of(OID)
    if not raw or raw[-1] & 0x80 or len(raw) > 64:
        raise ValueError("not an object identifier")
    arcs, number, begins = [], 0, True
    for byte in raw:
        if begins and byte == 0x80:
            raise ValueError("an arc that is not the shortest")
        number, begins = number << 7 | byte & 0x7F, not byte & 0x80
        if begins:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read_bits(node: Node) -> bytes:
    """A bit string of whole bytes."""
    raw = node.of(BITS)
    if raw[:1] != b"\x00":
        raise ValueError("not whole bytes")
    return raw[1:]


def read_truth(node: Node) -> bool:
    """True or false."""
    return node.of(BOOLEAN) == b"\xff"


def read_moment(node: Node) -> datetime:
    """A time in UTC, without a zone, so that two compare."""
    if node.tag == _UTC_TIME:
        match = _UTC.fullmatch(node.content)
        if match:
            parts = [int(part) for part in match.groups()]
            return datetime(parts[0] + (1900 if parts[0] >= 50 else 2000), *parts[1:])  # type: ignore[arg-type]  # noqa: DTZ001
    elif node.tag == _GENERALIZED_TIME:
        match = _GENERAL.fullmatch(node.content)
        if match:
            fraction = int((match.group(7) or b"").ljust(6, b"0"))
            year, month, day, hour, minute, second = [int(part) for part in match.groups()[:6]]
            return datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001
    raise ValueError("not a time")
