"""Feeds (RSS, Atom) and searches that answer in JSON, watched for names: asked twice an hour, and only for what changed.

The cursor holds, for each address, when it is due, by what the server tells that nothing changed, and which entries were brought.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit

from attrs import define, field

from parapet.channels import pace
from parapet.channels.feed.entries import MAX_BYTES, Unread
from parapet.channels.feed.parse import entry_digest, names_in, read_answer, told_names, write_delivery
from parapet.channels.live import Batch, Cursor, Piece
from parapet.channels.text import web_address
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PrivateAddress, SignInRefused
from parapet.network.asking import Answer, ask

MAX_ADDRESSES = 20
EVERY_S, SELDOM_S = 1_800.0, 86_400.0
#: Of one address, so many entries are remembered.
MAX_SEEN = 3_000

_hosts: dict[str, pace.Host] = {}


def _now() -> datetime:
    return datetime.now(UTC)


def open_line(told: Mapping[str, Any], *, inside: bool) -> FeedLine:
    """Nothing is asked yet. Raises OutsideRefused for what is no address."""
    addresses = tuple(web_address(str(address))[0] for address, _name in list(told["pages"])[:MAX_ADDRESSES])
    if not all(addresses):
        raise OutsideRefused(why="address")
    return FeedLine(addresses, told_names(told), str(told.get("password") or ""), inside)


@define
class FeedLine:
    """The addresses of one connection. `key` is sent to a search that wants one, and to no other server."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]
    key: str = field(repr=False)
    inside: bool = False
    clock: Callable[[], datetime] = _now
    _due: datetime | None = None

    def begin(self) -> Cursor:
        """Ask each address once, so that what is wrong is said while the person waits. What stands there already is taken in."""
        for address in self.addresses:
            answer = self._ask(address, {})
            if answer.fault == "private":
                raise PrivateAddress
            if answer.fault:
                raise OutsideUnreachable
            if answer.status in (401, 403):
                raise SignInRefused
            if answer.status >= 500 or answer.status == 429:
                raise OutsideUnreachable
            if answer.status != 200:
                raise OutsideRefused(why="address")
            try:
                read_answer(answer.body)
            except Unread:
                raise OutsideRefused(why="protocol") from None
        return {"pages": {}}

    def fetch(self, cursor: Cursor) -> Batch:
        """Ask the address that is due longest."""
        known = dict(cursor.get("pages") or {})
        states = {address: dict(known.get(address) or {}) for address in self.addresses}
        now = self.clock()
        due = sorted((at, address) for address, state in states.items() if (at := self._free(address, state, now)) <= now)
        pieces: tuple[Piece, ...] = ()
        if due:
            address = due[0][1]
            pieces, states[address] = self._look_at(address, states[address], now)
        self._due = min((self._free(address, state, now) for address, state in states.items()), default=now + timedelta(days=1))
        return Batch(pieces, {"pages": states}, more=self._due <= now)

    def wait(self, seconds: float) -> bool:
        """Until an address is due."""
        if self._due is None or self._due <= self.clock():
            return True
        time.sleep(seconds)
        return False

    def close(self) -> None:
        """Nothing stands between two looks."""

    def _free(self, address: str, state: Mapping[str, Any], now: datetime) -> datetime:
        due, host = _moment(state.get("next")) or now, _hosts.get(_host(address))
        return max(due, host.free_at) if host is not None else due

    def _ask(self, address: str, state: Mapping[str, Any]) -> Answer:
        headers = {"accept": "application/atom+xml, application/rss+xml, application/json, application/xml;q=0.9, */*;q=0.5"}
        if self.key:
            headers["authorization"] = self.key if " " in self.key else f"Bearer {self.key}"
        if state.get("etag"):
            headers["if-none-match"] = str(state["etag"])
        if state.get("modified"):
            headers["if-modified-since"] = str(state["modified"])
        return ask(address, inside=self.inside, most_bytes=MAX_BYTES, headers=headers)

    def _look_at(self, address: str, state: dict[str, Any], now: datetime) -> tuple[tuple[Piece, ...], dict[str, Any]]:
        answer = self._ask(address, state)
        host = _host(address)
        said = answer.header("retry-after")
        _hosts[host] = pace.after_answer(
            _hosts.get(host, pace.Host(now)), now, status=answer.status, delay_s=0, chance=_chance(),
            retry_after_s=pace.retry_after_s(said, now) if said else None,
        )  # fmt: skip
        if answer.status == 304:
            return (), _went_well(state, now)
        if answer.status != 200:
            return (), _failed(state, answer.fault or _FAULTS.get(answer.status, "unreachable"), now)
        try:
            feed = read_answer(answer.body)
        except Unread as unread:
            # What cannot be read is kept once, and said.
            keep = state.get("fault") != "unread"
            piece = Piece(write_delivery(address, self.names, answer.body), address)
            return ((piece,) if keep else ()), {**_failed(state, "unread", now), "detail": str(unread.reason)}
        named = [entry_digest(each) for each in feed.entries if names_in(each, self.names)]
        seen = list(state.get("seen") or ())
        fresh = [each for each in named if each not in set(seen)]
        told = {
            **_went_well(state, now),
            "etag": answer.header("etag")[:1_000],
            "modified": answer.header("last-modified")[:100],
            "seen": [*seen, *fresh][-MAX_SEEN:],
            "found": len(named),
        }
        return ((Piece(write_delivery(address, self.names, answer.body), address),) if fresh else ()), told


_FAULTS = {401: "sign_in", 403: "sign_in", 404: "missing", 410: "missing", 429: "busy", 503: "busy"}


def _went_well(state: dict[str, Any], now: datetime) -> dict[str, Any]:
    due = now + timedelta(seconds=EVERY_S * (1 + pace.LATER * _chance()))
    return {**state, "next": _stamp(due), "at": _stamp(now), "fault": "", "failures": 0}


def _failed(state: dict[str, Any], fault: str, now: datetime) -> dict[str, Any]:
    failures = int(state.get("failures") or 0) + 1
    rest = min(EVERY_S * 2 ** min(failures - 1, 8), SELDOM_S)
    due = now + timedelta(seconds=rest * (1 + pace.LATER * _chance()))
    return {**state, "next": _stamp(due), "at": _stamp(now), "fault": fault, "failures": failures}


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
