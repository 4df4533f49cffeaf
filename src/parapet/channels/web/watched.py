"""Pages with reviews that are watched: each looked at twice a day in a browser of Parapet's own, one page at a time for the whole process.

The cursor holds, for each page, when it is due, what stood there at the last look, what was missing then, and what went wrong.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Any
from urllib.parse import urljoin, urlsplit

from attrs import define, field

from parapet.channels import pace
from parapet.channels.live import Batch, Cursor, Piece
from parapet.channels.robots import rules_for
from parapet.channels.web.container import Capture, read_capture, write_capture
from parapet.channels.web.fetch import Captured, Capturer, NotCaptured, sound_address
from parapet.channels.web.reviews import Review, vanished
from parapet.channels.web.standing import GONE, Standing, standing
from parapet.domain.errors import OutsideRefused
from parapet.domain.parsed import Reason
from parapet.network.asking import AGENT_NAME, ask

MAX_PAGES = 20
#: How often a page is looked at; one that fails, up to this seldom.
EVERY_S, SELDOM_S = 43_200.0, 4 * 86_400.0
#: Where nothing changed, the whole page is kept this often all the same.
KEEP_AGAIN = timedelta(days=7)
#: A review that is missing at so many looks in a row is gone.
MISSING_LOOKS = 2
MAX_ROBOTS_BYTES = 512 * 1024

_one_at_a_time = threading.Lock()
_hosts: dict[str, pace.Host] = {}


def _now() -> datetime:
    return datetime.now(UTC)


@define
class PagesLine:
    """The pages of one connection.

    look     captures one page with what it says of reviews; raises NotCaptured
    clock    the time
    """

    pages: tuple[tuple[str, str], ...]
    inside: bool
    program: str = ""
    look: Callable[[str], Captured] | None = None
    clock: Callable[[], datetime] = _now
    _due: datetime | None = field(default=None)

    @classmethod
    def of(cls, told: Mapping[str, Any], *, inside: bool) -> PagesLine:
        """From what was kept: "pages" as [address, name of the site]. Raises OutsideRefused for what is no address."""
        pages = []
        for address, name in list(told["pages"])[:MAX_PAGES]:
            try:
                pages.append((sound_address(str(address)), str(name)))
            except NotCaptured:
                raise OutsideRefused(why="address") from None
        return cls(tuple(pages), inside, str(told.get("program") or ""))

    def begin(self) -> Cursor:
        """Nothing was looked at; the first look is as soon as somebody watches."""
        return {"pages": {}}

    def fetch(self, cursor: Cursor) -> Batch:
        """Look at the page that is due longest."""
        known = dict(cursor.get("pages") or {})
        states = {address: dict(known.get(address) or {}) for address, _name in self.pages}
        now = self.clock()
        due = sorted((at, address) for address, state in states.items() if (at := self._free(address, state, now)) <= now)
        pieces: tuple[Piece, ...] = ()
        if due:
            address = due[0][1]
            pieces, states[address] = self._look_at(address, states[address], now)
        self._due = min((self._free(address, state, now) for address, state in states.items()), default=now + timedelta(days=1))
        return Batch(pieces, {"pages": states}, more=False)

    def wait(self, seconds: float) -> bool:
        """Until a page is due."""
        if self._due is None or self._due <= self.clock():
            return True
        time.sleep(seconds)
        return False

    def close(self) -> None:
        """Nothing stands between two looks."""

    def _free(self, address: str, state: Mapping[str, Any], now: datetime) -> datetime:
        """When a page may be looked at: once it is due, and its server may be asked."""
        due, host = _moment(state.get("next")) or now, _hosts.get(_host(address))
        return max(due, host.free_at) if host is not None else due

    def _look_at(self, address: str, state: dict[str, Any], now: datetime) -> tuple[tuple[Piece, ...], dict[str, Any]]:
        host = _host(address)
        answer = ask(urljoin(address, "/robots.txt"), inside=self.inside, most_bytes=MAX_ROBOTS_BYTES)
        rules = rules_for(answer.status, answer.body, AGENT_NAME)
        if not rules.allow(address):
            return (), _failed(state, "robots" if answer.status else "unreachable", now)
        try:
            raw = self._captured(address).raw
        except NotCaptured as stopped:
            _hosts[host] = pace.after_answer(
                _hosts.get(host, pace.Host(now)), now, status=0, retry_after_s=None, delay_s=rules.delay_s, chance=_chance()
            )
            return (), _failed(state, str(stopped.reason), now)
        capture = read_capture(io.BytesIO(raw))
        status = int(capture.facts.get("status") or 0)
        _hosts[host] = pace.after_answer(
            _hosts.get(host, pace.Host(now)), now, status=status, retry_after_s=None, delay_s=rules.delay_s, chance=_chance()
        )
        return _made_of(address, raw, capture, state, now)

    def _captured(self, address: str) -> Captured:
        with _one_at_a_time:
            if self.look is not None:
                return self.look(address)
            with Capturer(self.program, inside=self.inside) as browser:
                return browser.capture(address, reviews=True)


def _made_of(
    address: str, raw: bytes, capture: Capture, state: dict[str, Any], now: datetime
) -> tuple[tuple[Piece, ...], dict[str, Any]]:
    facts = capture.facts
    found = _reviews(facts)
    fault = _fault(facts, bool(found), bool(state.get("found")))
    if fault:
        keep = fault != state.get("fault")  # the raw bytes of what is seen in its place
        return ((Piece(raw, address),) if keep else ()), _failed(state, fault, now)
    known: dict[str, list[str]] = {uri: list(said) for uri, said in dict(state.get("seen") or {}).items()}
    missing = {uri: int(dict(state.get("missing") or {}).get(uri, 0)) + 1 for uri in vanished(known, found)}
    gone = [uri for uri, looks in missing.items() if looks >= MISSING_LOOKS]
    seen = {each.uri: [each.digest(), each.sent_at] for each in found}
    changed = any(known.get(uri) != said for uri, said in seen.items())
    kept_at = _moment(state.get("kept"))
    pieces = []
    if changed or gone or kept_at is None or now - kept_at >= KEEP_AGAIN:
        pieces.append(Piece(raw, address))
        kept_at = now
    if gone:
        pieces.append(Piece(_told_gone(facts, gone), address))
    still = {uri: looks for uri, looks in missing.items() if uri not in gone}
    seen |= {uri: known[uri] for uri in still}
    told = {
        "next": _stamp(now + timedelta(seconds=EVERY_S * (1 + pace.LATER * _chance()))),
        "seen": seen,
        "missing": still,
        "found": len(found),
        "count": facts.get("count") if isinstance(facts.get("count"), int) else None,
        "by": str(facts.get("read_by") or ""),
        "kept": _stamp(kept_at),
        "at": _stamp(now),
        "failures": 0,
        "fault": "",
    }
    return tuple(pieces), told


def _reviews(facts: Mapping[str, Any]) -> tuple[Review, ...]:
    return tuple(
        Review(str(each["url"]), str(each["text"]), str(each["author"]), str(each["sent_at"]), each.get("rating"))
        for each in facts["posts"]
    )


def _fault(facts: Mapping[str, Any], found: bool, found_before: bool) -> str:
    """Why the reviews of a page cannot be told; "" where they can, or where the page never had any."""
    stands = standing(
        status=int(facts.get("status") or 0), asked=str(facts["url"]), landed=str(facts["final_url"]), text=str(facts["text"]),
        known=["\0"], is_whole=False, asks_password="asks_password" in (facts.get("notes") or ()),
    )  # fmt: skip
    if stands in (Standing.LOGIN, Standing.UNREACHABLE) or (stands in GONE and not found):
        return str(stands)
    return "no_reviews" if found_before and not found else ""


def _told_gone(facts: Mapping[str, Any], gone: list[str]) -> bytes:
    said = {name: value for name, value in facts.items() if name not in ("format", "files")}
    return write_capture({**said, "text": "", "links": [], "posts": [], "gone": gone}, {})


def _failed(state: dict[str, Any], fault: str, now: datetime) -> dict[str, Any]:
    failures = int(state.get("failures") or 0) + 1
    rest = min(EVERY_S * 2 ** min(failures - 1, 6), SELDOM_S)
    if fault == str(Reason.NO_BROWSER):
        rest = 3_600.0
    due = now + timedelta(seconds=rest * (1 + pace.LATER * _chance()))
    return {**state, "next": _stamp(due), "fault": fault, "failures": failures, "at": _stamp(now)}


def _host(address: str) -> str:
    return urlsplit(address).netloc.casefold()


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _chance() -> float:
    return SystemRandom().random()
