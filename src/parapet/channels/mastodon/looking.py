"""Where messages to an account are looked for. No single list of a server shows all of them.

A server keeps notifications back from people whom its owner does not know, and tells of a reply only to whom it names; a block
empties lists; an old date sorts a message where nobody looks. So: notifications with those that are kept back, the requests, the
threads under her own posts and quotes of them, the pages of those who wrote to her or whom she blocks, private mentions where she
allows them, and what was taken in once more, for edits and deletions. Each of these that a server lacks loses itself and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import partial

from attrs import define, field

from parapet.channels.mastodon.again import Again
from parapet.channels.mastodon.delivery import CONVERSATION, OWN, QUOTES, THREAD, WRITER, status_in
from parapet.channels.mastodon.notified import PAGE, Notified
from parapet.channels.mastodon.place import MAX_HIDDEN
from parapet.channels.mastodon.session import ABSENT
from parapet.channels.mastodon.sighting import Eye, Sighting
from parapet.channels.shape import name, record
from parapet.domain.errors import OutsideBusy, OutsideRefused, OutsideUnreachable, RightMissing, SignInRefused

#: What a round does besides notifications: so many of these, in turn. Threads most of all.
ERRANDS = tuple("thread requests thread again conversations thread quotes own page thread again hidden".split())
EACH_ROUND = 3


@define
class Looking:
    """Looks for messages to the account that the session is signed in to. `own`: id and URI of her own posts, the newest first."""

    eye: Eye
    own: list[tuple[str, str]] = field(factory=list)
    trouble: OutsideUnreachable | OutsideRefused | None = None
    notified: Notified = field(init=False)
    again: Again = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.notified, self.again = Notified(self.eye), Again(self.eye)

    def settle(self, since: str) -> None:
        """Note what is there already, as far as it is not to be taken in. Raises as a line does, RightMissing where the token reads nothing.

        since   from which moment on also what is there already is wanted; "" for nothing of it
        """
        place, session = self.eye.place, self.eye.session
        place.account, place.handle = session.account, session.handle
        place.since = since or (session.clock or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.notified.settle(since)
        if not since:
            try:
                place.note([each.mark for each in self._conversations()])
            except SignInRefused:
                raise
            except (OutsideUnreachable, OutsideRefused):  # what is there then comes as new, by its date
                pass

    def look(self, *, full: bool, named: Collection[str]) -> Iterator[Sighting]:
        """One round: notifications; in a full one other places, whose turn it is; and what was `named`, by its id.

        What one place does not give does not keep the others from giving. `trouble` says afterwards why there were no notifications.
        Raises SignInRefused, RightMissing.
        """
        self.trouble, self.notified.gaps = None, None
        try:
            yield from self._fresh(self.notified.newest())
            yield from self._fresh(self.notified.older())
        except (SignInRefused, RightMissing):
            raise
        except (OutsideUnreachable, OutsideRefused) as error:
            self.trouble = error
            if isinstance(error, OutsideUnreachable):
                return
        if named:
            watched = [each for each in self.eye.place.watched if each[1] in named]
            yield from self._fresh(self._place_of("again", partial(self.again.anew, watched)))
        if full and not self.eye.session.is_short():
            turn = self.eye.turn("errand")
            names = list(dict.fromkeys(ERRANDS[(turn * EACH_ROUND + step) % len(ERRANDS)] for step in range(EACH_ROUND)))
            if not self.own:
                names.insert(0, "own")
            for each in names:
                yield from self._fresh(self._place_of(each, self._errands()[each]))
        yield from (each for each in self.eye.odd() if each.mark not in self.eye.place.seen)

    def _errands(self) -> dict[str, Callable[[], Iterator[Sighting]]]:
        return {
            "own": self._own,
            "thread": self._threads,
            "quotes": self._quotes,
            "requests": self.notified.requests,
            "conversations": self._conversations,
            "hidden": self._hidden,
            "page": self._pages,
            "again": self.again.in_turn,
        }

    def _place_of(self, errand: str, look: Callable[[], Iterator[Sighting]]) -> Iterator[Sighting]:
        """What one place gives; where it does not give, that is noted, and no more."""
        try:
            yield from look()
        except SignInRefused:
            raise
        except OutsideBusy:
            return
        except (OutsideUnreachable, OutsideRefused):
            self.eye.place.lacks[f"{errand}-now"] = None
        else:
            self.eye.place.lacks.pop(f"{errand}-now", None)

    def _fresh(self, found: Iterator[Sighting]) -> Iterator[Sighting]:
        """Those that were not taken in; what was changed since it was written, after what it was before."""
        for sighting in found:
            if not self.eye.is_new(sighting.mark):
                continue
            if sighting.edited and sighting.seen_in != OWN:
                yield from (each for each in self.again.earlier(sighting) if self.eye.is_new(each.mark))
            yield sighting

    def done(self, sighting: Sighting) -> None:
        """It was handed over. Remembered for as long as this line stands, beyond what is kept."""
        self.eye.known.add(sighting.mark)

    def took_round(self) -> None:
        """All that the last round gave was handed over."""
        if self.notified.gaps is not None:
            self.eye.place.gaps = self.notified.gaps

    # What stands under her own posts

    def _own(self) -> Iterator[Sighting]:
        """Her newest posts, as context; and which they are."""
        path = f"/api/v1/accounts/{self.eye.session.account}/statuses"
        answer = self.eye.list_of("own", path, {"limit": PAGE, "exclude_reblogs": "true"})
        if answer is None:
            return
        own, found = [], []
        for element in self.eye.pages.elements(answer, ("*",)):
            status = record(element.value)
            sighting = self.eye.sighting(OWN, element, status)
            if sighting is not None and sighting.number and not record(status.get("reblog")):
                own.append((sighting.number, sighting.uri))
                found.append(sighting)
        self.own = own
        yield from reversed(found)

    def _threads(self) -> Iterator[Sighting]:
        """What stands under the newest, and under another of them in turn."""
        for number, uri in self._in_turn("thread", self.own):
            yield from self._visited(uri, partial(self._thread, number))

    def _thread(self, number: str) -> Iterator[Sighting]:
        answer = self.eye.pages.page(f"/api/v1/statuses/{number}/context", {})
        if answer.status in ABSENT and self.eye.pages.page(f"/api/v1/statuses/{number}", {}).ok:
            self.eye.place.lacks["thread"] = None
        if not answer.ok:
            return
        self.eye.place.lacks.pop("thread", None)
        for element in self.eye.pages.elements(answer, ("*", "descendants", "*")):
            sighting = self.eye.of_another(THREAD, element)
            if sighting is not None:
                yield sighting

    def _quotes(self) -> Iterator[Sighting]:
        for number, uri in self._in_turn("quotes", self.own):
            yield from self._visited(f"{uri}#quotes", partial(self._quotes_of, number))

    def _quotes_of(self, number: str) -> Iterator[Sighting]:
        answer = self.eye.list_of("quotes", f"/api/v1/statuses/{number}/quotes", {"limit": PAGE})
        for element in self.eye.pages.elements(answer, ("*",)) if answer is not None else ():
            sighting = self.eye.of_another(QUOTES, element)
            if sighting is not None:
                yield sighting

    def _visited(self, where: str, look: Callable[[], Iterator[Sighting]]) -> Iterator[Sighting]:
        """What is there at the first visit was there before the connecting, if its date says so; afterwards everything is new."""
        found, mark = list(look()), self.eye.place.mark("visit", where)
        if mark not in self.eye.place.visited:
            self.eye.place.note(each.mark for each in found if each.at < self.eye.place.since)
            self.eye.place.visited[mark] = None
        yield from found

    def _in_turn(self, errand: str, several: list[tuple[str, str]]) -> list[tuple[str, str]]:
        newest, rest = several[:1], several[1:]
        return [*newest, rest[self.eye.turn(errand) % len(rest)]] if rest else newest

    # Private mentions

    def _conversations(self) -> Iterator[Sighting]:
        """The newest word of each conversation, and what was said before it since the last look."""
        if not self.eye.messages:
            return
        answer = self.eye.list_of("conversations", "/api/v1/conversations", {"limit": PAGE})
        for element in self.eye.pages.elements(answer, ("*",)) if answer is not None else ():
            sighting = self.eye.sighting(CONVERSATION, element, status_in(element.value))
            if sighting is None or not self.eye.is_new(sighting.mark):
                continue
            if sighting.at >= self.eye.place.since:
                inner = self.eye.pages.page(f"/api/v1/statuses/{sighting.number}/context", {})
                for before in self.eye.pages.elements(inner, ("*", "ancestors", "*")) if inner.ok else ():
                    status = record(before.value)
                    earlier = self.eye.sighting(THREAD, before, status)
                    if earlier is not None and status.get("visibility") == "direct" and earlier.at >= self.eye.place.since:
                        yield earlier
            yield sighting

    # The pages of others

    def _hidden(self) -> Iterator[Sighting]:
        """Learns whom she blocks or mutes. Gives nothing to keep by itself."""
        found: dict[str, None] = {}
        for where in ("blocks", "mutes"):
            answer = self.eye.list_of(where, f"/api/v1/{where}", {"limit": PAGE})
            for element in self.eye.pages.elements(answer, ("*",)) if answer is not None else ():
                found[name(record(element.value).get("id"))] = None
        self.eye.place.hidden = [each for each in found if each][:MAX_HIDDEN]
        yield from ()

    def _pages(self) -> Iterator[Sighting]:
        """What one of those whom the server hides from her, or who wrote to her, wrote lately to her."""
        everybody = list(dict.fromkeys((*self.eye.place.hidden, *reversed(self.eye.place.writers))))
        if everybody:
            who = everybody[self.eye.turn("page") % len(everybody)]
            yield from self._visited(f"page {who}", partial(self._page_of, who))

    def _page_of(self, who: str) -> Iterator[Sighting]:
        answer = self.eye.pages.page(f"/api/v1/accounts/{who}/statuses", {"limit": PAGE, "exclude_reblogs": "true"})
        for element in self.eye.pages.elements(answer, ("*",)) if answer.ok else ():
            sighting = self.eye.of_another(WRITER, element)
            if sighting is not None and self.eye.concerns_her(record(element.value)):
                yield sighting
