"""Where messages to an account are looked for. No single place shows all of them.

A notification of a fast reply may never come; a block empties notifications, threads and searches; a date that the writer made
up sorts a message where nobody looks. So: notifications, the threads under her own posts, quotes of them, a search, the pages of
those who wrote to her or whom she blocks, on their own servers, and direct messages where she allows that.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from attrs import define, field, frozen

from parapet.channels.bluesky.delivery import CHAT, GONE, NOTIFICATION, ODD, OWN, QUOTES, SEARCH, THREAD, WRITER, Proof
from parapet.channels.bluesky.parse import POST
from parapet.channels.bluesky.place import MAX_HIDDEN, Place
from parapet.channels.bluesky.session import CHAT as CHAT_SERVICE
from parapet.channels.bluesky.session import SignedIn
from parapet.channels.bluesky.strangers import Strangers
from parapet.channels.json_stream import Element, Path, Tree, elements
from parapet.channels.shape import array, name, record, words
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, RightMissing, SignInRefused
from parapet.network.door import Answer

#: Reasons of notifications that are no message. What is neither here nor a post is kept, and told as not understood.
_QUIET = frozenset(
    "like repost follow starterpack-joined verified unverified like-via-repost repost-via-repost subscribed-post contact-match".split()
)
_MESSAGES = frozenset({"mention", "reply", "quote"})
_LIST = ("*", "posts", "*")
#: A page of a hundred; so many pages back at most when there is much, and now and then without that.
PAGE, MAX_PAGES, SWEEP_PAGES = 100, 100, 5
#: Parts of answers that cannot be read, and are kept: so many while a line stands.
MAX_ODD = 50
#: Of her own posts, so many of the newest are watched.
OWN_POSTS = 50
#: In each round: threads, writers' pages and messages that are looked at again; and how often the rest.
THREADS, WRITERS, AGAIN = 2, 3, 3
#: Clocks differ: what the platform dates so shortly before the connecting came after it.
CLOCKS_DIFFER_S = 300
OWN_EVERY, SEARCH_EVERY, HIDDEN_EVERY, SWEEP_EVERY = 3, 10, 20, 20


@frozen
class Sighting:
    """Something seen, once. `view`: the platform's bytes. `proof`: what was learned on the way to it, None when it is still to be asked for."""

    mark: str
    seen_in: str
    view: bytes
    uri: str = ""
    cid: str = ""
    proof: Proof | None = None
    at: str = ""  # when the platform says that it came; whoever wrote it has a say in that


@define
class Looking:
    """Looks for messages to the account that `session` is signed in to."""

    session: SignedIn
    strangers: Strangers
    place: Place
    messages: bool = False
    round: int = 0
    own: list[str] = field(factory=list)
    trouble: OutsideUnreachable | OutsideRefused | None = None
    _known: set[str] = field(factory=set)
    _chat_next: str | None = None
    _odd: dict[str, Sighting] = field(factory=dict)

    def settle(self, since: str) -> None:
        """Note what is there already, as far as it is not to be taken in. Raises as a line does.

        since   from which moment on also what is there already is wanted; "" for nothing of it
        """
        place = self.place
        place.did, place.since, place.earlier = self.session.did, since or _now(-CLOCKS_DIFFER_S), bool(since and self.messages)
        if self.messages:
            self._settle_chat()
        deque(self._own(), 0)
        for sighting in self._notifications(SWEEP_PAGES, SWEEP_PAGES):
            if not since or sighting.at < since:
                place.note([sighting.mark])
        place.unvisited = dict.fromkeys(map(place.mark, self.own))
        if not since:
            for uri in self.own[:THREADS]:
                place.note(each.mark for each in (*self._thread(uri), *self._quotes(uri)))
                place.unvisited.pop(place.mark(uri), None)

    def look(self) -> Iterator[Sighting]:
        """One round, through every place whose turn it is. What one place does not give does not keep the others from giving.

        `trouble` says afterwards what the account's own server or the platform did not give. Raises SignInRefused, RightMissing.
        """
        turn, self.round, self.trouble, self._chat_next = self.round, self.round + 1, None, None
        for step in self._steps(turn):
            try:
                for sighting in step:
                    if sighting.mark not in self.place.seen and sighting.mark not in self._known:
                        yield sighting
            except (SignInRefused, RightMissing):
                raise
            except (OutsideUnreachable, OutsideRefused) as error:
                self.trouble = self.trouble or error
        yield from (each for mark, each in self._odd.items() if mark not in self.place.seen)

    def _steps(self, turn: int) -> Iterator[Iterable[Sighting]]:
        if turn % HIDDEN_EVERY == 0:
            yield self._hidden()
        if turn % OWN_EVERY == 0 or not self.own:
            yield self._own()
        yield self._notifications(SWEEP_PAGES if turn % SWEEP_EVERY == 0 else 1)
        if self.messages:
            yield _may_fail(self._chat())
        yield self._around(turn)
        if turn % SEARCH_EVERY == 0:
            yield _may_fail(self._search())
        yield self._pages(turn)
        yield self._again(turn)

    def done(self, sighting: Sighting) -> None:
        """It was handed over. Remembered for as long as this line stands, beyond what is kept."""
        self._known.add(sighting.mark)

    # The platform's view

    def _notifications(self, pages: int, most: int = MAX_PAGES) -> Iterator[Sighting]:
        """So many pages, and on to `most` for as long as there is something new. What is dated long ago is taken from the first pages only."""
        for at, page in enumerate(self._paged("app.bsky.notification.listNotifications", {}, most), 1):
            fresh = False
            for element in self._elements(page.body, ("*", "notifications", "*")):
                value = record(element.value)
                reason, kind = words(value.get("reason")), words(record(value.get("record")).get("$type"))
                if reason in _QUIET or (reason not in _MESSAGES and kind.startswith("app.bsky.") and kind != POST):
                    continue
                sighting = self._sighting(NOTIFICATION, element)
                is_late = sighting.at < self.place.since
                if sighting.mark not in self.place.seen and (not is_late or at <= SWEEP_PAGES):
                    fresh = fresh or not is_late
                    yield sighting
            if at >= pages and not fresh:
                return

    def _around(self, turn: int) -> Iterator[Sighting]:
        """Threads under her posts and quotes of them: the newest each time, the others in turn."""
        newest, rest = self.own[:THREADS], self.own[THREADS:]
        start = turn * THREADS % len(rest) if rest else 0
        for uri in [*newest, *rest[start : start + THREADS]]:
            found, mark = [*self._thread(uri), *self._quotes(uri)], self.place.mark(uri)
            # What is there at the first visit was there before the connecting, unless its date says otherwise.
            if mark in self.place.unvisited:
                self.place.note(each.mark for each in found if each.at and each.at < self.place.since)
                del self.place.unvisited[mark]
            yield from found

    def _thread(self, uri: str) -> Iterator[Sighting]:
        answer = self.session.get("app.bsky.feed.getPostThread", {"uri": uri, "depth": 100, "parentHeight": 0})
        if not answer.ok:
            return
        for element in self._elements(answer.body, ("*", "thread", Tree("post", ("replies",)))):
            value = record(element.value)
            post = name(value.get("uri"))
            if value.get("blocked") is True:
                yield from self._copy(post)
            elif value.get("notFound") is not True and not self._is_hers(post):
                yield self._sighting(THREAD, element)

    def _quotes(self, uri: str) -> Iterator[Sighting]:
        answer = self.session.get("app.bsky.feed.getQuotes", {"uri": uri, "limit": PAGE})
        yield from self._posts(answer, QUOTES)

    def _search(self) -> Iterator[Sighting]:
        """Mentions that were never told, also such as have no link to her."""
        for told in ({"q": self.session.handle}, {"q": "*", "mentions": self.session.did}):
            answer = self.session.get("app.bsky.feed.searchPosts", {**told, "sort": "latest", "limit": PAGE})
            yield from (each for each in self._posts(answer, SEARCH) if each.at >= self.place.since)

    def _posts(self, answer: Answer, seen_in: str) -> Iterator[Sighting]:
        if answer.ok:
            for element in self._elements(answer.body, _LIST):
                is_hers = self._is_hers(name(record(element.value).get("uri")))
                if not is_hers and (seen_in != SEARCH or self._addresses(element)):
                    yield self._sighting(seen_in, element)

    # Her own repository, on her own server

    def _own(self) -> Iterator[Sighting]:
        """Her newest posts, as context; and which they are."""
        answer = self.session.get(
            "com.atproto.repo.listRecords", {"repo": self.session.did, "collection": POST, "limit": OWN_POSTS}
        )
        if not answer.ok:
            raise OutsideUnreachable
        found = list(self._elements(answer.body, ("*", "records", "*")))
        self.own = [uri for element in found if (uri := name(record(element.value).get("uri")))]
        for element in reversed(found):
            yield self._sighting(OWN, element)

    def _hidden(self) -> Iterator[Sighting]:
        """Learns whom she blocks or mutes. Gives nothing to keep by itself."""
        found: dict[str, None] = {}
        for element in self._records("app.bsky.graph.block"):
            found[words(record(record(element.value).get("value")).get("subject"))] = None
        lists = [
            words(record(record(each.value).get("value")).get("subject")) for each in self._records("app.bsky.graph.listblock")
        ]
        for page in self._paged("app.bsky.graph.getMutes", {}, 3):
            for element in self._elements(page.body, ("*", "mutes", "*")):
                found[words(record(element.value).get("did"))] = None
        for uri in lists[:10]:
            for page in self._paged("app.bsky.graph.getList", {"list": uri}, 3):
                for element in self._elements(page.body, ("*", "items", "*")):
                    found[words(record(record(element.value).get("subject")).get("did"))] = None
        self.place.hidden = [did for did in found if did.startswith("did:")][:MAX_HIDDEN]
        yield from ()

    def _records(self, collection: str) -> Iterator[Element]:
        for page in self._paged("com.atproto.repo.listRecords", {"repo": self.session.did, "collection": collection}, 5):
            yield from self._elements(page.body, ("*", "records", "*"))

    # The servers of others

    def _pages(self, turn: int) -> Iterator[Sighting]:
        """What those whom the platform hides from her, and those who wrote to her, write now: from their own servers."""
        everybody = list(dict.fromkeys((*self.place.hidden, *reversed(self.place.writers))))
        start = turn * WRITERS % len(everybody) if len(everybody) > WRITERS else 0
        for did in everybody[start : start + WRITERS]:
            yield from _may_fail(self._page_of(did))

    def _page_of(self, did: str) -> Iterator[Sighting]:
        page = self.strangers.page(did, POST)
        for element in self._elements(page, ("*", "records", "*"), keep=False) if page else ():
            sighting = self._sighting(WRITER, element)
            if sighting.uri.startswith(f"at://{did}/") and self._addresses(element):
                yield sighting

    def _again(self, turn: int) -> Iterator[Sighting]:
        """Whether messages that were taken in are still there, and the same: the newest first, then all in turn."""
        watched = self.place.watched[::-1]
        start = turn * AGAIN % len(watched) if watched else 0
        for uri, cid in watched[start : start + AGAIN]:
            seen = self.strangers.look(uri)
            if seen is not None and seen.gone:
                said = seen.answer if seen.answer and _is_json(seen.answer) else b"{}"
                yield Sighting(self.place.mark("gone", uri), GONE, said, uri, cid, seen.proof)
            elif seen is not None and seen.cid and seen.cid != cid:
                yield from self._copy(uri)

    def _copy(self, uri: str) -> Iterator[Sighting]:
        """A message from its writer's own server."""
        raw = self.strangers.record(uri) if uri and not self._is_hers(uri) else b""
        if raw:
            value = msgspec.json.decode(raw)
            yield Sighting(self.place.mark(uri, words(value.get("cid"))), WRITER, raw, uri, words(value.get("cid")))

    # Direct messages

    def _settle_chat(self) -> None:
        """To the end of the log. Raises RightMissing where the password does not open direct messages."""
        for _page in range(MAX_PAGES):
            answer = self._chat_log(self.place.chat)
            if not answer.ok:
                raise RightMissing
            told = answer.object()
            if not array(told.get("logs")) or words(told.get("cursor")) == self.place.chat:
                self.place.chat = words(told.get("cursor")) or self.place.chat or ""
                break
            self.place.chat = words(told.get("cursor"))

    def _chat(self) -> Iterator[Sighting]:
        if self.place.earlier:
            yield from self._earlier_messages()
        if self.place.chat is None:  # she allowed it only now: from now on
            self._settle_chat()
        after = self.place.chat
        for _page in range(SWEEP_PAGES):
            answer = self._chat_log(after)
            if not answer.ok:
                raise RightMissing
            found = list(self._elements(answer.body, ("*", "logs", "*")))
            for element in found:
                yield from self._said(element.raw, element.value)
            before, after = after, words(answer.object().get("cursor")) or after
            if not found or after == before:
                break
        self._chat_next = after

    def _earlier_messages(self) -> Iterator[Sighting]:
        for page in self._paged("chat.bsky.convo.listConvos", {}, 5, headers=CHAT_SERVICE):
            for convo in self._elements(page.body, ("*", "convos", "*")):
                told = {"convoId": words(record(convo.value).get("id"))}
                for inner in self._paged("chat.bsky.convo.getMessages", told, 10, headers=CHAT_SERVICE):
                    for element in reversed(list(self._elements(inner.body, ("*", "messages", "*")))):
                        if words(record(element.value).get("sentAt")) >= self.place.since:
                            raw = b'{"convoId":' + msgspec.json.encode(told["convoId"]) + b',"message":' + element.raw + b"}"
                            yield from self._said(raw, {"convoId": told["convoId"], "message": element.value})

    def _said(self, raw: bytes, value: Any) -> Iterator[Sighting]:
        """A message of a conversation; other entries of the log (muted, accepted, read) are none."""
        told = record(value)
        message, kind = record(told.get("message")), words(told.get("$type")).partition("#")[2]
        if not message or kind not in ("", "logCreateMessage", "logDeleteMessage"):
            return
        deleted = kind == "logDeleteMessage" or words(message.get("$type")).endswith("#deletedMessageView")
        said = ("deleted",) if deleted else (words(message.get("rev")),)
        yield Sighting(
            self.place.mark(words(told.get("convoId")), words(message.get("id")), *said), CHAT, raw,
            cid=words(record(message.get("sender")).get("did")),
        )  # fmt: skip

    def _chat_log(self, after: str | None) -> Answer:
        told = {"cursor": after} if after else {}
        return self.session.get("chat.bsky.convo.getLog", told, headers=CHAT_SERVICE)

    def took_round(self) -> None:
        """All that the last round gave was handed over."""
        if self._chat_next is not None:
            self.place.chat, self.place.earlier = self._chat_next, False

    # Shapes

    def _elements(self, body: bytes, path: Path, *, keep: bool = True) -> Iterator[Element]:
        """What lies at `path`. A part that cannot be read is kept as it is, and hides none of the others. Raises OutsideRefused
        where the whole is not in form."""
        for found in elements(io.BytesIO(body), path):
            if isinstance(found, Element):
                yield found
            elif not found.place.pointer:
                raise OutsideRefused(why="protocol")
            elif keep and len(self._odd) < MAX_ODD:
                place = found.place
                part = body[place.offset : place.offset + place.length] or body
                told = msgspec.json.encode({"not_understood": base64.b64encode(part).decode()})
                mark = self.place.mark("odd", hashlib.sha256(part).hexdigest())
                self._odd.setdefault(mark, Sighting(mark, ODD, told))

    def _paged(self, method: str, told: dict[str, Any], pages: int, *, headers: dict[str, str] | None = None) -> Iterator[Answer]:
        cursor = ""
        for _page in range(pages):
            answer = self.session.get(method, {**told, "limit": PAGE, **({"cursor": cursor} if cursor else {})}, headers=headers)
            if not answer.ok:
                if method.startswith("app.bsky.notification"):
                    raise OutsideUnreachable
                return
            yield answer
            after = words(answer.object().get("cursor"))
            if not after or after == cursor:
                return
            cursor = after

    def _sighting(self, seen_in: str, element: Element) -> Sighting:
        value = record(element.value)
        uri, cid = name(value.get("uri")), name(value.get("cid"))
        mark = self.place.mark(uri, cid) if uri and cid else self.place.mark("odd", element.raw.hex())
        return Sighting(mark, seen_in, element.raw, uri, cid, at=words(value.get("indexedAt")))

    def _is_hers(self, uri: str) -> bool:
        return uri.startswith(f"at://{self.session.did}/")

    def _addresses(self, element: Element) -> bool:
        """Whether a record answers, quotes or mentions her: by her DID anywhere in it, or by her name in its words."""
        value = record(element.value)
        held = record(value.get("record", value.get("value")))
        text = words(held.get("text")).casefold()
        handle = self.session.handle.casefold()
        return self.session.did in repr(held) or (bool(handle) and handle in text)


def _may_fail(step: Iterable[Sighting]) -> Iterator[Sighting]:
    """What is not the account's own server, nor all that there is: when it does not answer, the next round asks it again."""
    try:
        yield from step
    except (SignInRefused, RightMissing):
        raise
    except (OutsideUnreachable, OutsideRefused):
        return


def _now(seconds: float = 0.0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _is_json(raw: bytes) -> bool:
    return Answer(200, raw, {}).json(or_none=True) is not None
