"""Judge versions of items, and let the rows of the queue show the gravest judgement of each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from attrs import frozen
from django.db import connection, transaction
from django.db.models import Max

from parapet.actions.private_facts import private_facts
from parapet.actions.tallies import STANDING, Key, Standing, add, judged, surfaced
from parapet.domain.judgement import Assessment, Severity, Urgency, mask_of
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.bulk import find, insert, stored_time
from parapet.records.chain import Event, append, hold_log
from parapet.records.faces import Said, pack_assessment, unpack_assessment, unpack_said
from parapet.records.keyring import keyring
from parapet.records.naming import assessment_context, face_context, item_key_context
from parapet.records.numbers import public
from parapet.triage import Request, Triage
from parapet.triage.private import PrivateFacts

#: Judging is computing: several threads at it only take the interpreter from one another, at twice the cost.
_judging = threading.Lock()


@frozen
class _Opened:
    version: int
    item: int
    ordinal: int
    key: Locker
    content: Said
    private: PrivateFacts | None


@cache
def triage() -> Triage:
    """The model, loaded once a process."""
    return Triage.load()


def assess(versions: Sequence[int], *, now: datetime | None = None) -> int:
    """Judge `versions` that this model has not judged yet; returns how many. Safe to run twice."""
    with _judging:
        return _assess(versions, now or datetime.now(UTC))


def _assess(versions: Sequence[int], now: datetime) -> int:
    opened = _opened(versions)
    judgements = triage().assess_many([_request(o.content, o.private) for o in opened])
    with transaction.atomic():
        hold_log()
        judged_by = find(models.Assessment, ("version_id", "model"), "version_id", [o.version for o in opened])
        done = {version for version, model in judged_by if model == triage().model.name}
        there = {
            version for (version,) in find(models.Version, ("number",), "number", [o.version for o in opened])
        }  # not erased since
        fresh = [(o, j) for o, j in zip(opened, judgements, strict=True) if o.version not in done and o.version in there]
        if fresh:
            _keep(fresh, now)
    return len(fresh)


def _opened(versions: Sequence[int]) -> list[_Opened]:
    rows = sorted(find(models.Version, ("number", "ordinal", "item_id", "sealed_face"), "number", versions))
    # Each item's owner and key from one row: an item that moves in the meantime changes both at once.
    items = list(find(models.Item, ("number", "advocate_id", "wrapped_key"), "number", {row[2] for row in rows}))
    advocates = list(models.Advocate.objects.filter(number__in={advocate for _, advocate, _ in items}))
    lockers = {a.number: keyring().advocate(a.number, bytes(a.wrapped_key)) for a in advocates}
    keys = {
        item: Locker(lockers[advocate].unwrap(bytes(wrapped), about=item_key_context(item))) for item, advocate, wrapped in items
    }
    facts = {a.number: private_facts(a) for a in advocates}
    private = {item: facts[advocate] for item, advocate, _ in items}
    opened = []
    for version, ordinal, item, face in rows:
        content = unpack_said(keys[item].unlock(bytes(face), about=face_context(version)))
        opened.append(_Opened(version, item, ordinal, keys[item], content, private[item]))
    return opened


def _request(item: Said, private: PrivateFacts | None) -> Request:
    return Request(item.text, item.lang, item.channel, item.subject, item.rating, private)


def _keep(fresh: list[tuple[_Opened, Assessment]], now: datetime) -> None:
    # The log's head is locked: nobody else changes what these rows say until we have.
    rows = find(models.Item, STANDING, "number", {o.item for o, _ in fresh})
    standings = {s.number: s for s in (Standing(*row) for row in rows)}
    newest = _newest_judged([s.number for s in standings.values() if s.assessed])
    before = _judged_before(fresh)
    at = stored_time(now)
    sealed = (
        (o.version, j.model, at, o.key.lock(pack_assessment(j), about=assessment_context(o.version, j.model))) for o, j in fresh
    )
    insert(models.Assessment, ("version_id", "model", "at", "sealed"), sealed)
    changes: Counter[Key] = Counter()
    for standing in standings.values():
        changes.subtract(judged(standing))
    events = []
    for o, judgement in fresh:
        standing = standings[o.item]
        _merge(standing, judgement, newest=o.ordinal >= newest.get(o.item, 0))
        newest[o.item] = max(o.ordinal, newest.get(o.item, 0))
        events.append(_event(o, judgement, standing, now))
        earlier = before.get(o.version)
        if earlier is not None and _labels(earlier) != _labels(judgement):
            events.append(_relabel(o, earlier, judgement, standing, now))
    for standing in standings.values():
        if standing.own and _grave(standing):
            standing.own = False
            changes.update(surfaced(standing))
        changes.update(judged(standing))
    _write_rows(standings.values())
    append(events)
    add(changes)


def _grave(item: Standing) -> bool:
    """So grave that it is shown in the queue though in the advocate's own name: somebody may have written it in her place."""
    return item.severity >= Severity.MEDIUM or item.urgency >= Urgency.SAME_DAY


def _newest_judged(items: Sequence[int]) -> dict[int, int]:
    """Item to the ordinal of its newest version that was judged before."""
    judged_versions = models.Assessment.objects.filter(version__item__in=items).values_list("version__item")
    return dict(judged_versions.annotate(newest=Max("version__ordinal"))) if items else {}


def _merge(item: Standing, judgement: Assessment, *, newest: bool) -> None:
    """The row shows the gravest version: an edit must not hide what was first said. The rest is the newest's."""
    if item.assessed:
        item.severity = max(item.severity, int(judgement.severity))
        item.urgency = max(item.urgency, int(judgement.urgency))
        item.harms |= mask_of(judgement.harms)
    else:
        item.severity, item.urgency = int(judgement.severity), int(judgement.urgency)
        item.harms = mask_of(judgement.harms)
    if newest:
        item.abstain = judgement.abstain
        item.lang = (judgement.lang or item.lang)[:8]
    item.assessed = True


def _write_rows(items: Iterable[Standing]) -> None:
    """One statement for many rows: an order of magnitude quicker than `bulk_update`."""
    rows = [(i.own, i.assessed, i.abstain, i.severity, i.urgency, i.harms, i.lang, i.number) for i in items]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE records_item SET own=%s, assessed=%s, abstain=%s, severity=%s, urgency=%s, harms=%s, lang=%s WHERE number=%s",
            rows,
        )


def _event(o: _Opened, judgement: Assessment, item: Standing, now: datetime) -> Event:
    body = event_body(
        kind="assess",
        at=now,
        subjects=[public("itm", item.number)],
        actor="",
        details={"version": o.ordinal, "model": judgement.model, **_labels(judgement)},
    )
    return Event("assess", now, body, o.key, advocate=item.advocate, item=item.number)


def _labels(judgement: Assessment) -> dict[str, str | int | list[str]]:
    """What a judgement says, in codes."""
    return {
        "severity": judgement.severity.code,
        "urgency": judgement.urgency.code,
        "harms": sorted(judgement.harms),
        "abstain": int(judgement.abstain),
    }


def _judged_before(fresh: list[tuple[_Opened, Assessment]]) -> dict[int, Assessment]:
    """Version to the newest judgement that another model gave it."""
    keys = {o.version: o.key for o, _ in fresh}
    columns = ("version_id", "at", "id", "model", "sealed")
    rows = sorted(find(models.Assessment, columns, "version_id", keys), key=lambda row: row[1:3])
    return {
        version: unpack_assessment(keys[version].unlock(bytes(sealed), about=assessment_context(version, model)))
        for version, _at, _id, model, sealed in rows
    }


def _relabel(o: _Opened, earlier: Assessment, judgement: Assessment, item: Standing, now: datetime) -> Event:
    """The leaf that says that the program now judges the same words otherwise."""
    before = {f"before_{name}": value for name, value in {"model": earlier.model, **_labels(earlier)}.items()}
    body = event_body(
        kind="relabel",
        at=now,
        subjects=[public("itm", item.number)],
        actor="",
        details={"version": o.ordinal, "by": "program", "model": judgement.model, **_labels(judgement), **before},
    )
    return Event("relabel", now, body, o.key, advocate=item.advocate, item=item.number)
