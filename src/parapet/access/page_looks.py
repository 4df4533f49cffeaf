"""When the page of an item was looked at again, how it stood, and what was kept of it.

What was found, the log says: a row is shown as far as its leaf opens and is vouched for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.around import PageLook, PagePlan
from parapet.channels.text import web_address
from parapet.channels.web.looking import unpacked
from parapet.channels.web.standing import GONE
from parapet.domain.errors import KeyClosed, SealBroken
from parapet.domain.items import Item as Content
from parapet.domain.items import ItemKind
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Capture, Item, LogEntry, PageWatch, Version
from parapet.records.models import PageLook as Row
from parapet.records.naming import look_context, look_words_context
from parapet.records.vouching import is_vouched

KIND = "look_again"
MAX_LOOKS = 20
#: What anybody may see. A letter, a private message and what was said have no page, whatever address stands in them.
PUBLIC_KINDS = frozenset(
    {ItemKind.POST, ItemKind.REPLY, ItemKind.QUOTE, ItemKind.REPOST, ItemKind.COMMENT, ItemKind.REVIEW, ItemKind.CAPTURE}
)


@frozen
class FoundGone:
    """That a page is gone: when that was found first, when it last stood there, and whether two looks found it so."""

    at: datetime
    stood_at: datetime | None
    twice: bool
    standing: str


def page_address(content: Content) -> str:
    """Where anybody can look at an item; "" where nobody can."""
    if content.kind not in PUBLIC_KINDS:
        return ""
    address = content.uri if content.channel == "web" and content.kind is not ItemKind.REVIEW else content.url
    return web_address(address)[0]


def address_of(item: Item, key: Locker) -> str:
    """The same of a row. Raises KeyClosed where nobody is present who opens it."""
    if item.kind not in PUBLIC_KINDS:
        return ""
    version = Version.objects.filter(item=item).order_by("ordinal").first()
    return page_address(opening.face(version, key)) if version is not None else ""


def plan_of(item: Item, content: Content) -> PagePlan:
    """Whether its page is looked at again by itself."""
    row = PageWatch.objects.filter(item=item).first()
    can = bool(page_address(content))
    if row is None or row.state == "over":
        return PagePlan(can)
    return PagePlan(can, row.why, row.state, row.next_at)


def looks_of(item: Item, key: Locker) -> tuple[PageLook, ...]:
    """The newest first."""
    captured = [look(row) for row in Capture.objects.filter(item=item).order_by("-asked_at")[:MAX_LOOKS]]
    made = captured + list(_asked_for(item, key))
    return tuple(sorted(made, key=lambda each: each.at, reverse=True)[:MAX_LOOKS])


def look(row: Capture) -> PageLook:
    """A look at which a whole capture was made."""
    return PageLook(row.ended_at or row.asked_at, row.state in ("waiting", "running"), row.state == "refused", row.outcome)


def _asked_for(item: Item, key: Locker) -> Iterator[PageLook]:
    rows = list(Row.objects.filter(item=item).order_by("-log_index")[:MAX_LOOKS])
    entries = LogEntry.objects.in_bulk([row.log_index for row in rows])
    for row in rows:
        said = _said(item, row, entries.get(row.log_index), key)
        if said is None:
            continue
        words = key.unlock(bytes(row.sealed_words), about=look_words_context(item.number, row.log_index))
        yield PageLook(row.at, False, False, said[0], said[1], words.decode("utf-8", "replace"), row.log_index)


def _said(item: Item, row: Row, entry: LogEntry | None, key: Locker) -> tuple[str, str, str] | None:
    """What its leaf says: how the page stood, why, and the digest of what was kept; None where the log tells of no such look."""
    if entry is None or entry.kind != KIND or entry.item_number != item.number or not is_vouched(entry):
        return None
    body = read_leaf(opening.leaf_bytes(entry, key))
    details = body["details"]
    if body["at"] != stamp(row.at) or body["subjects"] != [item.id] or "sha256" not in details:
        return None
    return str(details["standing"]), str(details.get("why", "")), str(details["sha256"])


def kept_bytes(item: Item, row: Row, key: Locker) -> bytes:
    """What was kept of a look, held against its leaf. Raises SealBroken."""
    said = _said(item, row, LogEntry.objects.filter(index=row.log_index).first(), key)
    try:
        raw = unpacked(key.unlock(bytes(row.sealed_kept), about=look_context(item.number, row.log_index)))
    except ValueError:
        raise SealBroken("What was kept of a look at a page cannot be read.") from None
    if said is None or hashlib.sha256(raw).hexdigest() != said[2]:
        raise SealBroken("What was kept of a look at a page is not what the log says.")
    return raw


def found_gone(item: Item, key: Locker, *, since: datetime | None) -> FoundGone | None:
    """That the page is gone, by the looks since then (both kinds); None while it stands, or where the newest look cannot tell."""
    looks = [
        each for each in looks_of(item, key) if not each.running and not each.refused and (since is None or each.at >= since)
    ]
    gone: list[PageLook] = []
    for each in looks:
        if each.standing not in GONE:
            break
        gone.append(each)
    if not gone:
        return None
    stood = next((each.at for each in looks[len(gone) :] if each.standing in ("same", "edited")), None)
    return FoundGone(gone[-1].at, stood, len(gone) > 1, gone[-1].standing)


def looks_for_a_bag(items: Iterable[Item], before: int) -> Iterator[tuple[str, bytes]]:
    """What was kept of the looks at these messages' pages, by the log's first `before` entries; then a list of them. Raises SealBroken."""
    listed = []
    for item in items:
        rows = Row.objects.filter(item=item, log_index__lt=before).order_by("log_index")
        key = opening.item_key(item, opening.locker_of(item.advocate)) if rows else None
        for row in rows:
            assert key is not None
            name = f"look-{row.log_index}{'.zip' if row.is_capture else '.txt'}"
            listed.append({"entry": row.log_index, "item": item.id, "at": stamp(row.at), "file": name})
            yield name, kept_bytes(item, row, key)
    if listed:
        yield "looks.json", json.dumps({"format": "parapet-looks-v1", "looks": listed}, indent=1).encode()


def known_words(item: Item, key: Locker) -> tuple[str, ...]:
    """The words that are held of an item, the first version's first; none where nobody is present who opens them."""
    try:
        return tuple(opening.face(version, key).text for version in Version.objects.filter(item=item).order_by("ordinal"))
    except KeyClosed:
        return ()
