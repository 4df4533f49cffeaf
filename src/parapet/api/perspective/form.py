"""A request's JSON, read as Google reads it: camelCase or snake_case, null for absent, unknown names refused."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from parapet.api.perspective.errors import bad_form

#: A field's kind: "string", "bool", "number", "integer"; a message is a dict of its fields; [kind] and {"*": kind} are lists and maps.
Kind = str | dict[str, Any] | list[Any]

_ENTRY: Kind = {"text": "string", "type": "string"}
_CONTEXT: Kind = {"entries": [_ENTRY], "articleAndParentComment": {"article": _ENTRY, "parentComment": _ENTRY}}
_SCORE: Kind = {"value": "number", "type": "string"}
ANALYZE: dict[str, Any] = {
    "comment": _ENTRY,
    "context": _CONTEXT,
    "requestedAttributes": {"*": {"scoreType": "string", "scoreThreshold": "number"}},
    "languages": ["string"],
    "spanAnnotations": "bool",
    "doNotStore": "bool",
    "dropUnsupportedAttributes": "bool",
    "clientToken": "string",
    "sessionId": "string",
    "communityId": "string",
}
SUGGEST: dict[str, Any] = {
    "comment": _ENTRY,
    "context": _CONTEXT,
    "attributeScores": {
        "*": {"summaryScore": _SCORE, "spanScores": [{"begin": "integer", "end": "integer", "score": _SCORE}]},
    },
    "languages": ["string"],
    "clientToken": "string",
    "sessionId": "string",
    "communityId": "string",
}

#: Objects of JavaScript's form, as Perspective's own example for curl had them, are read up to this size.
_MAX_LENIENT_BYTES = 64 * 1024
_BARE_NAME = re.compile(r'"(?:[^"\\]|\\.)*+"|(?<![\w$])([A-Za-z_$][\w$]*+)(?=\s*+:)', re.DOTALL)
_TYPES = {"string": "TYPE_STRING", "bool": "TYPE_BOOL", "number": "TYPE_FLOAT", "integer": "TYPE_INT32"}


def read(raw: bytes, kind: dict[str, Any]) -> dict[str, Any]:
    """The fields of a message of `kind`, under their camelCase names; what is absent or null is left out.

    A lone surrogate becomes U+FFFD, which is as long in UTF-16. Raises Refused.
    """
    return _message(_decoded(raw) if raw.strip() else {}, kind, "")


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = raw.decode("utf-8-sig")
        try:
            return json.loads(text)  # knows lone surrogates, which a client cuts out of a pair
        except ValueError:
            if len(raw) > _MAX_LENIENT_BYTES:
                raise
            return json.loads(_BARE_NAME.sub(lambda m: f'"{m[1]}"' if m[1] else m[0], text))
    except (ValueError, RecursionError):
        raise bad_form("Invalid JSON payload received. Unexpected token.") from None


def _message(value: Any, fields: dict[str, Any], path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_form(
            f"Invalid value at '{path}' (Message)." if path else "Invalid JSON payload received. Root is not an object.", path
        )
    known = {**{name: name for name in fields}, **{_snake(name): name for name in fields}}
    found: dict[str, Any] = {}
    for name, given in value.items():
        if name not in known:
            where = f" at '{path}'" if path else ""
            raise bad_form(f'Invalid JSON payload received. Unknown name "{_short(name)}"{where}: Cannot find field.', path)
        if given is not None:
            full = known[name]
            found[full] = _value(given, fields[full], f"{path}.{_snake(full)}" if path else _snake(full))
    return found


def _value(given: Any, kind: Kind, path: str) -> Any:
    if isinstance(kind, list):
        if not isinstance(given, list):
            raise bad_form(f"Invalid value at '{path}' (repeated field).", path)
        return [_value(each, kind[0], f"{path}[{at}]") for at, each in enumerate(given)]
    if isinstance(kind, dict):
        if "*" not in kind:
            return _message(given, kind, path)
        if not isinstance(given, dict):
            raise bad_form(f"Invalid value at '{path}' (map).", path)
        return {
            _sound(name): _value(each or {}, kind["*"], f"{path}[{at}].value") for at, (name, each) in enumerate(given.items())
        }
    plain = _plain(given, kind)
    if plain is None:
        raise bad_form(f"Invalid value at '{path}' ({_TYPES[kind]}).", path)
    return plain


def _plain(given: Any, kind: str) -> str | bool | float | None:
    """The value, or None when it is of another kind. Numbers may stand in quotation marks."""
    if kind == "string":
        return _sound(given) if isinstance(given, str) else None
    if kind == "bool":
        return given if isinstance(given, bool) else None
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if number == number and (kind == "number" or number.is_integer()) else None


def _sound(text: str) -> str:
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda m: "_" + m[0].lower(), name)


def _short(name: str) -> str:
    return _sound(name[:64])
