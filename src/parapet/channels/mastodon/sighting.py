"""A message that was seen somewhere, and what is needed to tell whether it is one, and one for her."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, field, frozen

from parapet.channels.json_stream import Element
from parapet.channels.mastodon.delivery import CONVERSATION, ODD, OWN, THREAD
from parapet.channels.mastodon.pages import Pages, fingerprint
from parapet.channels.mastodon.place import Place
from parapet.channels.mastodon.session import ABSENT, Session
from parapet.channels.mastodon.status import full_acct
from parapet.channels.shape import array, name, record, words
from parapet.network.door import Answer


@frozen
class Sighting:
    """A message somewhere. `raw`: the server's own bytes; `number`: its id there; `writer`: the id of who wrote it."""

    mark: str
    seen_in: str
    raw: bytes = field(repr=False)
    uri: str = ""
    number: str = ""
    writer: str = ""
    at: str = ""  # when the server says that it came, or that it was written; whoever wrote it has a say in that
    edited: bool = False
    status: bytes = field(default=b"", repr=False)


@define
class Eye:
    """What all who look for messages share.

    messages  whether private mentions are watched too
    known     marks of what was handed over since this line stands, beyond what is kept
    turns     whose turn it is, by what is looked at
    """

    session: Session
    place: Place
    messages: bool = False
    pages: Pages = field(init=False)
    known: set[str] = field(factory=set)
    turns: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.pages = Pages(self.session)

    def is_new(self, mark: str) -> bool:
        """Whether it was not taken in."""
        return mark not in self.place.seen and mark not in self.known

    def list_of(self, what: str, path: str, told: dict[str, Any]) -> Answer | None:
        """An answer; None where the server has no such thing, which is noted."""
        answer = self.pages.page(path, told)
        if answer.ok:
            self.place.lacks.pop(what, None)
            return answer
        if answer.status in ABSENT:
            self.place.lacks[what] = None
        return None

    def of_another(self, seen_in: str, element: Element) -> Sighting | None:
        status = record(element.value)
        if name(record(status.get("account")).get("id")) == self.session.account:
            return None
        return self.sighting(seen_in, element, status)

    def sighting(self, seen_in: str, element: Element, status: dict[str, Any], *, at: str = "") -> Sighting | None:
        """None for what she did not allow, and for what is no message."""
        if not status or (status.get("visibility") == "direct" and not self.messages):
            return None
        uri, number, edited = name(status.get("uri")), name(status.get("id")), words(status.get("edited_at"))
        writer = name(record(status.get("account")).get("id"))
        if writer == self.session.account and seen_in not in (OWN, CONVERSATION, THREAD):
            return None
        mark = self.place.mark(uri, edited, fingerprint(status)) if uri else self.place.mark("odd", element.raw.hex())
        at = at or words(status.get("created_at"))
        return Sighting(mark, seen_in, element.raw, uri, number, writer, at=at, edited=bool(edited))

    def concerns_her(self, status: dict[str, Any]) -> bool:
        """Whether it answers, quotes or mentions her, or passes on a message that was taken in."""
        account, quoted = self.session.account, record(record(status.get("quote")).get("quoted_status"))
        people = [record(each) for each in array(status.get("mentions"))[:500]]
        if any(full_acct(each).casefold() == self.place.handle.casefold() for each in people):
            return True  # some servers give no ids here
        named = [each.get("id") for each in people]
        others = [status.get("in_reply_to_account_id"), record(quoted.get("account")).get("id"), *named]
        shown = {name(record(status.get("reblog")).get("uri")), name(status.get("uri"))}
        return account in map(name, others) or any(uri in shown for uri, _number, _writer in self.place.watched)

    def odd(self) -> Iterator[Sighting]:
        yield from (Sighting(self.place.mark("odd", digest), ODD, told) for digest, told in self.pages.odd.items())

    def turn(self, errand: str) -> int:
        self.turns[errand] = self.turns.get(errand, -1) + 1
        return self.turns[errand]
