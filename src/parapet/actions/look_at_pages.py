"""Look at the pages that are due: politely, one at a time on each server; keep what came, and say how each stands.

A plain request tells whether the words stand there, or that the page is gone. Where only a browser can tell, one looks. Every answer is
kept, sealed under the key of the message, and its digest stands in the log.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import SystemRandom
from urllib.parse import urljoin

from attrs import frozen
from django.conf import settings
from django.db import transaction
from django.db.models import Min

from parapet.access import opening
from parapet.access.captures import is_of_page
from parapet.access.page_looks import address_of, known_words
from parapet.actions.capture_page import promise
from parapet.actions.mark_gone import mark_gone
from parapet.actions.plan_looks import ONCE, REPORT, stands_reported
from parapet.channels import pace
from parapet.channels.robots import Rules, rules_for
from parapet.channels.text import read_html
from parapet.channels.web.container import read_capture
from parapet.channels.web.fetch import Capturer, NotCaptured
from parapet.channels.web.looking import Told, kept_of, packed, told, write_answer
from parapet.channels.web.standing import GONE, Standing
from parapet.domain.errors import KeyClosed, RequestRefused
from parapet.domain.parsed import Gone, Place
from parapet.evidence.seal import event_body
from parapet.network.asking import AGENT_NAME, Answer, ask
from parapet.records import models
from parapet.records.chain import Event, append, hold_log
from parapet.records.naming import look_context, look_words_context

MAX_PAGE_BYTES = 4 * 1024 * 1024
AT_ONCE = 4
#: A page that is gone is looked at once more before the message counts as gone.
GONE_AFTER = 2
#: What a site lets programs ask for is asked once a day.
RULES_S = 86_400.0
MAX_HOSTS = 5_000

_rules: dict[str, tuple[datetime, Rules]] = {}


@frozen
class _Asked:
    """What came of one page: an answer, or that the site's rules forbid asking."""

    row: models.PageWatch
    address: str
    answer: Answer | None
    delay_s: float = 0.0


def look_at_due(now: datetime | None = None) -> int:
    """Look at pages that are due, at most one on each server; how many were asked for or put off."""
    now = now or datetime.now(UTC)
    rows = _chosen(now)
    ready = [(row, address) for row in rows if (address := _opened(row, now))]
    if ready:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="look") as pool:
            for asked in pool.map(lambda each: _ask(each[0], each[1], now), ready):
                _receive(asked, now)
    return len(rows)


def look_with_browser(browser: Capturer, now: datetime | None = None) -> bool:
    """Look at one page of which only a browser can tell; False when none waits."""
    now = now or datetime.now(UTC)
    waiting = models.PageWatch.objects.select_related("item__advocate", "host")
    row = waiting.filter(state="browser", next_at__lte=now, host__free_at__lte=now).order_by("next_at").first()
    if row is None:
        return False
    _claim(row, now)
    address = _opened(row, now)
    if not address:
        return True
    try:
        raw = browser.capture(address, lang="en").raw
    except NotCaptured as stopped:
        _rest(row, now, status=0)
        _keep(row, Told(Standing.UNREACHABLE, str(stopped.reason)), b"", False, 0, now)
        return True
    facts = read_capture(io.BytesIO(raw)).facts
    status = int(facts.get("status") or 0)
    notes = facts.get("notes") or ()
    key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
    found = told(
        status=status, asked=str(facts["url"]), landed=str(facts["final_url"]), text=str(facts["text"]),
        known=known_words(row.item, key), asks_password="asks_password" in notes, ran=True,
    )  # fmt: skip
    _rest(row, now, status=status)
    _keep(row, found, kept_of(raw, found.standing), True, status, now)
    return True


def _chosen(now: datetime) -> list[models.PageWatch]:
    due = models.PageWatch.objects.filter(state__in=("waiting", "closed"), next_at__lte=now, host__free_at__lte=now)
    hosts = list(due.values("host_id").annotate(first=Min("next_at")).order_by("first")[: 4 * AT_ONCE])
    found = []
    for each in hosts:
        row = due.filter(host_id=each["host_id"]).select_related("item__advocate", "host").order_by("next_at", "pk").first()
        if row is not None:
            found.append((row.next_at, row.host_id, row))
    free = {row.host_id: pace.Host(row.host.free_at, row.host.failures) for _due, _host, row in found}
    chosen = [row for _host, row in pace.choose(found, free, now, most=AT_ONCE)]
    for row in chosen:
        _claim(row, now)
    return chosen


def _claim(row: models.PageWatch, now: datetime) -> None:
    """Nobody else asks this server meanwhile; and nobody does for a while, where whoever asks dies of it."""
    claimed = pace.claimed(pace.Host(row.host.free_at, row.host.failures), now)
    models.PageHost.objects.filter(number=row.host_id).update(free_at=claimed.free_at)


def _opened(row: models.PageWatch, now: datetime) -> str:
    """The address; "" where there is nothing to ask for, and then the row says so."""
    item = row.item
    try:
        address = address_of(item, opening.item_key(item, opening.locker_of(item.advocate)))
    except KeyClosed:
        _plan(row, state="closed", next_at=pace.look_once_more(now, chance=_chance()))
        _rest(row, now, status=200)
        return ""
    over = row.why == REPORT and not row.pressed and not stands_reported(item.number)
    if not over and address and is_of_page(item):
        _capture(row, address, now)
        return ""
    if over or not address:
        _plan(row, state="over")
        _rest(row, now, status=200)
        return ""
    return address


def _capture(row: models.PageWatch, address: str, now: datetime) -> None:
    """A page that was captured is captured again: every look at it is a version (decision 42)."""
    asked = not models.Capture.objects.filter(item=row.item, state__in=("waiting", "running")).exists()
    try:
        if asked:
            promise(None, row.item.advocate, address, row.item)
    except RequestRefused:
        _plan(row, state="over")
    else:
        row.gone = row.gone + 1 if row.item.gone_at else 0
        _next(row, now)
    _rest(row, now, status=200)


def _ask(row: models.PageWatch, address: str, now: datetime) -> _Asked:
    """In a thread of its own: no database."""
    inside = bool(settings.ENVIRONMENT.channels_inside)
    rules = _rules_of(address, now, inside)
    if not row.pressed and not rules.allow(address):
        return _Asked(row, address, None, rules.delay_s)
    return _Asked(row, address, ask(address, inside=inside, most_bytes=MAX_PAGE_BYTES), rules.delay_s)


def _rules_of(address: str, now: datetime, inside: bool) -> Rules:
    place = "/".join(address.split("/", 3)[:3])
    held = _rules.get(place)
    if held is not None and (now - held[0]).total_seconds() < RULES_S:
        return held[1]
    answer = ask(urljoin(address, "/robots.txt"), inside=inside, most_bytes=MAX_PAGE_BYTES)
    rules = rules_for(answer.status, answer.body, AGENT_NAME)
    if answer.status:  # one that did not answer is asked again with the next page
        if len(_rules) >= MAX_HOSTS:
            _rules.clear()
        _rules[place] = now, rules
    return rules


def _receive(asked: _Asked, now: datetime) -> None:
    row, answer = asked.row, asked.answer
    if answer is None:
        _rest(row, now, status=200, delay_s=asked.delay_s)
        _keep(row, Told(Standing.UNCLEAR, "robots"), b"", False, 0, now)
        return
    said = pace.retry_after_s(answer.header("retry-after"), now) if answer.header("retry-after") else None
    _rest(row, now, status=answer.status, retry_after_s=said, delay_s=asked.delay_s)
    if answer.status in (429, 503):
        return  # no look: it waits until its server may be asked again
    key = opening.item_key(row.item, opening.locker_of(row.item.advocate))
    if not answer.status:
        _keep(row, Told(Standing.UNREACHABLE, answer.fault), b"", False, 0, now)
        return
    text = read_html(answer.body.decode("utf-8", "replace"))[0]
    found = told(status=answer.status, asked=asked.address, landed=answer.url, text=text, known=known_words(row.item, key))
    if not found.sure:
        _plan(row, state="browser")
        return
    raw = write_answer(
        url=answer.url, status=answer.status, at=answer.at, headers=answer.headers, number=answer.number, body=answer.body
    )
    _keep(row, found, raw, False, answer.status, now)


def _rest(row: models.PageWatch, now: datetime, *, status: int, retry_after_s: float | None = None, delay_s: float = 0.0) -> None:
    host = pace.Host(row.host.free_at, row.host.failures)
    stands = pace.after_answer(host, now, status=status, retry_after_s=retry_after_s, delay_s=delay_s, chance=_chance())
    models.PageHost.objects.filter(number=row.host_id).update(free_at=stands.free_at, failures=stands.failures)


def _keep(row: models.PageWatch, found: Told, raw: bytes, is_capture: bool, status: int, now: datetime) -> None:
    """The leaf of a look, with what was kept of it; and when it is looked at next."""
    item = row.item
    gone: list[Gone] = []
    with transaction.atomic():
        hold_log()
        fresh = models.PageWatch.objects.select_for_update(of=("self",)).filter(item_id=item.number).first()
        if fresh is None:
            return  # erased meanwhile: its leaf could never be opened
        key = opening.item_key(item, opening.locker_of(item.advocate))
        details: dict[str, str | int] = {
            "standing": str(found.standing), "status": status, "why": found.why, "way": "browser" if is_capture else "request",
            "sha256": hashlib.sha256(raw).hexdigest(),
        }  # fmt: skip
        body = event_body(kind="look_again", at=now, subjects=[item.id], actor="", details=details)
        [index] = append([Event("look_again", now, body, key, advocate=item.advocate_id, item=item.number)])
        models.PageLook.objects.create(
            item=item, at=now, log_index=index, is_capture=is_capture,
            sealed_kept=key.lock(packed(raw), about=look_context(item.number, index)),
            sealed_words=key.lock(found.words.encode(), about=look_words_context(item.number, index)),
        )  # fmt: skip
        fresh.gone = fresh.gone + 1 if found.standing in GONE else 0
        if fresh.gone >= GONE_AFTER:
            gone = _gone(item, now)
        if found.why == "robots":
            _plan(fresh, state="over")
        else:
            _next(fresh, now, doubtful=found.standing in GONE or found.standing is Standing.UNREACHABLE)
    if gone:
        mark_gone(gone, now=now)


def _gone(item: models.Item, now: datetime) -> list[Gone]:
    try:
        key = opening.item_key(item, opening.locker_of(item.advocate))
        version = models.Version.objects.filter(item=item).order_by("ordinal")[0]
        return [Gone(opening.face(version, key).uri, Place(), at=now, channel=item.channel)]
    except KeyClosed:
        return []


def _next(row: models.PageWatch, now: datetime, *, doubtful: bool = False) -> None:
    """When it is looked at next: sooner, where this look leaves a doubt. Twice found gone, that is over."""
    row.looks += 1
    due = pace.next_look(row.began_at, now, chance=_chance())
    if row.why == ONCE or row.gone >= GONE_AFTER or due is None:
        doubt = row.why == ONCE and row.gone == 1
        due = pace.look_once_more(now, chance=_chance()) if doubt else None
    elif doubtful:
        due = min(due, pace.look_once_more(now, chance=_chance()))
    if due is None:
        _plan(row, state="over", looks=row.looks, gone=row.gone)
    else:
        _plan(row, state="waiting", next_at=due, looks=row.looks, gone=row.gone)


def _plan(row: models.PageWatch, *, state: str, **told: object) -> None:
    pressed = {} if state in ("browser", "closed") else {"pressed": False}
    models.PageWatch.objects.filter(item_id=row.item_id).update(state=state, **pressed, **told)


def _chance() -> float:
    return SystemRandom().random()
