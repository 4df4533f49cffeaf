"""Judge versions of items, and let the rows of the queue show the gravest judgement of each."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache

from attrs import frozen
from django.db import transaction

from parapet.access.judgements import judged_of
from parapet.actions.private_facts import private_facts
from parapet.actions.standings import labels, settle, standings
from parapet.actions.tallies import Standing
from parapet.domain.judgement import Assessment
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
    rows = standings({o.item for o, _ in fresh})
    before = _judged_before(fresh)
    at = stored_time(now)
    sealed = (
        (o.version, j.model, at, o.key.lock(pack_assessment(j), about=assessment_context(o.version, j.model))) for o, j in fresh
    )
    insert(models.Assessment, ("version_id", "model", "at", "sealed"), sealed)
    stands, corrected = _what_stands(fresh, {number for number, row in rows.items() if row.assessed})
    events = []
    for o, judgement in fresh:
        events.append(_event(o, judgement, rows[o.item], now))
        earlier = before.get(o.version)
        if earlier is not None and labels(earlier) != labels(judgement):
            stays = "person" if o.version in corrected else "program"
            events.append(_relabel(o, earlier, judgement, rows[o.item], stays, now))
    settle(rows, stands)
    append(events)


def _what_stands(
    fresh: list[tuple[_Opened, Assessment]], judged_before: Collection[int]
) -> tuple[dict[int, dict[int, Assessment]], set[int]]:
    """Item to what stands for each of its judged versions, and the versions of which a person said otherwise.

    judged_before  items with other judgements than the fresh ones; of the rest, what is fresh is all
    """
    stands: dict[int, dict[int, Assessment]] = {o.item: {} for o, _ in fresh}
    for o, judgement in fresh:
        stands[o.item][o.ordinal] = judgement
    keys = {o.item: o.key for o, _ in fresh if o.item in judged_before}
    columns = ("number", "item_id", "ordinal")
    versions = {number: (item, ordinal) for number, item, ordinal in find(models.Version, columns, "item_id", keys)}
    said = judged_of({number: keys[item] for number, (item, _) in versions.items()})
    for number, (item, ordinal) in versions.items():
        held = said[number].stands
        if held is not None:
            stands[item][ordinal] = held
    return stands, {number for number, each in said.items() if each.person is not None}


def _event(o: _Opened, judgement: Assessment, item: Standing, now: datetime) -> Event:
    body = event_body(
        kind="assess",
        at=now,
        subjects=[public("itm", item.number)],
        actor="",
        details={"version": o.ordinal, "model": judgement.model, **labels(judgement)},
    )
    return Event("assess", now, body, o.key, advocate=item.advocate, item=item.number)


def _judged_before(fresh: list[tuple[_Opened, Assessment]]) -> dict[int, Assessment]:
    """Version to the newest judgement that another model gave it."""
    keys = {o.version: o.key for o, _ in fresh}
    columns = ("version_id", "at", "id", "model", "sealed")
    rows = sorted(find(models.Assessment, columns, "version_id", keys), key=lambda row: row[1:3])
    return {
        version: unpack_assessment(keys[version].unlock(bytes(sealed), about=assessment_context(version, model)))
        for version, _at, _id, model, sealed in rows
    }


def _relabel(o: _Opened, earlier: Assessment, judgement: Assessment, item: Standing, stands: str, now: datetime) -> Event:
    """The leaf that says that the program now judges the same words otherwise. `stands`: "person" where her word goes before both."""
    before = {f"before_{name}": value for name, value in {"model": earlier.model, **labels(earlier)}.items()}
    body = event_body(
        kind="relabel",
        at=now,
        subjects=[public("itm", item.number)],
        actor="",
        details={
            "version": o.ordinal,
            "by": "program",
            "stands": stands,
            "model": judgement.model,
            **labels(judgement),
            **before,
        },
    )
    return Event("relabel", now, body, o.key, advocate=item.advocate, item=item.number)
