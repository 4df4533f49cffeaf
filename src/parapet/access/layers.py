"""What was learned from the corrections of an advocate's messages: every layer, how its trial went, and which one is in use.

The log says which: the newest entry `learn` about her. A row or an entry that does not open, or is not what the log has, is in use
nowhere; `parapet check` tells of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from attrs import frozen

from parapet.access.lessons import correction_indexes
from parapet.access.opening import locker_of
from parapet.access.people import advocate_for
from parapet.domain.errors import KeyWrong, NotFound
from parapet.domain.rights import Right
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.log import leaf_hash
from parapet.jobs import outbox
from parapet.records.bulk import run
from parapet.records.chain import leaf_context
from parapet.records.keyring import is_closed
from parapet.records.models import Advocate, LearningTrial, Person
from parapet.records.models import Layer as LayerRow
from parapet.records.naming import layer_context
from parapet.records.numbers import number_of, public
from parapet.triage.local import Layer
from parapet.triage.trial import FEWEST_TEXTS, Trial

KIND = "learn"
#: What an entry may say was done: a layer is used, the program judges without one again, all were forgotten, or one went with
#: something that was erased.
USE, BACK, FORGET, ERASED = STEPS = ("use", "back", "forget", "erased")
_MOST_STEPS = 50
# The condition stands letter for letter in the index `log_learns`.
_SAID = """
SELECT "index", leaf_hash, sealed_leaf FROM records_logentry WHERE kind = 'learn' AND advocate_number = %s ORDER BY "index" DESC
"""


@frozen
class Figures:
    """How a trial went: those of `triage.trial.Trial`, without the layer; those of the suite side by side, before and after."""

    texts: int
    decisions: int
    right_before: int
    right_after: int
    grave_before: int
    grave_after: int
    f1: tuple[float, float]
    false_alarms: tuple[float, float]
    critical_found: tuple[float, float]
    faults: tuple[str, ...]


@frozen
class LayerCard:
    """One layer as a person sees it. `stale`: the program has another model by now. `since`: corrections that came after.

    closer, further, aside  names of corrected messages that are judged otherwise by what was learned from the others: with more of the
                            decisions as people took them, with fewer, with as many
    """

    name: str  # 8 hex digits
    made_at: datetime
    corrections: int
    figures: Figures
    in_use: bool
    stale: bool
    since: int
    closer: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


@frozen
class Step:
    """One entry of the log about what was learned: of `STEPS`, by whom ("": the program, or nobody known), of which layer ("": none)."""

    at: datetime
    step: str
    who: str
    layer: str


@frozen
class TrialCard:
    """The newest trial that somebody asked for on the page: `state` of the row, texts judged and to judge, `code` once it failed."""

    state: str
    done: int
    total: int
    asked_at: datetime
    code: str


@frozen
class Lessons:
    """What a person sees of learning for one advocate: how many corrections stand, every layer and step, the newest first, and the
    newest trial (None: none was asked for on the page).

    closed  whether the material is closed; fewest: of so many different texts there must be corrections
    """

    corrections: int
    layers: tuple[LayerCard, ...]
    steps: tuple[Step, ...] = ()
    trial: TrialCard | None = None
    closed: bool = False
    fewest: int = FEWEST_TEXTS


@frozen(eq=False)
class Held:
    """One row, opened. `items`: the numbers of those it learned from. `upto`: the newest correction that it knows, as its leaf's index."""

    number: int
    made_at: datetime
    items: frozenset[int]
    corrections: int
    upto: int
    figures: Figures
    layer: Layer
    differs: tuple[tuple[int, int, int], ...] = ()

    @property
    def sha256(self) -> str:
        """Of what the layer says, as the log has it."""
        return self.layer.sha256

    @property
    def name(self) -> str:
        """As people name it."""
        return self.sha256[:8]


def lessons_of(person: Person, advocate_id: str, model: str) -> Lessons:
    """What she may see and decide, for an advocate of hers. `model` is what the program judges by. Raises NotFound."""
    advocate = advocate_who_learns(person, advocate_id)
    used, indexes = in_use(advocate), correction_indexes(advocate.number)
    cards = [
        LayerCard(
            held.name,
            held.made_at,
            held.corrections,
            held.figures,
            used is not None and used.number == held.number,
            held.layer.base != model,
            sum(index > held.upto for index in indexes),
            *_differing(held),
        )
        for held in all_held(advocate)
    ]
    closed = is_closed(bytes(advocate.wrapped_key))
    return Lessons(len(indexes), tuple(reversed(cards)), tuple(_steps(advocate)), _trial(advocate), closed)


def _differing(held: Held) -> Iterator[tuple[str, ...]]:
    """Names of the messages that are judged otherwise: closer, further, aside."""
    for wanted in (1, -1, 0):
        numbers = [item for item, before, after in held.differs if (after > before) - (after < before) == wanted]
        yield tuple(public("itm", number) for number in dict.fromkeys(numbers))


def _steps(advocate: Advocate) -> Iterator[Step]:
    bodies = [body for body in _bodies(advocate) if body is not None][:_MOST_STEPS]
    named = (number_of("per", str(body["actor"])) for body in bodies)
    actors = {number for number in named if number is not None}
    names = {person.id: person.name for person in Person.objects.filter(number__in=actors)}
    for body in bodies:
        details = body["details"]
        at = datetime.fromisoformat(body["at"])
        yield Step(at, str(details.get("step", "")), names.get(body["actor"], ""), str(details.get("layer", "")))


def _trial(advocate: Advocate) -> TrialCard | None:
    row = LearningTrial.objects.filter(advocate=advocate).first()
    if row is None:
        return None
    failures = outbox.failed("try_learning", {"trial": row.number}) if row.state == "failed" else []
    return TrialCard(row.state, row.done, row.total, row.asked_at, failures[-1].code if failures else "")


def advocate_who_learns(person: Person, advocate_id: str) -> Advocate:
    """An advocate for whom she may judge, and so let the program learn. Raises NotFound; also for the unmatched: their messages are aimed at many."""
    advocate = advocate_for(person, advocate_id, Right.SORT)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return advocate


def in_force(advocates: Collection[Advocate]) -> dict[int, str]:
    """Advocate to the digest of what the log says is in use."""
    said = {a.number: next(all_said(a), {}) for a in advocates if a.number != Advocate.UNMATCHED}
    return {number: str(details["sha256"]) for number, details in said.items() if details.get("step") == USE}


def layers_in_use(advocates: Collection[Advocate], base: str) -> dict[int, Layer]:
    """Advocate to what she has in use, where that starts from the judge named `base`."""
    found = {advocate.number: in_use(advocate) for advocate in advocates if advocate.number != Advocate.UNMATCHED}
    return {number: held.layer for number, held in found.items() if held is not None and held.layer.base == base}


def in_use(advocate: Advocate) -> Held | None:
    """Her layer in use, as the log has it."""
    said: Mapping[str, Any] = next(all_said(advocate), {})
    if said.get("step") != USE:
        return None
    return next((held for held in all_held(advocate) if held.sha256 == said["sha256"]), None)


def all_said(advocate: Advocate) -> Iterator[Mapping[str, Any]]:
    """The details of the entries about what was learned for her, the newest first; nothing in place of one that was changed."""
    for body in _bodies(advocate):
        yield {} if body is None else body["details"]


def _bodies(advocate: Advocate) -> Iterator[Mapping[str, Any] | None]:
    key = locker_of(advocate)
    for index, hashed, sealed in run(_SAID, [advocate.number]):
        try:
            raw = key.unlock(bytes(sealed), about=leaf_context(index))
        except KeyWrong:
            yield None
            continue
        body = read_leaf(raw)
        genuine = leaf_hash(raw) == bytes(hashed) and body["kind"] == KIND and advocate.id in body["subjects"]
        yield body if genuine else None


def all_held(advocate: Advocate) -> Iterator[Held]:
    """Every layer of hers that opens, oldest first."""
    key = locker_of(advocate)
    for row in LayerRow.objects.filter(advocate=advocate).order_by("number"):
        try:
            yield opened(row, key)
        except (KeyWrong, ValueError):
            continue


def opened(row: LayerRow, key: Locker) -> Held:
    """A row, opened by the key of its advocate. Raises KeyWrong, ValueError."""
    head, _line, raw = key.unlock(bytes(row.sealed), about=layer_context(row.number)).partition(b"\n")
    said = json.loads(head)
    pairs = {name: tuple(said["figures"][name]) for name in ("f1", "false_alarms", "critical_found", "faults")}
    figures = Figures(**{**said["figures"], **pairs})
    items = frozenset(said["items"])
    differs = tuple((item, before, after) for item, before, after in said.get("differs", ()))
    return Held(row.number, row.made_at, items, said["corrections"], said["upto"], figures, Layer.from_bytes(raw), differs)


def pack_layer(trial: Trial, *, items: Sequence[int], upto: int) -> bytes:
    """What is sealed of a layer: a line of what is known of it, then its bytes.

    items  of each lesson, in their order, the number of the item that it is from
    upto   the newest correction that it knows
    """
    before, after = trial.suite_before, trial.suite_after
    figures = Figures(
        trial.texts,
        trial.decisions,
        trial.right_before,
        trial.right_after,
        trial.grave_before,
        trial.grave_after,
        (before.f1, after.f1),
        (before.false_alarms, after.false_alarms),
        (before.critical_found, after.critical_found),
        trial.faults,
    )
    said = {
        "items": sorted(set(items)),
        "corrections": len(items),
        "upto": upto,
        "figures": attrs.asdict(figures),
        "differs": [(items[place], before, after) for place, before, after in trial.differs],
    }
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n" + trial.layer.to_bytes()
