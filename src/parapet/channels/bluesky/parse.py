"""Bluesky: what the API and the firehose give, turned into items.

One post may arrive as a notification, in a thread, quoted by another and as a Jetstream frame. Text, kind and
addressees come from the record alone, which is the same in all of them, so the same post always gives the same item.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from parapet.channels.bluesky.delivery import MAX_BYTES, is_delivery, parse_delivery
from parapet.channels.bluesky.record import item_from
from parapet.channels.contract import HEAD_BYTES, About
from parapet.channels.json_stream import Element, Path, Tree, beginning, elements, lines
from parapet.channels.shape import Misshapen, name, needed, passed, record, refused, words
from parapet.channels.text import moment
from parapet.domain.parsed import Found, Gone, Parsed, Place, Refused

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
MEDIA_TYPE = "application/json"

#: Reasons of notifications whose record is a message to somebody.
_MESSAGES = frozenset({"mention", "reply", "quote", "subscribed-post"})

_FRAME_WORDS = (re.compile(rb'"did"\s*+:\s*+"did:'), re.compile(rb'"time_us"\s*+:\s*+[0-9]'))
_SCALAR = rb'(?:"(?:[^"\\]|\\.)*+"|[^\s",:{}\[\]]++)'
_PAGE = re.compile(
    rb'(?:\[\s*+)?\{\s*+(?:"[^"\\]*+"\s*+:\s*+' + _SCALAR + rb'\s*+,\s*+)*+"(notifications|thread|posts|feed)"\s*+:\s*+[\[{]'
)
_PATHS: dict[bytes, Path] = {
    b"thread": ("*", "thread", Tree("post", ("parent", "replies"))),
    b"posts": ("*", "posts", "*"),
    b"feed": ("*", "feed", "*", "post"),
}


def is_stream(start: bytes) -> bool:
    """Whether a file that begins so holds Jetstream frames, one a line; the first may be cut off at its front."""
    if page_key(start):
        return False
    first_lines = [line for line in start.split(b"\n", 5)[:5] if line.startswith(b"{")]
    return any(all(word.search(line) for word in _FRAME_WORDS) for line in first_lines)


def page_key(start: bytes) -> bytes:
    """Under which key the pages of a file that begins so hold their records; b"" when it holds no pages."""
    match = _PAGE.match(start)
    return match[1] if match else b""


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """Notifications, threads, feeds and search results (one response or an array of them), Jetstream lines, or what watching brought."""
    start = beginning(source.read(HEAD_BYTES))
    if is_delivery(start):
        source.seek(0)
        yield parse_delivery(source.read(MAX_BYTES + 1), about.member)
        return
    if is_stream(start):
        for found in lines(source, member=about.member):
            yield found if isinstance(found, Refused) else _frame(found)
        return
    path = _PATHS.get(page_key(start))
    if path is None:
        for found in elements(source, ("*", "notifications", "*"), member=about.member):
            yield found if isinstance(found, Refused) else _notification(found)
        return
    for found in elements(source, path, member=about.member):
        if isinstance(found, Refused):
            yield found
        else:
            yield from _view(found)


def _notification(element: Element) -> Parsed:
    value = record(element.value)
    try:
        uri, reason = needed(value.get("uri"), "uri"), needed(value.get("reason"), "reason")
        if reason not in _MESSAGES:
            return passed(reason, element.place)
        item = item_from(uri, value.get("record"), author=value.get("author"), cid=value.get("cid"), extra=element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, MEDIA_TYPE)


def _view(element: Element) -> Iterator[Parsed]:
    """A post as threads and feeds show it, and the post that it quotes; or the notice that a post is gone."""
    value = record(element.value)
    if value.get("notFound") is True and (uri := name(value.get("uri"))):
        yield Gone(uri, element.place, element.raw, channel="bluesky")
        return
    if value.get("blocked") is True:
        yield passed("blocked", element.place)
        return
    try:
        uri = needed(value.get("uri"), "uri")
        item = item_from(uri, value.get("record"), author=value.get("author"), cid=value.get("cid"), extra=element.flags)
    except Misshapen as fault:
        yield refused(element.place, fault)
        return
    yield Found(item, element.raw, element.place, MEDIA_TYPE)
    if "embed" in value:
        yield from _quoted(element, value, uri)


def _quoted(element: Element, value: dict[str, Any], by_uri: str) -> Iterator[Parsed]:
    """The quoted post, when the view carries its words: an item of its own."""
    path: tuple[str, ...] = ("embed", "record")
    view = record(record(value["embed"]).get("record"))
    if "record" in view:  # with media beside it, it lies one level deeper
        path, view = ("embed", "record", "record"), record(view["record"])
    quoted = view.get("value")
    if not isinstance(quoted, dict) or not isinstance(quoted.get("text"), str):
        return
    for found in elements(io.BytesIO(element.raw), path):
        if isinstance(found, Refused):
            return
        place = Place(element.member, f"{element.pointer}/{'/'.join(path)}", element.offset + found.offset, len(found.raw))
        try:
            uri = needed(view.get("uri"), "uri")
            item = item_from(
                uri, quoted, author=view.get("author"), cid=view.get("cid"), extra=element.flags, forwarded_by=by_uri
            )
        except Misshapen as fault:
            yield refused(place, fault)
            return
        yield Found(item, found.raw, place, MEDIA_TYPE)


def _frame(element: Element) -> Parsed:
    """One line of Jetstream."""
    value = record(element.value)
    commit = record(value.get("commit"))
    kind, collection = words(value.get("kind")), words(commit.get("collection"))
    if kind != "commit" and kind:
        return passed(kind, element.place)
    if collection not in (POST, REPOST) and collection:
        return passed(collection, element.place)
    try:
        did, rkey = needed(value.get("did"), "did"), needed(commit.get("rkey"), "commit.rkey")
        uri = f"at://{did}/{needed(collection, 'commit.collection')}/{rkey}"
        operation = words(commit.get("operation"))
        if operation == "delete":
            return Gone(uri, element.place, element.raw, moment(value.get("time_us")), channel="bluesky")
        if operation not in ("create", "update"):
            raise Misshapen("commit.operation")
        item = item_from(uri, commit.get("record"), author={"did": did}, cid=commit.get("cid"), extra=element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    # The stream is everybody's: whose folder the file lay in says nothing about whom a post is aimed at.
    return Found(item, element.raw, element.place, MEDIA_TYPE, delivered=False)
