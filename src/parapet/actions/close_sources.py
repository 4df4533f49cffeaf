"""Close sealed files in which messages of closed advocates were found: they hold the same words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from parapet.actions.scrub import promise_scrub
from parapet.domain.door import OPEN_STATES
from parapet.domain.errors import KeyClosed
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import is_closed, keyring
from parapet.records.source_keys import closed_source_key, is_closed_source, source_context, source_key

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


def open_sources(advocate: models.Advocate) -> None:
    """Put the files in which messages of hers lie under the home's key again, but for those that hold somebody else's closed ones.

    `advocate` is still closed, and somebody is present who opens it. In a transaction that holds the log.
    """
    others = [each for each in closed_advocates() if each.number != advocate.number]
    holding = models.Occurrence.objects.filter(version__item__advocate=advocate)
    for source in models.Source.objects.filter(number__in=holding.values("source_id")).exclude(pack=""):
        if not is_closed_source(bytes(source.wrapped_key)):
            continue
        found = models.Occurrence.objects.filter(source=source, version__item__advocate__in=[each.number for each in others])
        theirs = set(found.values_list("version__item__advocate_id", flat=True).distinct())
        try:
            if theirs:
                wrapped = closed_source_key(source, [each for each in others if each.number in theirs])
            else:
                wrapped = keyring().wrap(
                    source_key(source.number, bytes(source.wrapped_key)), about=source_context(source.number)
                )
        except KeyClosed:
            continue  # closed before a message in it was given to her: never hers to open
        models.Source.objects.filter(number=source.number).update(wrapped_key=wrapped)


def open_for_reading(sources: Iterable[int | None]) -> None:
    """Put closed files under the home's key again, to be read anew by who works in the background. Inside a transaction.

    Raises KeyClosed unless somebody is present who opens them.
    """
    for source in models.Source.objects.filter(number__in=[each for each in sources if each is not None]).exclude(pack=""):
        if is_closed_source(bytes(source.wrapped_key)):
            key = source_key(source.number, bytes(source.wrapped_key))
            wrapped = keyring().wrap(key, about=source_context(source.number))
            models.Source.objects.filter(number=source.number).update(wrapped_key=wrapped)


def close_read(sources: Collection[int] | None = None) -> int:
    """Close what was read of files (all, when none are named) for advocates who closed their material; returns how many.

    A file that is still being read stays as it is, for a day at most, or while the reading is promised: it may have to begin anew.
    """
    numbers = [each.number for each in closed_advocates()]
    if not numbers or sources == []:
        return 0
    with transaction.atomic():
        hold_log()
        promised = outbox.still_open().filter(kind="run_intake").values_list("payload", flat=True)
        young = Q(source__sealed_at__gt=datetime.now(UTC) - _READ_WITHIN) | Q(intake__in=[said["intake"] for said in promised])
        reading = models.IntakeFile.objects.filter(young, ended=False)
        reading = reading.exclude(intake__state__in=("done", "failed"))
        held = set(reading.exclude(source=None).values_list("source_id", flat=True))
        if sources is None:
            within = models.Occurrence.objects.filter(version__item__advocate_id__in=numbers)
            sources = list(within.values_list("source_id", flat=True).distinct())
        # What is still to be passed on must open to who does that in the background; it is closed as soon as it went, or is held.
        held |= set(models.DoorMail.objects.filter(state__in=OPEN_STATES).values_list("source_id", flat=True))
        done = close_sources(numbers, [each for each in sources if each not in held])
        if done:
            promise_scrub()
    return done
