"""Learn from the corrections of one advocate's messages: try it out, use what was learned, judge without it again, forget it.

A trial changes nothing. Using, going back and forgetting are leaves of the log; what was judged by a layer that is no longer used is
promised to be judged anew. Nothing leaves this home, and nothing of one advocate's is used for another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.holds import held, refuse
from parapet.access.judging import judge as triage
from parapet.access.layers import (
    BACK,
    ERASED,
    FORGET,
    KIND,
    USE,
    Held,
    advocate_who_learns,
    all_held,
    all_said,
    in_force,
    in_use,
    pack_layer,
)
from parapet.access.lessons import correction_indexes, lessons
from parapet.access.opening import locker_of
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.bulk import run
from parapet.records.chain import Event, append, hold_log
from parapet.records.naming import layer_context
from parapet.records.numbers import new_number
from parapet.triage.trial import try_out

_BATCH = 1_000
_VERSIONS = "SELECT v.number FROM records_version v JOIN records_item i ON i.number = v.item_id WHERE i.advocate_id = %s"
_BY_A_LAYER = " AND EXISTS (SELECT 1 FROM records_assessment a WHERE a.version_id = v.number AND a.model LIKE %s)"

#: Why what was learned cannot be used, by the codes of `triage.trial.Trial.faults`.
FAULTS = {
    "few": _("There are too few corrections of different messages to learn from."),
    "not_better": _("What people corrected would not be judged better: what it learned from some says nothing of the others."),
    "grave": _("Fewer of the messages that people called very serious or critical would be found."),
    "suite_f1": _("The program would be worse at telling abuse from the rest, measured on its own cases."),
    "suite_false_alarms": _("More would be called abuse that is none, measured on the program’s own cases."),
    "suite_critical": _("Fewer critical messages would be found, measured on the program’s own cases."),
}


def try_learning(person: models.Person, advocate_id: str) -> str:
    """Learn, measure, and keep the layer with its figures, unused; returns its name. Takes seconds. Raises NotFound, RequestRefused.

    An earlier layer that was never used is no longer kept.
    """
    while True:
        advocate = advocate_who_learns(person, advocate_id)
        told = lessons(advocate)
        if not told:
            raise RequestRefused(_("Nothing was corrected yet: there is nothing to learn from."))
        upto = max(correction_indexes(advocate.number))
        trial = try_out(triage(), [each.lesson for each in told])
        items = {each.item for each in told}
        with transaction.atomic():
            hold_log()
            advocate = advocate_who_learns(person, advocate_id)
            if models.Item.objects.filter(advocate=advocate, number__in=items).count() != len(items):
                continue  # something was erased while we learned from it
            sealed = pack_layer(trial, items=items, corrections=len(told), upto=upto)
            return _keep(advocate, sealed, trial.layer.name[-8:])


def _keep(advocate: models.Advocate, sealed: bytes, name: str) -> str:
    ever_used = _ever_used(advocate)
    for each in list(all_held(advocate)):
        if each.name == name:
            return name
        if each.sha256 not in ever_used:
            _remove([each.number])
    number = new_number()
    locked = locker_of(advocate).lock(sealed, about=layer_context(number))
    models.Layer.objects.create(number=number, advocate=advocate, made_at=datetime.now(UTC), sealed=locked)
    return name


def use_layer(person: models.Person, advocate_id: str, name: str, *, stored: bool = False) -> bool:
    """Let what comes from now on be judged with a layer of hers; False when it is used already.

    stored  judge again what is there, too; what a person corrected stays as she said

    Raises NotFound, RequestRefused when its trial does not allow it, or it is for another model.
    """
    with transaction.atomic():
        hold_log()
        advocate = advocate_who_learns(person, advocate_id)
        wanted = next((each for each in all_held(advocate) if each.name == name), None)
        if wanted is None:
            raise NotFound("There is nothing here.")
        if wanted.layer.base != triage().name:
            raise RequestRefused(_("It was learned for an earlier model of the program. Learn again."))
        if wanted.figures.faults:
            sentence = FAULTS[wanted.figures.faults[0]]
            raise RequestRefused(sentence)
        used = in_use(advocate)
        if used is not None and used.number == wanted.number:
            return False
        _tell(advocate, USE, person, wanted)
        _judge_again(advocate, everything=stored)
    return True


def go_back(person: models.Person, advocate_id: str) -> bool:
    """Let the shipped model alone judge again; False when it does. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        advocate = advocate_who_learns(person, advocate_id)
        if advocate.number not in in_force([advocate]):
            return False
        _tell(advocate, BACK, person, in_use(advocate))
        _judge_again(advocate)
    return True


def forget_layers(person: models.Person, advocate_id: str) -> int:
    """Remove everything that was learned for an advocate of hers; how many layers. Corrections stay. Raises NotFound, OnHold, LogBroken."""
    with transaction.atomic():
        hold_log()
        advocate = advocate_who_learns(person, advocate_id)
        refuse("advocate" if advocate.number in held(strictly=True).advocates else "")
        rows = list(models.Layer.objects.filter(advocate=advocate).values_list("number", flat=True))
        if rows or advocate.number in in_force([advocate]):
            _tell(advocate, FORGET, person, in_use(advocate))
            _remove(rows)
            _judge_again(advocate)
    return len(rows)


def forget_taught_by(items: Iterable[models.Item], person: models.Person | None) -> None:
    """Remove every layer that learned from one of `items`, which are about to be erased. In that transaction, which holds the log.

    When one was in use, the log tells of it, and the shipped model judges alone. Another can be learned from what is left.
    """
    by_advocate: dict[int, set[int]] = {}
    for item in items:
        by_advocate.setdefault(item.advocate_id, set()).add(item.number)
    learned = models.Layer.objects.filter(advocate__in=by_advocate).values("advocate")
    for advocate in models.Advocate.objects.filter(number__in=learned).order_by("number"):
        gone, used = by_advocate[advocate.number], in_use(advocate)
        free = {each.number for each in all_held(advocate) if each.items.isdisjoint(gone)}
        # What does not open may have learned from anything.
        rows = models.Layer.objects.filter(advocate=advocate).values_list("number", flat=True)
        taught = [number for number in rows if number not in free]
        if advocate.number in in_force([advocate]) and (used is None or used.number in taught):
            _tell(advocate, ERASED, person, used)
            _judge_again(advocate)
        _remove(taught)


def _tell(advocate: models.Advocate, step: str, person: models.Person | None, layer: Held | None) -> None:
    now = datetime.now(UTC)
    details: dict[str, str | int] = {"step": step}
    if layer is not None:
        details |= {"layer": layer.name, "sha256": layer.sha256, "model": layer.layer.base, "corrections": layer.corrections}
    body = event_body(kind=KIND, at=now, subjects=[advocate.id], actor=person.id if person else "", details=details)
    number = person.number if person else None
    append([Event(KIND, now, body, locker_of(advocate), advocate=advocate.number, person=number)])


def _remove(numbers: Collection[int]) -> None:
    # What is sealed first, and by itself: where a deleted row lingers, it says nothing.
    models.Layer.objects.filter(number__in=numbers).update(sealed=b"")
    models.Layer.objects.filter(number__in=numbers).delete()


def _ever_used(advocate: models.Advocate) -> set[str]:
    """The digests of the layers that the log says were used."""
    return {str(said.get("sha256", "")) for said in all_said(advocate)}


def _judge_again(advocate: models.Advocate, *, everything: bool = False) -> None:
    """Promise that what was judged by any layer is judged by what is in use now; `everything`: and all else of hers."""
    rows = run(_VERSIONS, [advocate.number]) if everything else run(_VERSIONS + _BY_A_LAYER, [advocate.number, "%+local:%"])
    numbers = sorted(number for (number,) in rows)
    for first in range(0, len(numbers), _BATCH):
        outbox.put("assess_batch", {"versions": numbers[first : first + _BATCH]})
