"""Note that the platform says an item is no more. What we hold stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from parapet.domain.parsed import Gone
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.naming import item_key_context, uri_name


def mark_gone(seen: Sequence[Gone], *, now: datetime | None = None) -> int:
    """Mark the items of these URIs, at most once each; returns how many were marked now."""
    now = now or datetime.now(UTC)
    by_digest: dict[bytes, Gone] = {}
    for gone in seen:
        by_digest.setdefault(keyring().digest_once("uri", uri_name(gone.channel, gone.uri)), gone)
    named: dict[int, Gone] = {}
    for digest, number in find(models.ItemName, ("digest", "item_id"), "digest", by_digest):
        named.setdefault(number, by_digest[bytes(digest)])
    if not named:  # most of what a network deletes was never sent at anybody here
        return 0
    with transaction.atomic():
        hold_log()
        items = models.Item.objects.filter(number__in=named, gone_at=None).select_related("advocate").order_by("number")
        events = [_mark(item, named[item.number], now) for item in items]
        if events:
            append(events)
        return len(events)


def _mark(item: models.Item, gone: Gone, now: datetime) -> Event:
    locker = keyring().advocate(item.advocate_id, bytes(item.advocate.wrapped_key))
    key = locker.below(bytes(item.wrapped_key), about=item_key_context(item.number))
    at = gone.at or now
    details = {"seen_at": at.isoformat(timespec="microseconds")}
    body = event_body(kind="gone", at=now, subjects=[item.id], actor="", details=details)
    models.Item.objects.filter(number=item.number).update(gone_at=at)
    return Event("gone", now, body, key, advocate=item.advocate_id, item=item.number)
