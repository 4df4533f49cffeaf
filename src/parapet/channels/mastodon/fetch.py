"""A Mastodon account over the client API, which many other servers speak too: everything that is written to it. Read only.

Nothing is marked as read, and nothing that the account shows to others changes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from parapet.channels.live import BATCH_BYTES, BATCH_PIECES, Batch, Cursor, Piece
from parapet.channels.mastodon import oauth
from parapet.channels.mastodon.address import base_of
from parapet.channels.mastodon.delivery import EARLIER, GONE, ODD, OWN, REPOST, delivery
from parapet.channels.mastodon.looking import Looking
from parapet.channels.mastodon.place import Place
from parapet.channels.mastodon.session import Session
from parapet.channels.mastodon.sighting import Eye, Sighting
from parapet.channels.mastodon.streaming import Bell
from parapet.domain.errors import OutsideBusy, OutsideUnreachable
from parapet.network.door import Door

#: How often the account is asked in full: where its server tells when something came, and where it does not. A server lets some 300
#: questions through in five minutes, and the person's own programs want most of them.
POLL_S, POLL_BESIDE_STREAM_S = 10.0, 30.0
#: How often for notifications alone, where the server does not tell: one question, for what is written to her is here within five seconds.
NOTICES_S = 3.0
#: After the server told, not sooner than this.
SOONEST_S = 2.0
#: Where the server lets few more questions through.
SHORT_FACTOR = 3.0


def open_line(told: Mapping[str, Any], *, inside: bool) -> MastodonLine:
    """Nothing is asked yet."""
    try:
        server = base_of(told, inside=inside)
    except ValueError:
        raise OutsideUnreachable from None
    session = Session(Door(inside, frozenset({501})), server, str(told["token"]))
    return MastodonLine(session, Looking(Eye(session, Place(), bool(told.get("messages")))), str(told.get("since") or ""))


def end_for_good(told: Mapping[str, Any], *, inside: bool) -> bool | None:
    """Have the server forget the token. None for one that was made there by hand, and can only be taken back there; False when it did not answer."""
    return oauth.revoke(told, inside=inside) if told.get("client") else None


@define
class MastodonLine:
    """One account. What a round found waits here until it was handed over; the cursor alone says what was."""

    session: Session
    looking: Looking
    since: str = ""
    bell: Bell = field(init=False)
    _waiting: dict[str, Sighting] = field(factory=dict)
    _asked: float = 0.0
    _full: float = 0.0

    def __attrs_post_init__(self) -> None:
        self.bell = Bell(self.session)

    def begin(self) -> Cursor:
        """Asks who it is, and notes what is there already. Raises RightMissing too."""
        place = self.looking.eye.place = Place()
        self.session.begin("", "")
        self.looking.settle(f"{self.since}T00:00:00.000Z" if self.since else "")
        return place.cursor()

    def fetch(self, cursor: Cursor) -> Batch:
        """What was found and is not in `cursor`. One round, when nothing waits."""
        place = Place.of(cursor)
        if not place.account:  # it was told to begin anew
            return Batch((), self.begin(), True)
        self.looking.eye.place = place
        self.session.begin(place.account, place.handle)
        self._waiting = {mark: each for mark, each in self._waiting.items() if mark not in place.seen}
        if not self._waiting:
            self._look()
        trouble = self.looking.trouble
        if not self._waiting and trouble is not None and not isinstance(trouble, OutsideBusy):
            raise trouble
        pieces, more = self._pieces(place)
        if not more:
            self.looking.took_round()
        return Batch(pieces, place.cursor(), more)

    def _look(self) -> None:
        self.bell.start()
        named, now = self.bell.taken(), time.monotonic()
        full = not self._full or now - self._full >= self._pause_s()
        self._asked, self._full = now, now if full else self._full
        self._waiting = {each.mark: each for each in self.looking.look(full=full, named=named)}
        lacks = self.looking.eye.place.lacks
        if self.bell.absent:
            lacks["stream"] = None
        elif self.bell.standing:
            lacks.pop("stream", None)

    def _pieces(self, place: Place) -> tuple[tuple[Piece, ...], bool]:
        pieces: list[Piece] = []
        held_bytes = 0
        waiting = list(self._waiting.values())
        for sighting in waiting[:BATCH_PIECES]:
            raw = self._piece(sighting)
            if pieces and held_bytes + len(raw) > BATCH_BYTES:
                return tuple(pieces), True
            held_bytes += len(raw)
            pieces.append(Piece(raw, f"{sighting.seen_in}, {sighting.number or sighting.mark}.json"))
            place.note([sighting.mark])
            self.looking.done(sighting)
            if sighting.seen_in == GONE:
                place.drop(sighting.uri)
            elif (
                sighting.seen_in not in (OWN, ODD)
                and sighting.uri
                and sighting.number
                and sighting.writer != self.session.account
            ):
                place.watch(sighting.uri, sighting.number, sighting.writer)
        return tuple(pieces), len(waiting) > BATCH_PIECES

    def _piece(self, sighting: Sighting) -> bytes:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        beside = sighting.status if sighting.seen_in in (REPOST, EARLIER) else b""
        return delivery(
            self.session.server, self.session.account, sighting.seen_in, at, sighting.raw, uri=sighting.uri, status=beside
        )

    def wait(self, seconds: float) -> bool:
        """Until it is time to ask again, or the server says that something came."""
        too_soon_s = max(SOONEST_S - (time.monotonic() - self._asked), self.session.rests_s())
        if too_soon_s > 0:
            time.sleep(min(too_soon_s, seconds, 1.0))
            return False
        return self.bell.rung.wait(min(seconds, 1.0)) or time.monotonic() - self._asked >= self._notices_s()

    def _pause_s(self) -> float:
        return self._spared(POLL_BESIDE_STREAM_S if self.bell.standing else POLL_S)

    def _notices_s(self) -> float:
        return self._spared(POLL_BESIDE_STREAM_S if self.bell.standing else NOTICES_S)

    def _spared(self, pause_s: float) -> float:
        return pause_s * SHORT_FACTOR if self.session.is_short() else pause_s

    def close(self) -> None:
        self.bell.close()
        self.session.door.close()
