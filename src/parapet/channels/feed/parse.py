"""What came over a feed or a search: a line that says what was asked, then the answer as it came. Entries that name somebody are items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from attrs import frozen

from parapet.channels.contract import About
from parapet.channels.feed.entries import MAX_BYTES, Entry, Feed, Unread, read_feed, read_results
from parapet.channels.text import clean, led_to, line, moment, plain, web_address
from parapet.domain.items import Account, Flag, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Passed, Place, Reason, Refused
from parapet.patterns.named import names_found

FORMAT = "parapet-feed/1"
MAX_HEAD_BYTES = 64 * 1024


@frozen
class Asked:
    """What was asked: the address without any key, and the names that were looked for."""

    url: str
    names: tuple[str, ...]


def write_delivery(url: str, names: tuple[str, ...], body: bytes) -> bytes:
    """An answer as it is handed on: what `parse` reads."""
    head = {"format": FORMAT, "url": url, "names": list(names)}
    return json.dumps(head, ensure_ascii=False).encode("utf-8", "replace") + b"\n" + body


def read_delivery(raw: bytes) -> tuple[Asked, bytes]:
    """The inverse of `write_delivery`. Raises Unread."""
    first, _newline, body = raw.partition(b"\n")
    try:
        head: Any = json.loads(first) if len(first) <= MAX_HEAD_BYTES else None
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("names"), list):
        raise Unread(Reason.UNKNOWN_FORMAT, "not a form of parapet-feed/1")
    return Asked(web_address(head.get("url"))[0], tuple(str(name) for name in head["names"][:20])), body


def read_answer(body: bytes) -> Feed:
    """A feed, or the results of a search, whichever it is. Raises Unread."""
    if len(body) > MAX_BYTES:
        raise Unread(Reason.TOO_LARGE, f"{len(body)} bytes, at most {MAX_BYTES}")
    return read_results(body) if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else read_feed(body)


def parse(source: BinaryIO, _about: About) -> Iterator[Parsed]:
    """Entries that name one of those who were looked for; the others are passed over, and stay within the sealed file."""
    raw = source.read(MAX_BYTES + MAX_HEAD_BYTES + 1)
    try:
        asked, body = read_delivery(raw)
        feed = read_answer(body)
    except Unread as unread:
        yield Refused(unread.reason, Place(length=len(raw)), unread.detail)
        return
    head_bytes = len(raw) - len(body)
    kind = "application/json" if body.lstrip()[:1] in (b"{", b"[") else "application/xml"
    for number, entry in enumerate(feed.entries, 1):
        place = Place(pointer=f"message {number}", offset=head_bytes + entry.offset, length=entry.length)
        if not names_in(entry, asked.names):
            yield Passed("entry", place)
            continue
        yield Found(_item(entry, feed, asked), raw[place.offset : place.offset + place.length], place, kind)


def names_in(entry: Entry, names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the names an entry holds, in its title or its text."""
    return names_found(names, f"{plain(entry.title)}\n{plain(entry.text)}")


def entry_digest(entry: Entry) -> str:
    """Changes when what a reader sees of an entry changes."""
    said = "\x1f".join((entry.link or entry.id, " ".join(entry.title.split()), " ".join(entry.text.split())))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _item(entry: Entry, feed: Feed, asked: Asked) -> Item:
    url = led_to(asked.url, entry.link.strip()) if entry.link else ""
    text, flags = clean(plain(entry.text))
    title, more = line(plain(entry.title))
    author, _ = line(entry.author)
    ident, _ = line(entry.id, 2_048)
    sent_at = moment(entry.at)
    late = frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME})
    uri = url or ident or f"feed:sha256:{entry_digest(entry)}"
    return Item(
        channel="feed",
        uri=uri,
        aliases=(ident,) if ident and ident != uri and "://" in ident else (),
        kind=ItemKind.POST,
        author=Account("feed", name=author),
        text=text or title,
        subject=title,
        sent_at=sent_at,
        sent_at_as_given=line(entry.at, 100)[0],
        url=url,
        flags=flags | more | late,
        place=line(feed.title)[0],
    )


def told_names(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a person typed."""
    return tuple(str(name) for name in told.get("names", ()) if str(name).strip())[:20]
