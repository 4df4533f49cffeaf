"""Messages that were taken in, looked at once more: whether they are still there, and the same, and who passes them on."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from parapet.channels.json_stream import Element
from parapet.channels.mastodon.delivery import EARLIER, GONE, REPOST, WRITER
from parapet.channels.mastodon.pages import fingerprint, is_json
from parapet.channels.mastodon.sighting import Eye, Sighting
from parapet.channels.shape import array, name, record, words
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, SignInRefused

#: In one visit, messages that are looked at in one question, and singly; versions of one, and accounts that passed it on.
AGAIN, SINGLY, VERSIONS, REPOSTS = 20, 4, 50, 80


@define
class Again:
    """`_reposts`: by the URI of a message, how many had passed it on when it was last looked at."""

    eye: Eye
    _reposts: dict[str, int] = field(factory=dict)

    def in_turn(self) -> Iterator[Sighting]:
        """Whether messages are still there, and the same: the newest first, then all in turn."""
        watched = self.eye.place.watched[::-1]
        at_once = SINGLY if "statuses" in self.eye.place.lacks else AGAIN
        start = self.eye.turn("again") * at_once % len(watched) if watched else 0
        yield from self.anew(watched[start : start + at_once])

    def anew(self, watched: list[tuple[str, str, str]]) -> Iterator[Sighting]:
        if not watched:
            return
        answer = self.eye.list_of("statuses", "/api/v1/statuses", {"id[]": [number for _uri, number, _writer in watched]})
        there: dict[str, Element] = {}
        for element in self.eye.pages.elements(answer, ("*",)) if answer is not None else ():
            there[name(record(element.value).get("uri"))] = element
        singly = 0
        for uri, number, writer in watched:
            if uri not in there and singly < SINGLY:
                singly += 1
                one = self.eye.pages.page(f"/api/v1/statuses/{number}", {})
                there.update((uri, each) for each in (self.eye.pages.elements(one, ()) if one.ok else ()))
                if one.status in (404, 410) and not self._is_shut_out(writer):
                    said = one.body if is_json(one.body) else b"{}"
                    yield Sighting(self.eye.place.mark("gone", uri), GONE, said, uri, number)
            if uri in there:
                yield from self._as_it_is(uri, there[uri])

    def _as_it_is(self, uri: str, element: Element) -> Iterator[Sighting]:
        status = record(element.value)
        sighting = self.eye.of_another(WRITER, element)
        if sighting is not None and sighting.uri == uri:
            yield sighting
        count = status.get("reblogs_count")
        if isinstance(count, int) and count > 0 and self._reposts.get(uri) != count and sighting is not None:
            answer = self.eye.list_of("reposts", f"/api/v1/statuses/{sighting.number}/reblogged_by", {"limit": REPOSTS})
            for each in self.eye.pages.elements(answer, ("*",)) if answer is not None else ():
                account = record(each.value)
                who = name(account.get("id"))
                if who and who != self.eye.session.account:
                    mark = self.eye.place.mark("repost", uri, who)
                    yield Sighting(mark, REPOST, each.raw, uri, status=element.raw)
            self._reposts[uri] = count

    def _is_shut_out(self, writer: str) -> bool:
        """Whether its writer blocks her: then her server gives her nothing of it, and nobody can say that it is gone."""
        answer = self.eye.pages.page("/api/v1/accounts/relationships", {"id[]": writer})
        told = [record(each) for each in array(answer.json(or_none=True))] if answer.ok else []
        return any(each.get("blocked_by") is True for each in told)

    def earlier(self, sighting: Sighting) -> Iterator[Sighting]:
        """What a message said before it was changed, oldest first. Raises SignInRefused."""
        found: list[Sighting] = []
        try:
            answer = self.eye.list_of("history", f"/api/v1/statuses/{sighting.number}/history", {})
            edits = list(self.eye.pages.elements(answer, ("*",))) if answer is not None else []
        except SignInRefused:
            raise
        except (OutsideUnreachable, OutsideRefused):
            edits = []
        for element in edits[:-1][:VERSIONS]:
            edit = record(element.value)
            mark = self.eye.place.mark("earlier", sighting.uri, words(edit.get("created_at")), fingerprint(edit))
            whole = self.eye.pages.slice_of(sighting.raw) or sighting.raw
            found.append(Sighting(mark, EARLIER, element.raw, sighting.uri, status=whole))
        return iter(found)
