"""As much of JSON Schema (2020-12) as the schemas in tests/data use, read strictly: a word that is not known here fails.

Not a validator for anything else. Formats are checked where they are closed: an address, a moment, a UUID, a host.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_SILENT = {"$schema", "$id", "$defs", "title", "description", "examples", "x-recommended", "contentEncoding", "$comment"}
_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
}  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any], folder: Path, root: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """What is wrong with `value`; nothing for one that is valid. `root`: the document in which `schema` stands."""
    for word, told in schema.items():
        if word in _SILENT or word in ("then", "else"):
            continue
        yield from _CHECKS[word](value, told, schema, folder, root, at)


def _ref(value: Any, told: str, _schema: Any, folder: Path, root: Any, at: str) -> Iterator[str]:
    name, _hash, place = told.partition("#")
    found = json.loads((folder / name.rpartition("/")[2]).read_text("utf-8")) if name else root
    inner = found
    for part in filter(None, place.split("/")):
        inner = inner[part]
    yield from faults(value, inner, folder, found, at)


def _type(value: Any, told: str, *_rest: Any) -> Iterator[str]:
    if not isinstance(value, _TYPES[told]) or (isinstance(value, bool) and told != "boolean"):
        yield f"{_rest[-1]}: not {told}"


def _properties(value: Any, told: Any, schema: Any, folder: Path, root: Any, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in value.keys() & told.keys():
            yield from faults(value[name], told[name], folder, root, f"{at}.{name}")
        if schema.get("additionalProperties") is False:
            yield from (f"{at}: unknown {name}" for name in value.keys() - told.keys())


def _when(test: Any) -> Any:
    return lambda value, told, schema, folder, root, at: (
        iter(()) if test(value, told) else iter([f"{at}: {told!r} does not hold"])
    )


def _if(value: Any, told: Any, schema: Any, folder: Path, root: Any, at: str) -> Iterator[str]:
    holds = not list(faults(value, told, folder, root, at))
    yield from faults(value, schema.get("then" if holds else "else", {}), folder, root, at)


def _format(value: Any, told: str, *rest: Any) -> Iterator[str]:
    good: dict[str, Callable[[], object]] = {
        "email": lambda: re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value),
        "hostname": lambda: re.fullmatch(r"[A-Za-z0-9.-]+", value),
        "uuid": lambda: str(uuid.UUID(value)) == value,
        "date-time": lambda: datetime.fromisoformat(value).tzinfo,
        "uri": lambda: urlsplit(value).scheme and value.isprintable() and " " not in value,
    }
    try:
        held = bool(good[told]())
    except (ValueError, TypeError):
        held = False
    if not held:
        yield f"{rest[-1]}: no {told}"


_CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _when(lambda value, told: told in (True, False)),
    "required": _when(lambda value, told: not isinstance(value, dict) or set(told) <= value.keys()),
    "enum": _when(lambda value, told: value in told),
    "const": _when(lambda value, told: value == told),
    "pattern": _when(lambda value, told: not isinstance(value, str) or re.search(told, value)),
    "minimum": _when(lambda value, told: not isinstance(value, (int, float)) or value >= told),
    "maximum": _when(lambda value, told: not isinstance(value, (int, float)) or value <= told),
    "maxLength": _when(lambda value, told: not isinstance(value, str) or len(value) <= told),
    "minItems": _when(lambda value, told: not isinstance(value, list) or len(value) >= told),
    "maxItems": _when(lambda value, told: not isinstance(value, list) or len(value) <= told),
    "format": _format,
    "items": lambda value, told, schema, folder, root, at: (
        fault
        for n, each in enumerate(value if isinstance(value, list) else ())
        for fault in faults(each, told, folder, root, f"{at}[{n}]")
    ),
    "allOf": lambda value, told, schema, folder, root, at: (
        fault for each in told for fault in faults(value, each, folder, root, at)
    ),
    "if": _if,
}
