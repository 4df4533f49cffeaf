"""All public posts, as far as they concern one account: what was heard of them in the stream becomes sightings like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from attrs import define

from parapet.channels.bluesky.delivery import GONE, STREAM
from parapet.channels.bluesky.frames import Wanted
from parapet.channels.bluesky.looking import Sighting
from parapet.channels.bluesky.parse import POST
from parapet.channels.bluesky.place import Place
from parapet.channels.bluesky.strangers import Strangers
from parapet.channels.bluesky.stream import Ear, listen
from parapet.channels.shape import name, record, words

#: Each time that the place is kept, all of it is written: so not for every moment in which nothing was said.
KEPT_EVERY_US = 30_000_000
#: So many at a time, so that who is spoken of without end is still asked after elsewhere.
AT_ONCE = 100


def now_us() -> int:
    """The moment, as the stream counts."""
    return (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@define
class PublicPosts:
    """The ear of one account at the stream."""

    url: str
    inside: bool
    names: tuple[str, ...]
    ear: Ear | None = None
    _reached_us: int = 0

    @classmethod
    def wanted(cls, told: Mapping[str, Any], url: str, *, inside: bool) -> PublicPosts | None:
        """As the person typed it; None where she does not want it."""
        names = tuple(str(each) for each in told.get("names", ()))
        return cls(url, inside, names) if told.get("public") else None

    def sightings(self, place: Place, strangers: Strangers) -> Iterator[Sighting]:
        """What was heard since the last time, each once, that is not known yet."""
        if self.ear is None:
            if not place.stream_us:
                place.stream_us = now_us()
            self.ear = listen(self.url, Wanted(self.names, place.did), place.stream_us, inside=self.inside)
        self.ear.kept = frozenset(uri for uri, _cid in place.watched)
        frames, self._reached_us = self.ear.take(AT_ONCE)
        for raw in frames:
            sighting = _sighting(raw, place, strangers)
            if sighting is not None and sighting.mark not in place.seen:
                yield sighting

    def took(self, place: Place) -> None:
        """All that was heard was handed over."""
        if self._reached_us - place.stream_us >= KEPT_EVERY_US:
            place.stream_us = self._reached_us

    def has_news(self, seconds: float) -> bool:
        """Wait for something to be heard, at most so long."""
        return self.ear is not None and self.ear.news.wait(seconds)

    def close(self) -> None:
        """Listen no more."""
        if self.ear is not None:
            self.ear.close()


def _sighting(raw: bytes, place: Place, strangers: Strangers) -> Sighting | None:
    """One frame that concerns her."""
    frame = record(msgspec.json.decode(raw))
    commit, did = record(frame.get("commit")), words(frame.get("did"))
    uri, cid = f"at://{did}/{POST}/{name(commit.get('rkey'))}", name(commit.get("cid"))
    if words(commit.get("operation")) != "delete":
        return Sighting(place.mark(uri, cid), STREAM, raw, uri, cid)
    if not any(uri == known for known, _cid in place.watched):
        return None
    seen = strangers.look(uri)
    if seen is not None and seen.cid:  # it was written anew meanwhile: that is looked at by itself
        return None
    return Sighting(place.mark("gone", uri), GONE, raw, uri, proof=seen.proof if seen is not None and seen.gone else None)
