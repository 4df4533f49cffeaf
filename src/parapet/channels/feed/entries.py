"""Entries of a feed (RSS 0.9x, 1.0, 2.0, Atom) and results of a search, read without trusting either. Pure.

A feed is XML that strangers write: a document that declares entities is refused whole, nothing outside of it is ever loaded, and its
depth and numbers are limited. Each entry comes with its own bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import msgspec
from attrs import define, field, frozen

from parapet.channels.json_stream import Element, elements
from parapet.domain.parsed import Reason

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 60
MAX_ENTRIES = 1_000
_MAX_FIELD_CHARS = 200_000
_ENTRY = frozenset({"item", "entry"})
#: By the name of an element within an entry: ours.
_FIELDS = {
    "title": "title", "description": "text", "summary": "text", "content": "text", "encoded": "text", "pubdate": "at", "published": "at",
    "date": "at", "updated": "updated", "guid": "id", "id": "id", "creator": "author", "author": "author", "link": "link",
}  # fmt: skip
_RESULT_FIELDS = {
    "title": ("title", "name"), "text": ("content", "snippet", "description", "summary"), "link": ("url", "link", "href"),
    "at": ("publishedDate", "published_date", "datePublished", "date", "published"), "id": ("id",), "author": ("author", "source"),
}  # fmt: skip


class Unread(Exception):
    """The document is no feed that can be read; `reason` and `detail` are ours."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@frozen
class Entry:
    """One entry, as the document gives it: every field may be empty, and may hold markup. `offset` and `length` of its own bytes."""

    title: str
    text: str
    link: str
    id: str
    at: str
    author: str
    offset: int
    length: int


@frozen
class Feed:
    """What a document holds. `title`: its own."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(body: bytes) -> Feed:
    """The entries of an XML document. Raises Unread."""
    reader = _Reader(body)
    return reader.read()


@define
class _Reader:
    body: bytes
    parser: Any = field(init=False)
    path: list[str] = field(factory=list)
    entry: dict[str, str] | None = None
    begins: int = 0
    inside: int = 0  # depth of the entry
    taking: str = ""
    taken: list[str] = field(factory=list)
    taken_chars: int = 0
    title: str = ""
    found: list[Entry] = field(factory=list)

    def read(self) -> Feed:
        skipped = len(self.body) - len(self.body.lstrip())
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = lambda name: self._end(skipped)
        self.parser.CharacterDataHandler = self._words
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = lambda *_told: 0
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            self.parser.Parse(self.body[skipped:], True)
        except expat.ExpatError as error:
            if not self.found:
                raise Unread(Reason.BAD_SYNTAX, f"line {error.lineno}") from None
        except (LookupError, ValueError) as error:
            raise Unread(Reason.BAD_ENCODING) from error
        if not self.found and not self._is_feed():
            raise Unread(Reason.UNKNOWN_FORMAT, "no feed")
        return Feed(self.title.strip(), tuple(self.found))

    def _is_feed(self) -> bool:
        start = self.body[:2_000].lower()
        return b"<rss" in start or b"<feed" in start or b"<rdf" in start

    def _refuse(self, *_told: Any) -> None:
        raise Unread(Reason.BAD_RECORD, "declares entities")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            raise Unread(Reason.BAD_RECORD, "declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2].lower()
        self.path.append(local)
        if len(self.path) > MAX_DEPTH:
            raise Unread(Reason.TOO_DEEP)
        if self.entry is None:
            if local in _ENTRY:
                if len(self.found) >= MAX_ENTRIES:
                    return
                self.entry, self.begins, self.inside = {}, self.parser.CurrentByteIndex, len(self.path)
            elif local == "title" and not self.title and len(self.path) <= 3:
                self._take("feed title")
            return
        if len(self.path) == self.inside + 1 and local in _FIELDS:
            self._take(_FIELDS[local])
            if local == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
                self.entry.setdefault("link", attributes["href"][:4_096])

    def _take(self, name: str) -> None:
        self.taking, self.taken, self.taken_chars = name, [], 0

    def _words(self, words: str) -> None:
        if self.taking and self.taken_chars < _MAX_FIELD_CHARS:
            self.taken.append(words)
            self.taken_chars += len(words)

    def _end(self, skipped: int) -> None:
        self.path.pop()
        depth = len(self.path)
        if self.entry is None:
            if self.taking == "feed title":
                self.title, self.taking = "".join(self.taken)[:1_000], ""
            return
        if depth == self.inside and self.taking:
            said = "".join(self.taken).strip()
            held = self.entry.get(self.taking, "")
            # Of a summary and the whole text, the longer tells more.
            if said and (not held or (self.taking == "text" and len(said) > len(held))):
                self.entry[self.taking] = said
            self.taking = ""
        if depth == self.inside - 1:
            self._done(skipped)

    def _done(self, skipped: int) -> None:
        assert self.entry is not None
        start = self.begins + skipped
        close = self.body.find(b">", self.parser.CurrentByteIndex + skipped)
        said, self.entry = self.entry, None
        self.found.append(
            Entry(
                said.get("title", ""), said.get("text", ""), said.get("link", ""), said.get("id", ""),
                said.get("at") or said.get("updated", ""), said.get("author", ""), start, close + 1 - start,
            )
        )  # fmt: skip


def read_results(body: bytes) -> Feed:
    """The results of a search, as JSON: the first list of objects that have an address. Raises Unread."""
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unread(Reason.BAD_SYNTAX) from None
    path, results = next(_lists(whole, ()), ((), None))
    if results is None:
        if isinstance(whole, dict | list):
            return Feed("", ())  # nothing was found
        raise Unread(Reason.UNKNOWN_FORMAT, "no list of results")
    found: list[Entry] = []
    for each in elements(io.BytesIO(body), (*path, "*")):
        if len(found) >= MAX_ENTRIES:
            break
        if isinstance(each, Element) and isinstance(each.value, dict):
            said = {ours: _first(each.value, theirs) for ours, theirs in _RESULT_FIELDS.items()}
            at = (each.offset, len(each.raw))
            found.append(Entry(said["title"], said["text"], said["link"], said["id"], said["at"], said["author"], *at))
    return Feed("", tuple(found))


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(value, list):
        if any(isinstance(each, dict) and _first(each, _RESULT_FIELDS["link"]) for each in value[:50]):
            yield path, value
    elif isinstance(value, dict) and len(path) < 4:
        for name, inner in value.items():
            yield from _lists(inner, (*path, name))


def _first(said: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = said.get(name)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value)[:_MAX_FIELD_CHARS]
    return ""
