"""A Bluesky account over the AT Protocol: everything that is written to it, and what its writers signed. Read only.

Nothing is marked as seen, and nothing that the account shows to others changes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, evolve, field
from django.conf import settings

from parapet.channels.bluesky.delivery import CHAT, GONE, OWN, Proof, delivery
from parapet.channels.bluesky.identity import Directory
from parapet.channels.bluesky.looking import Looking, Sighting
from parapet.channels.bluesky.permission import Client, revoke
from parapet.channels.bluesky.permitted import signed_in
from parapet.channels.bluesky.place import Place
from parapet.channels.bluesky.public import PublicPosts, now_us
from parapet.channels.bluesky.session import SignedIn
from parapet.channels.bluesky.strangers import Strangers
from parapet.channels.live import BATCH_BYTES, BATCH_PIECES, Batch, Cursor, Piece
from parapet.domain.errors import OutsideBusy
from parapet.network.door import Door

#: How often the account is asked; longer where many are watched, since servers count what one machine asks.
POLL_S, POLL_EACH_S = 5.0, 1.5
#: What the servers of strangers may take of one round, and of one batch.
STRANGERS_S, PROOFS_S = 15.0, 20.0
HEARD_S = 0.2
_open_lines = 0
_counting = threading.Lock()


def open_line(told: Mapping[str, Any], *, inside: bool) -> BlueskyLine:
    """By a password nothing is asked yet: the first question signs in, with what was kept from the last time if that still holds. By
    what she allowed on the page of her server, it is looked at once whether that opens."""
    own, others = Door(inside), Door(settings.ENVIRONMENT.channels_inside)
    plc = settings.ENVIRONMENT.plc_directory
    session = signed_in(told, own, Directory(own, own, plc))
    if told.get("issuer"):
        try:
            session.begin({})
        except BaseException:
            own.close()
            raise
    strangers = Strangers(others, Directory(others, own, plc))
    public = PublicPosts.wanted(told, settings.ENVIRONMENT.jetstream, inside=inside)
    looking = Looking(session, strangers, Place(), bool(told.get("messages")))
    return BlueskyLine(session, looking, str(told.get("since") or ""), public)


def end_for_good(told: Mapping[str, Any], *, inside: bool) -> bool | None:
    """Take back what she allowed, where it was got from; None for an app password, which she takes back herself. Never raises."""
    if not told.get("issuer"):
        return None
    return revoke(
        told, Client(str(told["client"]), settings.ENVIRONMENT.plc_directory, key=told.get("client_key")), inside=inside
    )


@define
class BlueskyLine:
    """One account. What a round found waits here until it was handed over; the cursor alone says what was."""

    session: SignedIn
    looking: Looking
    since: str = ""
    public: PublicPosts | None = None
    _waiting: dict[str, Sighting] = field(factory=dict)
    _asked: float = 0.0
    _closed: bool = False

    def __attrs_post_init__(self) -> None:
        _count(1)

    def begin(self) -> Cursor:
        """Signs in, and notes what is there already. Raises MainPassword, RightMissing, AccountMissing too."""
        place = self.looking.place = Place()
        self.session.begin({})
        self.looking.strangers.begin(STRANGERS_S)
        self.looking.settle(f"{self.since}T00:00:00.000Z" if self.since else "")
        place.session = self.session.kept()
        if self.public is not None:
            place.stream_us = now_us()
        return place.cursor()

    def fetch(self, cursor: Cursor) -> Batch:
        """What was found and is not in `cursor`, each with its writer's proof. One round, when nothing waits."""
        place = Place.of(cursor)
        if not place.did:  # it was told to begin anew
            return Batch((), self.begin(), True)
        self.looking.place = place
        if self.public is None:
            place.stream_us = 0  # wanted again some day, it begins on that day
        self.session.begin(place.session)
        self._waiting = {mark: each for mark, each in self._waiting.items() if mark not in place.seen}
        if not self._waiting:
            self.looking.strangers.begin(STRANGERS_S)
            heard = list(self.public.sightings(place, self.looking.strangers)) if self.public is not None else []
            # Who is spoken of without end is still written to: a round is due when its time has come, whatever was heard.
            if not heard or self._is_due():
                self._asked = time.monotonic()
                heard += self.looking.look()
            self._waiting = {each.mark: each for each in heard}
        if not self._waiting and self.looking.trouble is not None and not isinstance(self.looking.trouble, OutsideBusy):
            raise self.looking.trouble
        pieces, more = self._pieces(place)
        if not more:
            self.looking.took_round()
            if self.public is not None:
                self.public.took(place)
        place.session = self.session.kept()
        return Batch(pieces, place.cursor(), more)

    def _pieces(self, place: Place) -> tuple[tuple[Piece, ...], bool]:
        self.looking.strangers.begin(PROOFS_S)
        pieces: list[Piece] = []
        held_bytes = 0
        waiting = list(self._waiting.values())
        for sighting in waiting[:BATCH_PIECES]:
            raw = self._piece(sighting)
            if pieces and held_bytes + len(raw) > BATCH_BYTES:
                return tuple(pieces), True
            held_bytes += len(raw)
            pieces.append(Piece(raw, f"{sighting.seen_in}, {sighting.uri.rpartition('/')[2] or sighting.mark}.json"))
            place.note([sighting.mark])
            self.looking.done(sighting)
            if sighting.seen_in == GONE:
                place.drop(sighting.uri)
            elif sighting.seen_in not in (OWN, CHAT) and sighting.uri and sighting.cid:
                place.watch(sighting.uri, sighting.cid)
        return tuple(pieces), len(waiting) > BATCH_PIECES

    def _piece(self, sighting: Sighting) -> bytes:
        proof = sighting.proof
        if sighting.seen_in == CHAT:
            proof = Proof(document=self.looking.strangers.document(sighting.cid))
        elif sighting.seen_in != OWN and proof is None and sighting.uri:
            seen = self.looking.strangers.look(sighting.uri)
            # What its server holds now may be another version: that comes as its own, and proves nothing of this one.
            is_this = seen is not None and (not seen.cid or seen.cid == sighting.cid) and not seen.gone
            proof = seen.proof if seen is not None and is_this else evolve(seen.proof, car=b"") if seen is not None else None
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return delivery(self.session.did, sighting.seen_in, at, sighting.view, uri=sighting.uri, proof=proof)

    def wait(self, seconds: float) -> bool:
        """Until it is time to ask again."""
        if self.public is not None and self.public.has_news(min(seconds, 1.0)):
            time.sleep(HEARD_S)  # what is said in one breath comes together
            return True
        if self.public is None or self.public.ear is None:
            time.sleep(min(seconds, 1.0))
        return self._is_due() and not self.session.rests_s()

    def _is_due(self) -> bool:
        return time.monotonic() - self._asked >= max(POLL_S, POLL_EACH_S * _open_lines)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            _count(-1)
        if self.public is not None:
            self.public.close()
        self.session.door.close()
        self.looking.strangers.door.close()


def _count(step: int) -> None:
    global _open_lines
    with _counting:
        _open_lines += step
