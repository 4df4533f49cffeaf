"""Close sealed files in which messages of closed advocates were found: they hold the same words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.actions.scrub import promise_scrub
from parapet.domain.errors import KeyClosed
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import is_closed, keyring
from parapet.records.source_keys import closed_source_key, is_closed_source

_READ_WITHIN = timedelta(days=1)


def closed_advocates() -> list[models.Advocate]:
    """Those whose material is closed."""
    return [each for each in models.Advocate.objects.all() if is_closed(bytes(each.wrapped_key))]


def close_sources(advocates: Collection[int], sources: Collection[int] | None = None) -> int:
    """Close every file (or those of `sources`) that holds a message of these advocates, and is the home's to open; returns how many.

    In a transaction that holds the log. The file's digest goes: who has the home's key could otherwise confirm a guess at it. Should the
    same bytes come again, they are a file of their own, and its messages are known.
    """
    holding = models.Occurrence.objects.filter(version__item__advocate_id__in=list(advocates))
    rows = models.Source.objects.filter(number__in=holding.values("source_id")).exclude(pack="")
    if sources is not None:
        rows = rows.filter(number__in=list(sources))
    done, closed = 0, {each.number: each for each in closed_advocates()}
    for source in rows.order_by("number"):
        if is_closed_source(bytes(source.wrapped_key)):
            continue
        found = models.Occurrence.objects.filter(source=source, version__item__advocate_id__in=list(closed))
        hers = set(found.values_list("version__item__advocate_id", flat=True).distinct())
        try:
            wrapped = closed_source_key(source, [closed[number] for number in sorted(hers)])
        except KeyClosed:
            continue
        digest = keyring().digest_once("source", f"closed:{source.number}")
        models.Source.objects.filter(number=source.number).update(wrapped_key=wrapped, digest=digest)
        done += 1
    return done


def close_read(sources: Collection[int] | None = None) -> int:
    """Close what was read of files (all, when none are named) for advocates who closed their material; returns how many.

    A file that is still being read stays as it is, for a day at most: its reading may have to begin anew.
    """
    numbers = [each.number for each in closed_advocates()]
    if not numbers or sources == []:
        return 0
    with transaction.atomic():
        hold_log()
        reading = models.IntakeFile.objects.filter(ended=False, source__sealed_at__gt=datetime.now(UTC) - _READ_WITHIN)
        reading = reading.exclude(intake__state__in=("done", "failed"))
        held = set(reading.exclude(source=None).values_list("source_id", flat=True))
        if sources is None:
            within = models.Occurrence.objects.filter(version__item__advocate_id__in=numbers)
            sources = list(within.values_list("source_id", flat=True).distinct())
        done = close_sources(numbers, [each for each in sources if each not in held])
        if done:
            promise_scrub()
    return done
