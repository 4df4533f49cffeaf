"""What happened to a block, step by step, held against the log as the steps of a report are: believed when its leaf tells of it.

Whoever blocks asks this, too: what is done is what a person approved, by the log, or it is not done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import field, frozen

from parapet.access import opening
from parapet.domain import blocking as b
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.seal import stamp
from parapet.records.models import Block, BlockStep, Item, LogEntry, Person
from parapet.records.vouching import is_vouched

KIND = "account_block"


@frozen
class Step:
    """One of them. `who` is "" for the program, and for somebody who is no longer here."""

    at: datetime
    who: str
    what: str
    details: Mapping[str, Any]
    words: Mapping[str, Any] = field(repr=False)
    log_index: int
    by_program: bool


@frozen
class Standing:
    """How a block stands: the sum of its steps.

    target    whose account it is: a stranger's words
    key, group  by which the platform is asked the same each time
    way       who does it, or did it last
    approved  the place in the log of the newest approval, of doing it or of taking it back
    without   it was approved also where what the account sent cannot be fetched once more before
    code      what went wrong, or was found
    """

    state: str
    target: b.Target
    key: str
    group: str
    way: str = ""
    approved: int = -1
    approved_at: datetime | None = None
    without: bool = False
    set_at: datetime | None = None
    lifted_at: datetime | None = None
    code: str = ""


def step_context(block: int, log_index: int) -> bytes:
    """What the sealed words are bound to: their block and their leaf."""
    return f"block:{block}:step:{log_index}".encode()


def steps_of(block: Block, item: Item, key: Locker) -> tuple[Step, ...]:
    """All steps of a block, in the order of the log. Raises SealBroken when one was changed, moved, added or taken away."""
    return all_steps(item, key).get(block.number, ())


def all_steps(item: Item, key: Locker) -> dict[int, tuple[Step, ...]]:
    """The same of every block that was made because of one message, by number. Raises SealBroken."""
    rows = {row.log_index: row for row in BlockStep.objects.filter(block__item=item).select_related("block")}
    entries = list(LogEntry.objects.filter(item_number=item.number, kind=KIND).order_by("index"))
    if sorted(rows) != [entry.index for entry in entries]:
        raise SealBroken("What was done about an account is not what the log tells of.")
    numbers = {entry.person_number for entry in entries if entry.person_number is not None}
    names = {person.number: person.name for person in Person.objects.filter(number__in=numbers)}
    found: dict[int, list[Step]] = {}
    for entry in entries:
        row = rows[entry.index]
        found.setdefault(row.block_id, []).append(_opened(item, key, row, entry, names))
    return {number: tuple(steps) for number, steps in found.items()}


def _opened(item: Item, key: Locker, row: BlockStep, entry: LogEntry, names: Mapping[int, str]) -> Step:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        raw = key.unlock(bytes(row.sealed_words), about=step_context(row.block_id, entry.index))
    except KeyWrong:
        raise SealBroken("What was done about an account does not open.") from None
    details = body["details"]
    told = [details.get(name) for name in ("block", "sha256", "place", "what")]
    held = [row.block.id, hashlib.sha256(raw).hexdigest(), row.block.place, row.block.what]
    same = (body["kind"], body["subjects"], body["at"]) == (KIND, [item.id], stamp(row.at))
    if not is_vouched(entry) or not same or told != held:
        raise SealBroken("What was done about an account is not what the log says.")
    words = {name: value for name, value in json.loads(raw).items() if name != "salt"}
    by = entry.person_number
    return Step(row.at, names.get(by, "") if by else "", details["step"], details, words, entry.index, by is None)


def summed(steps: Sequence[Step]) -> Standing:
    """What the steps come to. At least one."""
    first = steps[0].words
    target = b.Target(first["platform"], first["handle"], first["native_id"])
    state, way, code, approved, approved_at, without = b.DRAFT, "", "", -1, None, False
    set_at: datetime | None = None
    lifted_at: datetime | None = None
    for step in steps:
        what = step.what
        if what in (b.APPROVE, b.LIFT):
            way, approved, approved_at, code = step.details["way"], step.log_index, step.at, ""
            without = bool(step.details.get("without"))
        before, state = state, b.after(what, state, way)
        if what in (b.FAIL, b.LATER, b.LOST, b.ALREADY, b.THERE, b.ABSENT):
            code = step.details.get("code", "")
        if state != before and state == b.STANDS:
            set_at = set_at or step.at
        if state == b.LIFTED and before != state:
            lifted_at = step.at
    return Standing(state, target, first["key"], first["group"], way, approved, approved_at, without, set_at, lifted_at, code)


def standing_of(block: Block, item: Item, key: Locker) -> Standing:
    """How a block stands, by the log. Raises SealBroken, also for a row of which the log tells nothing, or of another account."""
    steps = steps_of(block, item, key)
    if not steps or steps[0].what != b.DRAFTED or int(steps[0].words["account"]) != block.account:
        raise SealBroken("The log tells of no such block.")
    return summed(steps)
