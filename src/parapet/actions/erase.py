"""Erase an item, or an advocate with everything of hers: destroy the keys, take the rows away, and say in the log that it was done.

One transaction: a process that is killed has erased all of it or nothing. The leaf is written under the home's own key, so that
it stays readable; the leaves that were sealed under the destroyed key stay in the log as hashes, and every proof holds.

The files that an item came in hold the same bytes, so their keys are destroyed too. Other items keep their own originals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from attrs import frozen
from django.db import transaction
from django.db.models import QuerySet

from parapet.access import items as access_items
from parapet.access.carriers import carriers_of, quoting
from parapet.access.holds import Held, cases_of, held, others_in, refuse, sources_of
from parapet.access.people import advocate_for
from parapet.actions.learn import forget_taught_by
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.actions.wipe import forget_searches, wipe_items, wipe_sources
from parapet.domain import blocking as b
from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.lasting import ERASE, LASTING, home_locker
from parapet.records.numbers import number_of, public

#: Why somebody erases. Stable codes; screens and commands put them in words.
REASONS = ("asked", "private", "mistake", "not_needed", "law")
Details = Mapping[str, str | int]


@frozen
class Reach:
    """What an erasure would take with it. `others` are messages of the same files, which stay; `why_not` a word of `holds.WHY`.

    carriers   messages of hers whose originals hold the bytes of this one: it stays readable in them unless they go too
    elsewhere  how many such messages lie with somebody else, or with nobody
    quoting    messages of the same conversation, file or case that repeat words of it
    blocks     what shuts out its account, or may: forgotten here, and left standing where it was set
    reported   how many reports of it went to platforms, or may have: they stay there
    """

    items: int
    files: int
    others: int
    cases: tuple[str, ...] = ()
    why_not: str = ""
    carriers: tuple[str, ...] = ()
    elsewhere: int = 0
    quoting: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    reported: int = 0


def reach_of_item(person: models.Person, item_id: str) -> Reach:
    """What erasing this item would mean. Raises NotFound."""
    item, _key = access_items.held(person, item_id, Right.KEEP)
    sources = sources_of([item.number]).get(item.number, set())
    why = held().why(item.number, item.advocate_id, sources)
    carriers = carriers_of([item.number])[item.number]
    hers = _hers(item, carriers)
    names = tuple(public("itm", number) for number in hers)
    repeats = tuple(public("itm", number) for number in quoting(item, besides=carriers))
    others = others_in(sources, [item.number])
    blocks, reported = _left_outside(models.Item.objects.filter(number__in=[item.number, *hers]))
    return Reach(1, len(sources), others, cases_of(item), why, names, len(carriers) - len(hers), repeats, blocks, reported)


def reach_of_advocate(person: models.Person, advocate_id: str) -> Reach:
    """What erasing this advocate would mean. Raises NotFound."""
    advocate = _erasable(person, advocate_id)
    numbers = list(models.Item.objects.filter(advocate=advocate).values_list("number", flat=True))
    sources = _files_of(numbers)
    cases = models.Case.objects.filter(advocate=advocate).values_list("number", flat=True)
    why = _why_not_advocate(advocate, numbers, sources, held())
    blocks, reported = _left_outside(models.Item.objects.filter(advocate=advocate))
    others, names = _others_of(advocate, sources), tuple(public("cas", n) for n in cases)
    return Reach(len(numbers), len(sources), others, names, why, blocks=blocks, reported=reported)


def _left_outside(items: QuerySet[models.Item]) -> tuple[tuple[str, ...], int]:
    """What was done about these messages elsewhere, which erasing them here does not take back: blocks, and how many reports."""
    blocks = models.Block.objects.filter(item__in=items, state__in=b.MAY_STAND).order_by("number")
    reported = models.Report.objects.filter(item__in=items, state__in=r.OUT).count()
    return tuple(public("blk", number) for number in blocks.values_list("number", flat=True)), reported


def erase_item(person: models.Person, item_id: str, *, reason: str, also: Collection[str] = ()) -> int:
    """Erase an item of hers for good; the index of the leaf that says so. Raises NotFound, OnHold, RequestRefused, LogBroken.

    also  which of its `Reach.carriers` go with it, in the same transaction: all of them or none
    """
    number = access_items.held(person, item_id, Right.KEEP)[0].number
    _known(reason)
    with transaction.atomic():
        hold_log()
        item = models.Item.objects.filter(number=number).first()
        if item is None:
            raise NotFound("There is nothing here.")
        items = [item, *_carriers_of(item, also)]
        sources, standing = sources_of([each.number for each in items]), held(strictly=True)
        for each in items:
            refuse(standing.why(each.number, each.advocate_id, sources.get(each.number, ())))
        index, *_more = erase_all(items, sources, person=person, details={"reason": reason}, now=datetime.now(UTC))
    scrub_soon()
    return index


def _carriers_of(item: models.Item, also: Collection[str]) -> list[models.Item]:
    """Those of hers that are named. Raises NotFound when one does not carry `item`."""
    wanted = {number_of("itm", name) for name in also}
    if not wanted:
        return []
    hers = _hers(item, carriers_of([item.number])[item.number])
    if not wanted <= set(hers):
        raise NotFound("There is nothing here.")
    return list(models.Item.objects.filter(number__in=[n for n in hers if n in wanted]).order_by("number"))


def _hers(item: models.Item, numbers: Collection[int]) -> list[int]:
    """Those of an item's own advocate, oldest first."""
    own = models.Item.objects.filter(number__in=numbers, advocate_id=item.advocate_id).order_by("sent_at", "number")
    return list(own.values_list("number", flat=True))


def erase_all(
    items: Sequence[models.Item],
    sources: Mapping[int, Collection[int]],
    *,
    person: models.Person | None,
    details: Details,
    now: datetime,
) -> list[int]:
    """Erase `items` and the files they lie in, a leaf an item; the indexes. Inside a transaction that holds the log, once
    it was asked that nothing of it is on hold."""
    locker, leaves = home_locker(), _leaves_of([item.number for item in items])
    events = []
    for item in items:
        files = sorted(sources.get(item.number, ()))
        gone = leaves.get(item.number, [])
        body = event_body(
            kind=ERASE,
            at=now,
            subjects=[item.id, *(public("src", number) for number in files)],
            actor=person.id if person else "",
            details={**details, "versions": item.versions, "files": len(files), "leaves": [str(index) for index in gone]},
        )
        events.append(
            Event(ERASE, now, body, locker, advocate=item.advocate_id, item=item.number, person=person.number if person else None)
        )
    indexes = append(events)
    forget_taught_by(items, person)
    wipe_items(items, {item.number: index for item, index in zip(items, indexes, strict=True)}, now)
    for item, index in zip(items, indexes, strict=True):
        wipe_sources(sources.get(item.number, ()), index, now)
    forget_searches()
    promise_scrub()
    return indexes


def erase_advocate(person: models.Person, advocate_id: str, *, reason: str) -> int:
    """Erase an advocate with her items, cases, notes and names; the index of the leaf. Raises as `erase_item`."""
    number = _erasable(person, advocate_id).number
    _known(reason)
    now = datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        advocate = models.Advocate.objects.get(number=number)
        items = list(models.Item.objects.filter(advocate=advocate).order_by("number"))
        numbers = [item.number for item in items]
        sources = _files_of(numbers)
        refuse(_why_not_advocate(advocate, numbers, sources, held(strictly=True)))
        cases = models.Case.objects.filter(advocate=advocate).count()
        body = event_body(
            kind=ERASE,
            at=now,
            subjects=[advocate.id, *(public("src", source) for source in sorted(sources))],
            actor=person.id,
            details={"reason": reason, "items": len(items), "cases": cases, "files": len(sources)},
        )
        [index] = append([Event(ERASE, now, body, home_locker(), advocate=number, person=person.number)])
        wipe_items(items, dict.fromkeys(numbers, index), now)
        wipe_sources(sources, index, now)
        _wipe_advocate(advocate, index, now)
        forget_searches()
        promise_scrub()
    keyring().forget_advocate(number)
    scrub_soon()
    return index


def _wipe_advocate(advocate: models.Advocate, index: int, now: datetime) -> None:
    models.Erased.objects.create(
        number=advocate.number, what="advocate", advocate_number=advocate.number, log_index=index, erased_at=now
    )
    models.Advocate.objects.filter(number=advocate.number).update(wrapped_key=b"", sealed_profile=b"")
    models.Layer.objects.filter(advocate=advocate).update(sealed=b"")
    models.OnCallList.objects.filter(advocate=advocate).update(sealed=b"")
    models.CheckIn.objects.filter(advocate=advocate).update(sealed=b"")
    models.ShieldReason.objects.filter(advocate=advocate).update(sealed=b"")
    models.KeyShare.objects.filter(advocate=advocate).update(sealed=b"")
    models.EarlierKey.objects.filter(advocate=advocate).update(sealed=b"")
    models.EmergencyPlan.objects.filter(advocate=advocate).update(wrapped_key=b"")
    models.Supporter.objects.filter(advocate=advocate).update(wrapped_key=b"", sealed_vetting=b"")
    models.SupportCall.objects.filter(advocate=advocate).update(wrapped_key=b"")
    models.DoorMail.objects.filter(advocate=advocate).update(sealed_envelope=b"")
    models.Connection.objects.filter(advocate=advocate).update(sealed_told=b"", sealed_cursor=b"")
    models.Browser.objects.filter(advocate=advocate).update(sealed_name=b"", digest=b"")
    # What she wrote to counsel is under no key of hers that goes here: its own goes first.
    models.CounselChannel.objects.filter(case__advocate=advocate).update(wrapped_key=b"")
    for case in models.Case.objects.filter(advocate=advocate):
        models.Case.objects.filter(number=case.number).update(wrapped_key=b"", sealed_title=b"")
    models.Advocate.objects.filter(
        number=advocate.number
    ).delete()  # with names, grants, cases, notes, counts, check-ins and what was learned


def _erasable(person: models.Person, advocate_id: str) -> models.Advocate:
    advocate = advocate_for(person, advocate_id, Right.KEEP)
    if advocate.number == models.Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return advocate


def _known(reason: str) -> None:
    if reason not in REASONS:
        raise RequestRefused(_("Say why it is erased."))


def _files_of(items: Collection[int]) -> set[int]:
    return {source for sources in sources_of(items).values() for source in sources}


def _others_of(advocate: models.Advocate, sources: Iterable[int]) -> int:
    within = models.Occurrence.objects.filter(source_id__in=list(sources)).exclude(version__item__advocate=advocate)
    return within.values("version__item_id").distinct().count()


def _why_not_advocate(advocate: models.Advocate, items: Sequence[int], sources: Collection[int], standing: Held) -> str:
    if advocate.number in standing.advocates:
        return "advocate"
    if not standing.items.isdisjoint(items):
        return "item"
    cases = models.Case.objects.filter(advocate=advocate)
    if any(case.id in standing.orders.holds for case in cases) or not standing.of_cases.isdisjoint(items):
        return "case"
    return "file" if standing.in_held_files(sources) else ""


def _leaves_of(items: Sequence[int]) -> dict[int, list[int]]:
    """Item to the indexes of all leaves sealed under its key, which nobody can read from now on."""
    found: dict[int, list[int]] = {}
    for index, item, kind in find(models.LogEntry, ("index", "item_number", "kind"), "item_number", items):
        if kind not in LASTING:
            found.setdefault(item, []).append(index)
    return {item: sorted(indexes) for item, indexes in found.items()}
