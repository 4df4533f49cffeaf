"""Learn from the corrections of one advocate's messages: try it out, use what was learned, judge without it again, forget it.

A trial changes nothing. Using, going back and forgetting are leaves of the log; what was judged by a layer that is no longer used is
promised to be judged anew. Nothing leaves this home, and nothing of one advocate's is used for another.

Of closed material nobody opens anything in the background: there, what must be judged anew is, while somebody is present who opens it.
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
    layers_in_use,
    pack_layer,
)
from parapet.access.lessons import correction_indexes, lessons
from parapet.access.opening import locker_of
from parapet.actions.assess import assess
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.bulk import run
from parapet.records.chain import Event, append, hold_log
from parapet.records.grants import held_by
from parapet.records.keyring import is_closed
from parapet.records.naming import layer_context
from parapet.records.numbers import new_number
from parapet.triage.trial import Tell, try_out

_BATCH = 1_000
_VERSIONS = "SELECT v.number FROM records_version v JOIN records_item i ON i.number = v.item_id WHERE i.advocate_id = %s"
_LAST_BY_A_LAYER = """
SELECT a.version_id, a.model FROM records_assessment a JOIN records_version v ON v.number = a.version_id
JOIN records_item i ON i.number = v.item_id WHERE i.advocate_id = %s AND a.model LIKE %s
AND a.id = (SELECT MAX(b.id) FROM records_assessment b WHERE b.version_id = a.version_id) ORDER BY a.version_id
"""
_BY_A_LAYER = " AND EXISTS (SELECT 1 FROM records_assessment a WHERE a.version_id = v.number AND a.model LIKE %s)"

NOTHING = _("Nothing was corrected yet: there is nothing to learn from.")
#: Why what was learned cannot be used, by the codes of `triage.trial.Trial.faults`.
FAULTS = {
    "few": _("There are too few corrections of different messages to learn from."),
    "not_better": _("What people corrected would not be judged better: what it learned from some says nothing of the others."),
    "grave": _("Fewer of the messages that people called very serious or critical would be found."),
    "suite_f1": _("The program would be worse at telling abuse from the rest, measured on its own cases."),
    "suite_false_alarms": _("More would be called abuse that is none, measured on the program’s own cases."),
    "suite_critical": _("Fewer critical messages would be found, measured on the program’s own cases."),
}


def try_learning(person: models.Person, advocate_id: str, *, tell: Tell | None = None) -> str:
    """Learn, measure, and keep the layer with its figures, unused; returns its name. Takes seconds. Raises NotFound, RequestRefused,
    KeyClosed.

    An earlier layer that was never used is no longer kept.
    """
    while True:
        advocate = advocate_who_learns(person, advocate_id)
        told = lessons(advocate)
        if not told:
            raise RequestRefused(NOTHING)
        upto = max(correction_indexes(advocate.number))
        trial = try_out(triage(), [each.lesson for each in told], tell)
        items = {each.item for each in told}
        with transaction.atomic():
            hold_log()
            advocate = advocate_who_learns(person, advocate_id)
            if models.Item.objects.filter(advocate=advocate, number__in=items).count() != len(items):
                continue  # something was erased while we learned from it
            sealed = pack_layer(trial, items=[each.item for each in told], upto=upto)
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
    _judge_now(advocate, everything=stored)
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
    _judge_now(advocate)
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
    _judge_now(advocate)
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
    """Promise that what was judged by any layer is judged by what is in use now; `everything`: and all else of hers.

    Of closed material nothing is promised: nobody could do it (`_judge_now`, `judge_left`)."""
    if is_closed(bytes(advocate.wrapped_key)):
        return
    rows = run(_VERSIONS, [advocate.number]) if everything else run(_VERSIONS + _BY_A_LAYER, [advocate.number, "%+local:%"])
    numbers = sorted(number for (number,) in rows)
    for first in range(0, len(numbers), _BATCH):
        outbox.put("assess_batch", {"versions": numbers[first : first + _BATCH]})


def judge_left(person: models.Person) -> int:
    """Judge anew, now that `person` opened it, what of closed material was judged by a layer that is in use no more; returns how many.

    Somebody may have stopped using it, or erased what it learned from, where nobody could judge; or a process was killed. At most
    a batch each.
    """
    hers = [each.advocate for each in held_by(person) if each.may(Right.READ) and is_closed(bytes(each.advocate.wrapped_key))]
    return sum(_judge_now(advocate, most=_BATCH) for advocate in hers if not locker_of(advocate).closed)


def _judge_now(advocate: models.Advocate, *, everything: bool = False, most: int | None = None) -> int:
    """Of closed material, judge what another layer judged than the one in use (`everything`: all of hers), while somebody is present."""
    if not is_closed(bytes(advocate.wrapped_key)):
        return 0
    layer = layers_in_use([advocate], triage().name).get(advocate.number)
    wanted = triage().name + (layer.name if layer else "")
    if everything:
        numbers = sorted(number for (number,) in run(_VERSIONS, [advocate.number]))
    else:
        rows = run(_LAST_BY_A_LAYER, [advocate.number, "%+local:%"])
        numbers = [version for version, model in rows if model != wanted]
    numbers = numbers[:most]
    return sum(assess(numbers[first : first + _BATCH]) for first in range(0, len(numbers), _BATCH))
