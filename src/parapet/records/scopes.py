"""A scope as conditions in SQL: the one place that says which rows are within.

Every list, count and single look of whoever holds a scope asks with these, so that none of them can differ from another.
Conditions in literal numbers stand letter for letter as in the partial indexes (`0002_rare_values`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from parapet.domain.judgement import mask_of
from parapet.domain.scopes import Scope
from parapet.records.bulk import run, stored_time
from parapet.records.numbers import number_of

#: A condition over the columns of `records_item`, and the values that stand in it.
Condition = tuple[str, tuple[Any, ...]]
_AT_ONCE = 500


def conditions(scope: Scope) -> Condition:
    """What an item of the advocate meets that is within `scope`."""
    said: list[str] = []
    values: list[Any] = []
    if not scope.cases:
        said.append("NOT own")
    else:
        cases = [number_of("cas", name) or 0 for name in sorted(scope.cases)]
        inside = f"SELECT item_id FROM records_caseitem WHERE case_id IN ({_marks(cases)}) AND removed_at IS NULL"  # noqa: S608 - our own words
        said.append(f"number IN ({inside})")
        values += cases
    if scope.channels:
        said.append(f"channel IN ({_marks(scope.channels)})")
        values += sorted(scope.channels)
    if scope.harms:
        said.append(f"(harms & {mask_of(scope.harms)}) <> 0")
    for sign, at in ((">=", scope.since), ("<", scope.until)):
        if at is not None:
            said.append(f"sent_at {sign} %s")
            values.append(stored_time(at))
    return " AND ".join(said), tuple(values)


def alternatives(scope: Scope) -> tuple[Condition, ...]:
    """Conditions of which each is one index's, and of which what is within `scope` meets at least one; none where one index serves.

    The first rows of all together are among the first of each: a list need not go through the queue to find them.
    """
    if scope.cases:
        return ()
    if len(scope.harms) > 1:
        return tuple((f"(harms & {harm.bit}) <> 0", ()) for harm in sorted(scope.harms))
    if len(scope.channels) > 1 and not scope.harms:
        return tuple(("channel = %s", (channel,)) for channel in sorted(scope.channels))
    return ()


def numbers_within(scope: Scope, numbers: Collection[int]) -> set[int]:
    """Which of the items of these numbers are within `scope`. Whose they are was asked before."""
    sql, values = conditions(scope)
    found: set[int] = set()
    listed = sorted(set(numbers))
    for first in range(0, len(listed), _AT_ONCE):
        part = listed[first : first + _AT_ONCE]
        query = f"SELECT number FROM records_item WHERE number IN ({_marks(part)}) AND {sql}"  # noqa: S608 - our own words
        found |= {number for (number,) in run(query, (*part, *values))}
    return found


def is_within(scope: Scope | None, number: int) -> bool:
    """True when the item of this number is; without a scope, all are."""
    return scope is None or bool(numbers_within(scope, [number]))


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
