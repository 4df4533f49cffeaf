"""One message a row, from CSV or JSON Lines, under the names that `columns` finds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from parapet.channels.contract import About
from parapet.channels.csv_stream import Row, rows
from parapet.channels.json_stream import lines
from parapet.channels.table.columns import find
from parapet.channels.text import clean, line, moment, web_address
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Reason, Refused


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """The rows of one file. Without a column of text each row is refused."""
    start = source.read(4096)
    source.seek(0)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\{", start):
        yield from _from_lines(source, about.mapping)
    else:
        yield from _from_rows(source, about.mapping)


def _from_rows(source: BinaryIO, mapping: dict[str, str]) -> Iterator[Parsed]:
    header: Row | None = None
    columns: dict[str, str] = {}
    for each in rows(source):
        if isinstance(each, Refused):
            yield each
        elif header is None:
            header = each
            columns = find(each.fields, mapping)
        else:
            values = dict(zip(reversed(header.fields), reversed(each.fields), strict=True))
            made = _item({ours: values.get(theirs, "") for ours, theirs in columns.items()}, each.flags)
            yield (
                Refused(Reason.BAD_RECORD, each.place, "no text")
                if made is None
                else Found(made, each.raw, each.place, "text/csv")
            )


def _from_lines(source: BinaryIO, mapping: dict[str, str]) -> Iterator[Parsed]:
    for each in lines(source):
        if isinstance(each, Refused):
            yield each
            continue
        value: dict[str, Any] = each.value if isinstance(each.value, dict) else {}
        columns = find(list(value)[:512], mapping)
        made = _item({ours: _words(value[theirs]) for ours, theirs in columns.items()}, each.flags)
        yield (
            Refused(Reason.BAD_RECORD, each.place, "no text")
            if made is None
            else Found(made, each.raw, each.place, "application/json")
        )


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _item(values: Mapping[str, str], flags: frozenset[Flag]) -> Item | None:
    text, said = clean(values.get("text", "").strip())
    if not text:
        return None
    url, link = web_address(values.get("url", "").strip())
    given = values.get("sent_at", "").strip()
    sent_at = moment(given)
    marks = {*flags, *said, *link} | (set() if sent_at else {Flag.IMPLAUSIBLE_TIME})
    platform = line(values.get("channel", ""), 40)[0].lower() or "table"
    author, _ = line(values.get("author", ""))
    uri, _ = line(values.get("uri", ""), 1000)
    target, _ = line(values.get("aimed_at", ""))
    return Item(
        channel="table",
        uri=_uri(uri, url, platform, author, given, text),
        aliases=tuple(other for other in (url if uri and url else "",) if other),
        kind=ItemKind.MESSAGE,
        author=_account(platform, author),
        text=text,
        subject=line(values.get("subject", ""))[0],
        sent_at=sent_at,
        sent_at_as_given=line(given, 100)[0],
        lang=_lang(values.get("lang", "")),
        aimed_at=_target(target),
        url=url,
        rating=_rating(values.get("rating", "")),
        flags=marks,
    )


def _uri(uri: str, url: str, platform: str, author: str, given: str, text: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:\S|<[^<>\s]+@[^<>\s]+>$", uri):
        return uri  # a name that holds anywhere
    if uri:
        return f"table:{platform}:{uri}"
    if url:
        return url
    digest = hashlib.sha256("\x1f".join((platform, author, given, " ".join(text.split()))).encode("utf-8", "surrogatepass"))
    return f"table:sha256:{digest.hexdigest()}"


def _account(platform: str, author: str) -> Account:
    handle = author.lstrip("@")
    return Account(platform, name=author) if " " in handle else Account(platform, handle=handle)


def _target(target: str) -> tuple[Identifier, ...]:
    if not target:
        return ()
    if re.match(r"[^@\s]+@[^@\s]+\.[^@\s]+$", target):
        return (Identifier(IdentifierKind.EMAIL, target),)
    if target.startswith("@"):
        return tuple(Identifier(kind, target.lstrip("@")) for kind in (IdentifierKind.HANDLE, IdentifierKind.MENTION))
    return (Identifier(IdentifierKind.NAME, target),)


def _lang(value: str) -> str:
    found = re.match(r"([A-Za-z]{2})(?:[-_]|$)", value.strip())
    words = {"english": "en", "anglais": "en", "french": "fr", "francais": "fr", "français": "fr"}
    return found.group(1).lower() if found else words.get(value.strip().lower(), "")


def _rating(value: str) -> float | None:
    found = re.match(r"([1-5])(?:[.,](\d))?(?:\s*/\s*5)?$", value.strip())
    return min(5.0, float(f"{found.group(1)}.{found.group(2) or 0}")) if found else None
