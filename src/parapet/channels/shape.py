"""Decoded records whose shape nobody promised: read a field as what it should be, or as nothing."""

from __future__ import annotations

from typing import Any

from parapet.domain.items import Flag, Identifier, IdentifierKind
from parapet.domain.parsed import Passed, Place, Reason, Refused

MAX_NAME_CHARS = 2_048


class Misshapen(Exception):
    """A record lacks what an item needs. `field` is the field's name, never its content."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def record(value: Any) -> dict[str, Any]:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    """`value` when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def words(value: Any) -> str:
    """`value` when it is a string, else ""."""
    return value if isinstance(value, str) else ""


def name(value: Any) -> str:
    """An id or URI fit to be stored and shown: a string or whole number, printable, of sane length; else ""."""
    if isinstance(value, int) and not isinstance(value, bool) and -(10**20) < value < 10**20:
        return str(value)
    return value if isinstance(value, str) and len(value) <= MAX_NAME_CHARS and value.isprintable() else ""


def needed(value: Any, field: str) -> str:
    """`name`, raising Misshapen when there is none."""
    found = name(value)
    if not found:
        raise Misshapen(field)
    return found


def text(value: Any, field: str) -> str:
    """A string that may be empty but must be there."""
    if not isinstance(value, str):
        raise Misshapen(field)
    return value


def refused(place: Place, fault: Misshapen) -> Refused:
    return Refused(Reason.BAD_RECORD, place, f"field {fault.field}")


def passed(kind: str, place: Place) -> Passed:
    """A record that is no message; its kind is cut and cleaned, for it is a stranger's word."""
    return Passed("".join(c for c in kind[:40] if c.isalnum() or c in "._-") or "unnamed", place)


class Aims:
    """Collects whom a message addresses: in order, each once, the writer left out."""

    def __init__(self, *writer: Identifier) -> None:
        self.seen = set(writer)
        self.found: list[Identifier] = []

    def add(self, kind: IdentifierKind, value: str) -> None:
        self.put(Identifier(kind, value))

    def put(self, aim: Identifier) -> None:
        if aim.value and aim not in self.seen:
            self.seen.add(aim)
            self.found.append(aim)

    def all(self) -> tuple[Identifier, ...]:
        return tuple(self.found)


def unique(values: list[str]) -> tuple[str, ...]:
    """The values that are not empty, in order, each once."""
    return tuple(dict.fromkeys(value for value in values if value))


def together(*flags: frozenset[Flag]) -> frozenset[Flag]:
    return frozenset().union(*flags)
