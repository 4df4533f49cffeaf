"""A capture: each post that was recognised on the page is an item; else the page is one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import urldefrag, urlsplit

from attrs import evolve

from parapet.channels.contract import About
from parapet.channels.json_stream import Element, elements
from parapet.channels.pictures import is_oversize
from parapet.channels.shape import Misshapen, record, refused, together, words
from parapet.channels.text import clean, line, moment, web_address
from parapet.channels.web.container import (
    FACTS_NAME,
    MAX_ADDRESS_CHARS,
    MAX_POSTS,
    MEDIA_TYPE,
    Capture,
    Unfit,
    media_type_of,
    read_capture,
)
from parapet.domain.items import Account, Attachment, Flag, Item, ItemKind
from parapet.domain.parsed import Found, Gone, Parsed, Passed, Place, Refused

_PLATFORM = re.compile(r"[a-z][a-z0-9_]{0,31}")


def parse(source: BinaryIO, _about: About) -> Iterator[Parsed]:
    """One capture. The post that the page is about holds the whole file; every other its own bytes of `capture.json`.

    Where the page is about no post, the page is an item besides its posts, and holds the whole file.
    """
    try:
        capture = read_capture(source)
        page = _page(capture)
    except Unfit as unfit:
        yield unfit.refused
        return
    except Misshapen as fault:
        yield refused(Place(member=FACTS_NAME), fault)
        return
    source.seek(0)
    raw = source.read()
    whole = Place(length=len(raw))
    if capture.facts["kind"] == "reviews":
        yield from _watched(capture, page, len(raw))
        return
    posts = list(_posts(capture, page))
    main = next((each.item for each in posts if isinstance(each, Found) and each.item.kind is ItemKind.POST), None)
    yield Found(_with_page(main, page, capture) if main else page, raw, whole, MEDIA_TYPE)
    for each in posts:
        if isinstance(each, Refused) or each.item is not main:
            yield each


def _watched(capture: Capture, page: Item, size_bytes: int) -> Iterator[Parsed]:
    """A page whose reviews are watched: each of them is an item, and the page is what they lay on. What is missing there is gone."""
    yield Passed("page", Place(length=size_bytes))
    yield from _posts(capture, page)
    gone = capture.facts.get("gone")
    for each in gone[:MAX_POSTS] if isinstance(gone, list) else ():
        address, _ = web_address(each)
        if address and urlsplit(address).hostname == urlsplit(page.uri).hostname:  # no page tells of another site's
            yield Gone(address, Place(member=FACTS_NAME), at=moment(capture.facts["captured_at"]), channel="web")


def _page(capture: Capture) -> Item:
    facts = capture.facts
    url, landed = _address(facts["url"], "url"), _address(facts["final_url"], "final_url")
    if moment(facts["captured_at"]) is None:
        raise Misshapen("captured_at")
    text, flags = clean(facts["text"])
    title, more = line(facts["title"])
    if any(is_oversize(capture.files[name][:64]) for name in capture.screenshots):
        flags |= {Flag.OVERSIZE_IMAGE}
    return Item(
        channel="web",
        uri=url,
        kind=ItemKind.CAPTURE,
        # A page does not say who wrote it. The address of its server is where it lay, no person.
        author=Account("web"),
        text=text,
        subject=title,
        revision=facts["captured_at"],
        lang=_language(facts["lang"]),
        url=landed,
        attachments=tuple(_attachments(capture)),
        flags=together(flags, more),
    )


def _with_page(post: Item, page: Item, capture: Capture) -> Item:
    """The post that the page is about: its own words, and the page's address, pictures and flags."""
    aliases = tuple(dict.fromkeys(each for each in (*post.aliases, page.uri) if each != post.uri))
    flags = post.flags | (page.flags & {Flag.OVERSIZE_IMAGE})
    return evolve(post, aliases=aliases, revision=page.revision, attachments=page.attachments, flags=flags)


def _attachments(capture: Capture) -> Iterator[Attachment]:
    """The files as they are listed: so every capture is a version of its own, whether the words changed or not."""
    for name, content in capture.files.items():
        yield Attachment(name, media_type_of(name), len(content), capture.facts["files"][name])


def _posts(capture: Capture, page: Item) -> Iterator[Found | Refused]:
    main = ""
    for found in elements(io.BytesIO(capture.raw_facts), ("posts", "*"), member=""):
        if isinstance(found, Refused):
            yield found
            continue
        place = Place(pointer=found.pointer, offset=capture.offset + found.offset, length=len(found.raw))
        try:
            item = _post(found, page, main)
        except Misshapen as fault:
            yield refused(place, fault)
            continue
        if item.kind is ItemKind.POST:
            main = item.uri
        yield Found(item, found.raw, place, "application/json")


def _post(found: Element, page: Item, main: str) -> Item:
    said = record(found.value)
    uri = _address(said.get("url"), "url")
    if not isinstance(said.get("text"), str):
        raise Misshapen("text")
    text, flags = clean(said["text"])
    handle, more = line(words(said.get("author_handle")).lstrip("@"))
    name, still_more = line(words(said.get("author")))
    platform = words(said.get("platform"))
    sent_at = moment(words(said.get("sent_at")))
    is_main = said.get("is_main") is True and not main
    is_review = said.get("kind") == "review"
    points = said.get("rating")
    rating = float(points) if isinstance(points, int | float) and not isinstance(points, bool) and 1 <= points <= 5 else None
    given, _ = line(words(said.get("sent_at")), 64)
    late = frozenset() if sent_at else frozenset({Flag.IMPLAUSIBLE_TIME})
    return Item(
        channel="web",
        uri=uri,
        kind=ItemKind.REVIEW if is_review else ItemKind.POST if is_main else ItemKind.COMMENT,
        author=Account(platform if _PLATFORM.fullmatch(platform) else "web", handle=handle, name=name),
        text=text,
        sent_at=sent_at,
        sent_at_as_given=given,
        refers_to=() if is_main or not main or main == uri else (main,),
        thread="" if is_main or not main else main,
        lang=page.lang,
        url=page.uri if is_review else uri,
        rating=rating if is_review else None,
        place=page.subject if is_review else "",
        flags=together(flags, more, still_more, late),
    )


def _address(value: Any, field: str) -> str:
    """An http or https address without what stands after #, unless that is a way of its own. Raises Misshapen."""
    address, _ = web_address(value)
    if not address or len(address) > MAX_ADDRESS_CHARS:
        raise Misshapen(field)
    bare, fragment = urldefrag(address)
    return address if fragment.startswith(("!", "/")) else bare


def _language(said: str) -> str:
    code = said.replace("_", "-").partition("-")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""
