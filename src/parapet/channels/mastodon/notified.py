"""What the server tells her of, and what it keeps back from her."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, field

from parapet.channels.mastodon.delivery import NOTIFICATION, REQUEST, status_in
from parapet.channels.mastodon.pages import next_of
from parapet.channels.mastodon.place import MAX_GAPS
from parapet.channels.mastodon.session import NOBODY
from parapet.channels.mastodon.sighting import Eye, Sighting
from parapet.channels.shape import name, record, words
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, RightMissing
from parapet.network.door import Answer

#: Notifications that are no message. What is neither here nor has a message is none either.
_QUIET = (
    "favourite", "follow", "follow_request", "poll", "reblog", "admin.sign_up", "admin.report", "severed_relationships",
    "moderation_warning", "annual_report", "added_to_collection", "collection_update",
)  # fmt: skip
#: Of these only what addresses her: the others she asked to be told of, or had answered.
_ON_CONDITION = frozenset({"status", "update", "quoted_update"})
#: A page of forty, which is what servers give; so many pages back at most in one round, and at the beginning.
PAGE, MAX_PAGES, SETTLE_PAGES = 40, 20, 5
#: In one visit, so many people whose messages the server keeps back.
REQUESTS = 5


@define
class Notified:
    """Notifications, and requests to notify. `gaps`: as they are once all of this round was handed over."""

    eye: Eye
    gaps: list[str] | None = None
    _asked: dict[str, str] = field(factory=dict)  # of people kept back, what was fetched of them

    def settle(self, since: str) -> None:
        """Note what is there already and is from before `since`; all of it where that is ""."""
        cursor = ""
        for _page in range(SETTLE_PAGES):
            answer = self._notification_page(cursor)
            self.eye.place.note(each.mark for each in self._told(answer) if not since or each.at < since)
            cursor = next_of(answer)
            if not cursor:
                break

    def newest(self) -> Iterator[Sighting]:
        """The newest, and on to where nothing is new; the oldest of them first, so that whoever is stopped goes on from there."""
        found: list[Sighting] = []
        cursor = ""
        for at in range(MAX_PAGES):
            try:
                answer = self._notification_page(cursor)
                fresh = list(self._wanted(self._told(answer), is_first=at == 0))
            except (OutsideUnreachable, OutsideRefused):
                if not found:
                    raise
                self._gap(cursor)
                break
            found += fresh
            before, cursor = cursor, next_of(answer)
            if not any(each.at >= self.eye.place.since for each in fresh) or not cursor or cursor == before:
                break
        else:
            self._gap(cursor)
        yield from reversed(found)

    def _wanted(self, found: Iterator[Sighting], *, is_first: bool) -> Iterator[Sighting]:
        """What is new. What bears an old date is new where it stands among the newest: the server held it back until now."""
        for each in found:
            if self.eye.is_new(each.mark) and (is_first or each.at >= self.eye.place.since):
                yield each

    def _gap(self, cursor: str) -> None:
        """Go on from here later. Noted at once: that it is read twice does no harm."""
        if cursor and cursor not in self.eye.place.gaps:
            self.eye.place.gaps = [*self.eye.place.gaps[-MAX_GAPS + 1 :], cursor]

    def older(self) -> Iterator[Sighting]:
        """From where a long list was broken off, a page each round."""
        if not self.eye.place.gaps:
            return
        first, *others = self.eye.place.gaps
        try:
            answer = self._notification_page(first)
            found = list(self._wanted(self._told(answer), is_first=False))
        except OutsideRefused:  # it keeps neither the newest nor the other gaps from being read, and is tried again after them
            self.eye.place.gaps, self.eye.place.lacks["older-now"] = [*others, first], None
            return
        self.eye.place.lacks.pop("older-now", None)
        after = next_of(answer)
        self.gaps = [*([after] if found and after and after != first else []), *others]
        yield from reversed(found)

    def _notification_page(self, cursor: str) -> Answer:
        told: dict[str, Any] = {"limit": PAGE, "include_filtered": "true", "exclude_types[]": list(_QUIET)}
        answer = self.eye.pages.page("/api/v1/notifications", {**told, **({"max_id": cursor} if cursor else {})})
        if answer.status in NOBODY:
            self.eye.session.who()
            raise RightMissing
        if not answer.ok:
            raise OutsideRefused(why="protocol")
        return answer

    def _told(self, answer: Answer) -> Iterator[Sighting]:
        for element in self.eye.pages.elements(answer, ("*",)):
            value = record(element.value)
            kind, status = words(value.get("type")), status_in(value)
            if kind in _QUIET or not status or "type" not in value:
                continue
            if kind in _ON_CONDITION and not self.eye.concerns_her(status):
                continue
            sighting = self.eye.sighting(NOTIFICATION, element, status, at=words(value.get("created_at")))
            if sighting is not None:
                yield sighting

    def requests(self) -> Iterator[Sighting]:
        """What the server keeps back, from people whom she does not know: it is not among the notifications of every server."""
        self._policy()
        answer = self.eye.list_of("requests", "/api/v1/notifications/requests", {"limit": PAGE})
        if answer is None:
            return
        found = list(self.eye.pages.elements(answer, ("*",)))
        self.eye.place.held = len(found)
        fetched = 0
        for element in found:
            value = record(element.value)
            sighting = self.eye.sighting(REQUEST, element, status_in(value), at=words(value.get("updated_at")))
            if sighting is not None and sighting.at >= self.eye.place.since:
                yield sighting
            who = name(record(value.get("account")).get("id"))
            stand = f"{value.get('updated_at')} {value.get('notifications_count')}"
            if who and self._asked.get(who) != stand and fetched < REQUESTS:
                fetched += 1
                told = {"limit": PAGE, "account_id": who, "include_filtered": "true"}
                inner = self.eye.pages.page("/api/v1/notifications", told)
                if inner.ok:
                    yield from (each for each in self._told(inner) if each.at >= self.eye.place.since)
                    self._asked[who] = stand

    def _policy(self) -> None:
        answer = self.eye.pages.page("/api/v2/notifications/policy", {})
        if answer.ok:
            told = record(answer.json(or_none=True))
            self.eye.place.drops = any(value == "drop" for key, value in told.items() if key.startswith("for_"))
