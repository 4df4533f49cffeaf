"""YouTube: comment threads and comments of the Data API v3, turned into items.

Resources: developers.google.com/youtube/v3/docs/commentThreads and /comments. Of an edited comment only the last text
is there.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

from parapet.channels.contract import About
from parapet.channels.json_stream import Element, elements
from parapet.channels.shape import Aims, Misshapen, name, needed, passed, record, refused, together, words
from parapet.channels.text import clean, line, moment, read_html
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Place, Reason, Refused

_TOP = ("snippet", "topLevelComment")
_REPLIES = ("replies", "comments", "*")


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One response of commentThreads.list or comments.list, or an array of them. A comment is an item of its own."""
    for found in elements(source, ("*", "items", "*"), member=about.member):
        if isinstance(found, Refused):
            yield found
        else:
            yield from _thing(found)


def _thing(element: Element) -> Iterator[Parsed]:
    value = record(element.value)
    kind = words(value.get("kind"))
    if kind == "youtube#comment":
        yield _comment(element, {})
    elif kind == "youtube#commentThread" or "snippet" in value:
        yield from _thread(element, record(value.get("snippet")), "replies" in value)
    elif kind:
        yield passed(kind, element.place)
    else:
        yield refused(element.place, Misshapen("kind"))


def _thread(element: Element, snippet: dict[str, Any], has_replies: bool) -> Iterator[Parsed]:
    """The comment and the replies that came with it, each by its own bytes."""
    top = record(snippet.get("topLevelComment"))
    for path in (_TOP, _REPLIES) if has_replies else (_TOP,):
        for found in elements(io.BytesIO(element.raw), path):
            if isinstance(found, Refused):
                pointer = element.pointer + found.place.pointer
                place = Place(element.member, pointer, element.offset + found.place.offset, found.place.length)
                yield Refused(found.reason if found.reason is not Reason.EMPTY else Reason.BAD_RECORD, place, found.detail)
            else:
                inner = Element(
                    found.raw,
                    element.pointer + found.pointer,
                    element.offset + found.offset,
                    found.value,
                    {},
                    found.flags | element.flags,
                    element.member,
                )
                yield _comment(inner, snippet, {} if path is _TOP else top)


def _comment(element: Element, thread: dict[str, Any], answered: dict[str, Any] | None = None) -> Parsed:
    try:
        item = _item(record(element.value), thread, answered or {}, element.flags)
    except Misshapen as fault:
        return refused(element.place, fault)
    return Found(item, element.raw, element.place, "application/json")


def _item(comment: dict[str, Any], thread: dict[str, Any], answered: dict[str, Any], extra: frozenset[Flag]) -> Item:
    comment_id, snippet = needed(comment.get("id"), "id"), record(comment.get("snippet"))
    video = name(snippet.get("videoId")) or name(thread.get("videoId"))
    channel = name(snippet.get("channelId")) or name(thread.get("channelId"))
    body, flags = _body(snippet)
    shown, name_flags = line(words(snippet.get("authorDisplayName")))
    author_id = name(record(snippet.get("authorChannelId")).get("value"))
    published, updated = name(snippet.get("publishedAt")), name(snippet.get("updatedAt"))
    sent_at = moment(published)
    edited = frozenset({Flag.EDITED_EARLIER}) if updated and updated != published else frozenset()
    parent = name(snippet.get("parentId")) or name(answered.get("id"))
    address = _address(video, channel, comment_id)
    aims = Aims(Identifier(IdentifierKind.CHANNEL_ID, author_id))
    aims.add(IdentifierKind.VIDEO_ID, video)
    aims.add(IdentifierKind.CHANNEL_ID, channel)
    if parent:
        aims.add(IdentifierKind.CHANNEL_ID, name(record(record(answered.get("snippet")).get("authorChannelId")).get("value")))
    return Item(
        channel="youtube",
        uri=address,
        kind=ItemKind.COMMENT,
        author=Account("youtube", handle=shown.removeprefix("@"), native_id=author_id, name=shown),
        text=body,
        sent_at=sent_at,
        sent_at_as_given=line(published, 64)[0],
        aliases=(comment_id,),
        revision=updated if updated != published else "",
        aimed_at=aims.all(),
        refers_to=(_address(video, channel, parent),) if parent else (),
        thread=_address(video, channel, parent or comment_id),
        url=address,
        place=_page(video, channel),
        flags=together(flags, name_flags, extra, edited, frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME})),
    )


def _body(snippet: dict[str, Any]) -> tuple[str, frozenset[Flag]]:
    """What was typed, where the API tells it (only to some); else what is shown, which is HTML."""
    original, shown = snippet.get("textOriginal"), snippet.get("textDisplay")
    if isinstance(original, str):
        return clean(original)
    if not isinstance(shown, str):
        raise Misshapen("snippet.textDisplay")
    body, link_flags = read_html(shown)
    body, flags = clean(body)
    return body, flags | link_flags


def _address(video: str, channel: str, comment_id: str) -> str:
    joint = "&" if video else "?"
    return f"{_page(video, channel)}{joint}lc={quote(comment_id, safe='.-_~')}"


def _page(video: str, channel: str) -> str:
    if video:
        return f"https://www.youtube.com/watch?v={quote(video, safe='')}"
    return f"https://www.youtube.com/channel/{quote(channel, safe='')}/community"
