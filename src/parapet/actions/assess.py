"""Judge versions of items, and let the rows of the queue show the gravest judgement of each."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import frozen
from django.db import transaction

from parapet.access.judgements import Judged, judged_of
from parapet.access.judging import judge as triage
from parapet.access.layers import in_force, layers_in_use
from parapet.access.lessons import SameWords, said_of_same_words
from parapet.access.opening import locker_of
from parapet.access.private_facts import private_facts
from parapet.actions.copies import Heard, Others, others_about
from parapet.actions.histories import Contact, histories
from parapet.actions.passing_on import late_passers, shown_by, standing_harms
from parapet.actions.raise_alert import promise_alerts
from parapet.actions.same_words import as_said_before
from parapet.actions.standings import labels, settle, standings
from parapet.actions.tallies import Standing
from parapet.domain.judgement import BY_COPIES, BY_SAME_WORDS, Assessment, History, Severity, Urgency, Verdict, harms_of
from parapet.evidence.keys import Locker
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.bulk import find, insert, moment, stored_time
from parapet.records.chain import Event, append, hold_log
from parapet.records.faces import Said, pack_assessment, unpack_assessment, unpack_said
from parapet.records.keyring import keyring
from parapet.records.naming import assessment_context, face_context, item_key_context
from parapet.records.numbers import public
from parapet.triage import Request
from parapet.triage.context import among_copies, by_words_alone, in_campaign, in_context, is_close, passing_on
from parapet.triage.private import PrivateFacts

#: Judging is computing: several threads at it only take the interpreter from one another, at twice the cost.
_judging = threading.Lock()


@frozen
class _Opened:
    version: int
    item: int
    advocate: int
    ordinal: int
    sent_at: datetime  # of its item
    key: Locker
    content: Said
    private: PrivateFacts | None


def assess(versions: Sequence[int], *, now: datetime | None = None) -> int:
    """Judge `versions` of which what is in use now did not say the last word; returns how many. Safe to run twice."""
    with _judging:
        return _assess(versions, now or datetime.now(UTC))


@frozen
class Arrived:
    """A version of closed material that is at hand: its item's key, or what locks under it, and its working copy."""

    key: Locker
    face: bytes


def assess_arrived(arrived: Mapping[int, Arrived], *, now: datetime) -> None:
    """Judge versions that just came in for advocates who closed their material: later nobody could without one of their people.

    In the transaction that receives them, which holds the log; so none is there unjudged, and no alert is lost. What was learned
    for an advocate is closed too, and does not count here.
    """
    opened = _opened(list(arrived), arrived)
    advocates = list(models.Advocate.objects.filter(number__in={o.advocate for o in opened}))
    judgements = _judged(opened, advocates)
    _keep([(o, judgements[o.version]) for o in opened], now)


def judge_anew(versions: Sequence[int], *, now: datetime | None = None) -> int:
    """Judge `versions` again among what others sent since; returns how many are judged otherwise for it. Safe to run twice.

    Only those whose words are not abusive, and of which no person said anything. What the model said of their words stays: nothing is
    computed anew from them. Of closed material, those that somebody present opens.
    """
    with _judging, transaction.atomic():
        hold_log()
        opened = _opened(versions)
        rows = standings({o.item for o in opened})
        said = judged_of({o.version: o.key for o in opened})
        fresh = [
            (o, by_words_alone(judged.program))
            for o in opened
            if (judged := said[o.version]).person is None
            and judged.program is not None
            and BY_SAME_WORDS not in judged.program.reason
            and not rows[o.item].severity
        ]
        return _keep(fresh, now or datetime.now(UTC), changed_only=True) if fresh else 0


def _assess(versions: Sequence[int], now: datetime) -> int:
    opened = _opened(versions)
    while True:
        advocates = list(models.Advocate.objects.filter(number__in={o.advocate for o in opened}))
        legible = [a for a in advocates if not locker_of(a).closed]
        learned = in_force(legible)
        judgements = _judged(opened, advocates, _last_judged_by([o.version for o in opened]))
        with transaction.atomic():
            hold_log()
            if in_force(legible) != learned:
                continue  # what was learned came into use, or went, while we judged by it
            last = _last_judged_by([o.version for o in opened])
            there = {
                version for (version,) in find(models.Version, ("number",), "number", [o.version for o in opened])
            }  # not erased since
            fresh = [
                (o, judgements[o.version])
                for o in opened
                if o.version in there and o.version in judgements and last.get(o.version) != judgements[o.version].model
            ]
            if fresh:
                _keep(fresh, now)
            return len(fresh)


def _judged(
    opened: Sequence[_Opened], advocates: Sequence[models.Advocate], last: Mapping[int, str] | None = None
) -> dict[int, Assessment]:
    """Version to what the program says of it: with what was learned for its advocate, where that is in use; and starting, where a person
    judged the same words to the same advocate, from hers. Of those that `last` was said by the same, nothing: it would say it again."""
    last = last or {}
    layers = layers_in_use([a for a in advocates if not locker_of(a).closed], triage().name)
    found: dict[int, Assessment] = {}
    for advocate in advocates:
        layer = layers.get(advocate.number)
        judge = triage() if layer is None else triage().with_local(layer)
        hers = [o for o in opened if o.advocate == advocate.number and last.get(o.version) != judge.name]
        requests = [_request(o.content, o.private) for o in hers]
        said = SameWords() if not hers or locker_of(advocate).closed else said_of_same_words(advocate)
        for o, request, judgement in zip(hers, requests, judge.assess_many(requests), strict=True):
            verdict = said.of(request, besides=o.item)
            found[o.version] = judgement if verdict is None else as_said_before(judgement, verdict)
    return found


def _last_judged_by(versions: Sequence[int]) -> dict[int, str]:
    """Version to the model of its newest judgement."""
    rows = sorted(find(models.Assessment, ("id", "version_id", "model"), "version_id", versions))
    return {version: model for _id, version, model in rows}


def _opened(versions: Sequence[int], arrived: Mapping[int, Arrived] | None = None) -> list[_Opened]:
    """Versions with their words. Of closed material, those that are at hand, and others only where somebody is present who opens it."""
    arrived = arrived or {}
    rows = sorted(find(models.Version, ("number", "ordinal", "item_id", "sealed_face"), "number", versions))
    # Each item's owner and key from one row: an item that moves in the meantime changes both at once.
    items = list(find(models.Item, ("number", "advocate_id", "wrapped_key", "sent_at"), "number", {row[2] for row in rows}))
    advocates = list(models.Advocate.objects.filter(number__in={advocate for _, advocate, _, _ in items}))
    advocate_of = {item: advocate for item, advocate, _, _ in items}
    lockers = {a.number: keyring().advocate(a.number, bytes(a.wrapped_key)) for a in advocates}
    keys = {item: lockers[advocate].below(bytes(wrapped), about=item_key_context(item)) for item, advocate, wrapped, _ in items}
    facts = {a.number: private_facts(a) for a in advocates}
    private = {item: facts[advocate] for item, advocate, _, _ in items}
    sent_at = {item: moment(at) for item, _, _, at in items}
    opened = []
    for version, ordinal, item, sealed in rows:
        key = arrived[version].key if version in arrived else keys[item]
        if version not in arrived and key.closed:
            continue
        face = arrived[version].face if version in arrived else key.unlock(bytes(sealed), about=face_context(version))
        opened.append(_Opened(version, item, advocate_of[item], ordinal, sent_at[item], key, unpack_said(face), private[item]))
    return opened


def _request(item: Said, private: PrivateFacts | None) -> Request:
    return Request(item.text, item.lang, item.channel, item.heading(), item.rating, private)


def _keep(fresh: list[tuple[_Opened, Assessment]], now: datetime, *, changed_only: bool = False) -> int:
    """Write down what is said of these, as it is in its context; how many were written.

    changed_only  leave those whose context says no more than before
    """
    # The log's head is locked: nobody else changes what these rows say until we have, nor what else their accounts sent.
    rows = standings({o.item for o, _ in fresh})
    was = {number: row.urgency for number, row in rows.items()}
    before = _judged_before(fresh)
    said = _said(fresh, {number for number, row in rows.items() if row.assessed}) | _as_stood(fresh, rows)
    fresh = _settled(fresh, rows, said)
    if changed_only:
        fresh = [(o, judgement) for o, judgement in fresh if before[o.version].verdict != judgement.verdict]
    at = stored_time(now)
    _make_way([(o.version, j.model) for o, j in fresh if o.version in before])
    sealed = (
        (o.version, j.model, at, o.key.lock(pack_assessment(j), about=assessment_context(o.version, j.model))) for o, j in fresh
    )
    insert(models.Assessment, ("version_id", "model", "at", "sealed"), sealed)
    events = []
    for o, judgement in fresh:
        events.append(_event(o, judgement, rows[o.item], now))
        earlier = before.get(o.version)
        if earlier is not None and labels(earlier) != labels(judgement):
            stays = "person" if _person_on(o.version, said) is not None else "program"
            events.append(_relabel(o, earlier, judgement, rows[o.item], stays, now))
    append(events)
    promise_alerts(dict(_urgent(fresh, rows, was, before)))
    return len(fresh)


def _urgent(
    fresh: list[tuple[_Opened, Assessment]], rows: Mapping[int, Standing], was: Mapping[int, int], before: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Versions of which people may have to be told, and how urgent: what is new, and what makes its row more urgent than it was."""
    for o, judgement in fresh:
        row = rows[o.item]
        if row.urgency > was[o.item]:
            yield o.version, row.urgency
        elif o.version not in before and not row.own:
            yield o.version, int(judgement.urgency)


def _make_way(judged: Sequence[tuple[int, str]]) -> None:
    """Take away what these models said of these versions before another did: their word becomes the newest again."""
    for model in {model for _version, model in judged}:
        versions = [version for version, by in judged if by == model]
        models.Assessment.objects.filter(version__in=versions, model=model).delete()


def _settled(
    fresh: list[tuple[_Opened, Assessment]], rows: Mapping[int, Standing], said: Mapping[int, tuple[int, int, Judged]]
) -> list[tuple[_Opened, Assessment]]:
    """`fresh`, each in its context; the rows say what then stands.

    First they say what stands by the words alone: so each message of the batch counts for the others, in whatever order they came.
    """
    settle(rows, _what_stands(fresh, said))
    fresh = _as_passed_on(fresh, rows, said)
    known = histories(list(_contacts(fresh, rows)))
    others = others_about([Heard(o.version, o.item, o.sent_at, o.content.text, is_close(alone)) for o, alone in fresh], rows)
    in_place = [(o, _in_place(o.item, judgement, known.get(o.item), others)) for o, judgement in fresh]
    _settle_changed(fresh, in_place, rows, said)
    if late := sorted({*others.late(set(rows)), *late_passers(rows)})[: outbox.MAX_REFERENCES]:
        outbox.put("judge_anew", {"versions": late})
    return in_place


def _as_passed_on(
    fresh: list[tuple[_Opened, Assessment]], rows: Mapping[int, Standing], said: Mapping[int, tuple[int, int, Judged]]
) -> list[tuple[_Opened, Assessment]]:
    """`fresh`, each as it is for what it passes on; the rows say so: to hand abuse on counts for its sender like words of his own."""
    shown = shown_by(rows)
    harms = standing_harms(set(shown.values()))
    judged: dict[int, Assessment] = {o.version: alone for o, alone in fresh}
    by_item: dict[int, list[_Opened]] = {}
    for o, _ in fresh:
        by_item.setdefault(o.item, []).append(o)
    for item, target in shown.items():
        if rows[item].in_own_name:
            continue
        for o in by_item[item]:
            wordless = not o.content.text.strip()
            judged[o.version] = passing_on(judged[o.version], harms.get(target, frozenset()), wordless=wordless)
            harms[item] = harms.get(item, frozenset()) | judged[o.version].harms
    after = [(o, judged[o.version]) for o, _ in fresh]
    _settle_changed(fresh, after, rows, said)
    return after


def _settle_changed(
    before: list[tuple[_Opened, Assessment]],
    after: list[tuple[_Opened, Assessment]],
    rows: Mapping[int, Standing],
    said: Mapping[int, tuple[int, int, Judged]],
) -> None:
    """Let the rows say what stands `after`, where that is something else than `before`."""
    changed = {o.item for (o, was), (_, now) in zip(before, after, strict=True) if now.verdict != was.verdict}
    if changed:
        stands = _what_stands(after, said)
        settle({item: rows[item] for item in changed}, {item: stands[item] for item in changed})


def _in_place(item: int, alone: Assessment, history: History | None, others: Others) -> Assessment:
    said = alone if history is None else in_context(alone, history)
    if (copies := others.copies.get(item)) is not None:
        said = among_copies(said, copies)
    if (group := others.group.get(item)) is not None:
        said = in_campaign(said, group.campaign, friendly=item in group.kind)
    return said


def _contacts(fresh: list[tuple[_Opened, Assessment]], rows: Mapping[int, Standing]) -> Iterator[Contact]:
    """Whose history is looked for: a name is anybody's to take, nobody known has no history, and in her own name is no contact."""
    for o in {o.item: o for o, _ in fresh}.values():
        row, author = rows[o.item], o.content.author
        named = author.native_id != "" or author.handle != ""
        if row.sender is not None and named and not row.in_own_name and row.advocate != models.Advocate.UNMATCHED:
            by_platform = author.native_id != ""
            yield Contact(o.item, row.advocate, row.sender, row.channel, o.sent_at, by_platform)


def _said(fresh: list[tuple[_Opened, Assessment]], judged_before: Collection[int]) -> dict[int, tuple[int, int, Judged]]:
    """Version to its item, its ordinal and what is said of it so far: of every version of those items that were judged before."""
    keys = {o.item: o.key for o, _ in fresh if o.item in judged_before and not o.key.closed}
    columns = ("number", "item_id", "ordinal")
    versions = {number: (item, ordinal) for number, item, ordinal in find(models.Version, columns, "item_id", keys)}
    said = judged_of({number: keys[item] for number, (item, _) in versions.items()})
    return {number: (item, ordinal, said[number]) for number, (item, ordinal) in versions.items()}


def _as_stood(fresh: list[tuple[_Opened, Assessment]], rows: Mapping[int, Standing]) -> dict[int, tuple[int, int, Judged]]:
    """Of items that do not open now, what their rows say, in place of what was said of their earlier versions: a new one makes none
    of them milder. Under a number that no version has."""
    found = {}
    for o, _ in fresh:
        row = rows[o.item]
        if o.key.closed and row.assessed:
            harms, why = frozenset(harms_of(row.harms)), (BY_COPIES,) if row.as_copies else ()
            severity, urgency = Severity(row.severity), Urgency(row.urgency)
            stood = Assessment({}, 0.0, harms, severity, urgency, (), row.lang, row.abstain, why, "")
            found[-o.item] = o.item, 0, Judged(stood)
    return found


def _person_on(version: int, said: Mapping[int, tuple[int, int, Judged]]) -> Verdict | None:
    return said[version][2].person if version in said else None


def _what_stands(
    fresh: list[tuple[_Opened, Assessment]], said: Mapping[int, tuple[int, int, Judged]]
) -> dict[int, dict[int, Assessment]]:
    """Item to what stands for each of its judged versions: what is fresh, unless a person said otherwise; else what was said before."""
    stands: dict[int, dict[int, Assessment]] = {o.item: {} for o, _ in fresh}
    for item, ordinal, judged in said.values():
        if judged.stands is not None:
            stands[item][ordinal] = judged.stands
    for o, judgement in fresh:
        person = _person_on(o.version, said)
        stands[o.item][o.ordinal] = judgement.as_said(person) if person is not None else judgement
    return stands


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
