"""Frames of Jetstream: which of them concern whom, told quickly, since nearly all concern nobody.

One frame is one object of JSON (github.com/bluesky-social/jetstream). It is read into the few fields that matter, and, where a stranger wrote
something else into one of them, once more as it is. Nothing here raises on what is in a frame. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from attrs import frozen

from parapet.channels.bluesky.parse import POST
from parapet.channels.names_in import finder
from parapet.channels.shape import name, record, words

#: A record has a megabyte at most; with what stands around it, no frame that is one has more.
MAX_FRAME_BYTES = 2 * 1024 * 1024
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,250}")
_OPERATIONS = frozenset({"create", "update", "delete"})


@frozen
class Wanted:
    """What somebody wants to hear: posts with one of these `names` in their words, and posts that answer, quote or mention `did`."""

    names: tuple[str, ...] = ()
    did: str = ""


@frozen
class Heard:
    """A frame that concerns `who`. `at_us`: when the stream says that it was, in microseconds since 1970."""

    who: frozenset[Any]
    at_us: int
    uri: str
    cid: str
    gone: bool = False


class _Feature(msgspec.Struct, gc=False):
    did: str = ""


class _Facet(msgspec.Struct, gc=False):
    features: list[_Feature] = []


class _Ref(msgspec.Struct, gc=False):
    uri: str = ""
    record: _Ref | None = None  # a quotation with media beside it lies one level deeper


class _Reply(msgspec.Struct, gc=False):
    parent: _Ref | None = None
    root: _Ref | None = None


class _Picture(msgspec.Struct, gc=False):
    alt: str = ""


class _Card(msgspec.Struct, gc=False):
    title: str = ""
    description: str = ""


class _Media(msgspec.Struct, gc=False):
    alt: str = ""
    images: list[_Picture] = []
    external: _Card | None = None
    record: _Ref | None = None
    media: _Media | None = None


class _Post(msgspec.Struct, gc=False):
    text: str = ""
    facets: list[_Facet] = []
    reply: _Reply | None = None
    embed: _Media | None = None


class _Commit(msgspec.Struct, gc=False):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    cid: str = ""
    record: _Post | None = None


class _Frame(msgspec.Struct, gc=False):
    did: str = ""
    time_us: int = 0
    commit: _Commit | None = None


_read = msgspec.json.Decoder(_Frame).decode


class Hearing:
    """Tells whom a frame concerns.

    wanted  by whoever wants it
    kept    a URI to those who keep the message of that name: they hear of its deletion and of its edits
    """

    def __init__(self, wanted: Mapping[Any, Wanted], kept: Callable[[str], Iterable[Any]]) -> None:
        self._names_in = finder({key: each.names for key, each in wanted.items()})
        self._dids: dict[str, frozenset[Any]] = {}
        for key, each in wanted.items():
            if each.did:
                self._dids[each.did] = self._dids.get(each.did, frozenset()) | {key}
        self._kept = kept

    def hear(self, raw: bytes | str) -> Heard | int:
        """Whom it concerns; where that is nobody, the moment of the frame, 0 where it tells none."""
        if len(raw) > MAX_FRAME_BYTES:
            return 0
        try:
            frame = _read(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return self._odd(raw)
        commit = frame.commit
        if commit is None or commit.collection != POST:
            return frame.time_us
        said = commit.record
        if said is None:
            return self._told(frame.did, frame.time_us, commit.operation, commit.rkey, commit.cid, "", ())
        text, dids = said.text, self._dids
        if said.embed is not None:
            text += _words_in(said.embed)
        who = self._names_in(text)
        if dids:
            for did in _named(said):
                who |= dids.get(did, frozenset())
        if not who and commit.operation == "create":
            return frame.time_us
        return self._known(frame.did, frame.time_us, commit.operation, commit.rkey, commit.cid, who)

    def _odd(self, raw: bytes | str) -> Heard | int:
        """A frame whose fields hold something else than they should: as long as it is JSON, it is read."""
        try:
            value = record(msgspec.json.decode(raw))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return 0
        commit, at = record(value.get("commit")), value.get("time_us")
        at_us = at if isinstance(at, int) and not isinstance(at, bool) else 0
        if words(commit.get("collection")) != POST:
            return at_us
        said = repr(commit.get("record"))
        return self._told(
            words(value.get("did")), at_us, words(commit.get("operation")), name(commit.get("rkey")), name(commit.get("cid")),
            said, _DID.findall(said),
        )  # fmt: skip

    def _told(
        self, did: str, at_us: int, operation: str, rkey: str, cid: str, text: str, dids: Iterable[str]
    ) -> Heard | int:  # fmt: skip
        who = self._names_in(text)
        for each in dids:
            who |= self._dids.get(each, frozenset())
        return self._known(did, at_us, operation, rkey, cid, who)

    def _known(self, did: str, at_us: int, operation: str, rkey: str, cid: str, who: frozenset[Any]) -> Heard | int:
        uri = f"at://{did}/{POST}/{rkey}"
        if operation not in _OPERATIONS or not did or not rkey or at_us <= 0:
            return at_us
        gone = operation == "delete"
        if operation != "create":
            who = frozenset(self._kept(uri)) if gone else who.union(self._kept(uri))
        who -= self._dids.get(did, frozenset())  # of herself she needs no telling
        if not who or not (cid or gone):
            return at_us
        return Heard(who, at_us, uri, cid, gone)


def _named(post: _Post) -> list[str]:
    """The DIDs that a post mentions, answers or quotes."""
    found = [feature.did for facet in post.facets for feature in facet.features] if post.facets else []
    refs = []
    if post.reply is not None:
        refs += [post.reply.parent, post.reply.root]
    if post.embed is not None:
        refs += [post.embed.record, post.embed.record.record if post.embed.record is not None else None]
    return found + [ref.uri[5:].partition("/")[0] for ref in refs if ref is not None and ref.uri]


def _words_in(media: _Media, depth: int = 0) -> str:
    """What stands under pictures and on cards, which people read as part of a post."""
    said = [media.alt, *(each.alt for each in media.images)]
    if media.external is not None:
        said += [media.external.title, media.external.description]
    if media.media is not None and not depth:
        said.append(_words_in(media.media, 1))
    return "".join(f"\n{each}" for each in said if each)
