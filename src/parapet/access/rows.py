"""Veiled rows: one statement for a list of them, however long the queue is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from parapet.access.judgements import judged_by_people
from parapet.access.veils import Sight, is_known
from parapet.access.views import Row
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.domain.scopes import Scope
from parapet.records.bulk import moment, run
from parapet.records.models import Person
from parapet.records.numbers import public
from parapet.records.scopes import Condition, alternatives, conditions
from parapet.records.vouching import looks_of

NEWEST, OLDEST = "sent_at DESC, number DESC", "sent_at, number"

#: What a row shows of an item; keys and sealed bytes stay in the database.
_COLUMNS = (
    "number, channel, kind, sent_at, time_is_ours, severity, urgency, harms, lang, abstain, assessed, versions, gone_at, own, in_own_name, "
    "sender, as_copies"
)
# The queue is cut first; then, for what is left: how much each account sent, whether anybody ever said how it is judged,
# and whether this person has looked. The conditions stand letter for letter in the indexes `log_said` and `log_views`.
_ROWS = """
SELECT i.*, s.items, EXISTS (
  SELECT 1 FROM records_logentry w WHERE w.kind = 'relabel' AND w.person_number IS NOT NULL AND w.item_number = i.number
), (
  SELECT max(v."index") FROM records_logentry v WHERE v.kind = 'view' AND v.person_number = %s AND v.item_number = i.number
) FROM ({cut}) AS i
LEFT JOIN records_sender s ON s.advocate_id = i.advocate_id AND s.sender = i.sender ORDER BY {outer}
"""
_HARMS = [tuple(h for h in Harm if mask & h.bit) for mask in range(128)]
_KINDS = {str(k): k for k in ItemKind}
_SEVERITIES, _URGENCIES = tuple(Severity), tuple(Urgency)


@frozen
class Where:
    """Which items: conditions in SQL of our own words, and the values that stand in them, in order.

    either  conditions of which each of those items meets at least one, where one index serves each and none serves all
    """

    sql: str
    values: tuple[Any, ...] = ()
    either: tuple[Condition, ...] = ()

    def and_(self, sql: str, *values: Any) -> Where:
        """Those of them that also meet another condition."""
        return Where(f"{self.sql} AND {sql}", (*self.values, *values), self.either)

    def within(self, scope: Scope | None) -> Where:
        """Those of them that are within a scope; all without one."""
        if scope is None:
            return self
        sql, values = conditions(scope)
        # A case holds few messages of a long queue, and both databases would go through the queue to find them: a column with a
        # sign before it is no index's, and what is left to begin with are the numbers of those few.
        begun = self.sql.replace("advocate_id = %s", "+advocate_id = %s") if scope.cases else self.sql
        return evolve(evolve(self, sql=begun).and_(sql, *values), either=alternatives(scope))

    def first(self, columns: str, *, order: str, most: int) -> tuple[str, tuple[Any, ...]]:
        """The statement for the first `most` of those in that order, and its values."""
        start, end = "FROM records_item WHERE", f"ORDER BY {order} LIMIT %s"
        if not self.either:
            return f"SELECT {columns} {start} {self.sql} {end}", (*self.values, most)
        parts = [
            f"SELECT number FROM (SELECT number {start} {self.sql} AND {sql} {end}) AS part_{n}"  # noqa: S608 - our own words
            for n, (sql, _given) in enumerate(self.either)
        ]
        values = [value for _sql, given in self.either for value in (*self.values, *given, most)]
        return f"SELECT {columns} {start} number IN ({' UNION '.join(parts)}) {end}", (*values, most)


@frozen
class Place:
    """Where an item stands in its queue."""

    sent_at: datetime
    number: int


def listed(
    person: Person, where: Where, *, most: int, order: str = NEWEST, sight: Sight | None = None
) -> list[tuple[Row, Place]]:
    """The first `most` items of those, as `person` sees them: with the `sight` that the screen has of hers, else with one of its own."""
    outer = ", ".join(f"i.{each}" for each in order.split(", "))
    cut, values = where.first(f"advocate_id, {_COLUMNS}", order=order, most=most)
    found = run(_ROWS.format(cut=cut, outer=outer), (person.number, *values))
    seen = looks_of(person.number, [row[-1] for row in found if row[-1] is not None])
    said = [row[1] for row in found if row[-2]]
    by_people = judged_by_people(said) if said else {}
    sight = sight or Sight(person)
    return [_row(*(*row[:-2], row[1] in seen, by_people.get(row[1], 0)), sight=sight) for row in found]


def rows_of(person: Person, numbers: Iterable[int], *, sight: Sight | None = None) -> tuple[Row, ...]:
    """The rows of the items of these numbers, in their order. Whether they are hers was asked before."""
    numbers = list(numbers)
    if not numbers:
        return ()
    found = {place.number: row for row, place in listed(person, among(numbers), most=len(numbers), sight=sight)}
    return tuple(found[number] for number in numbers if number in found)


def alone(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows that do not tell how many more the same accounts sent, nor that others sent alike: for who sees a part of them."""
    return tuple(evolve(row, sender_count=0, as_others=False) for row in rows)


def among(numbers: Sequence[int]) -> Where:
    """The items of these numbers, at most some thousands."""
    return Where(f"number IN ({', '.join(['%s'] * len(numbers))})", tuple(numbers))


def sender_tag(sender: int | None) -> str:
    """What stands for an account on the screen: 13 base-32 digits that tell nothing; "" when anonymous."""
    return "" if sender is None else public("snd", sender)


def _row(
    advocate: int, number: int, channel: str, kind: str, sent_at: Any, time_is_ours: bool, severity: int, urgency: int, harms: int,
    lang: str, abstain: bool, assessed: bool, versions: int, gone_at: Any, own: bool, in_own_name: bool, sender: int | None, as_copies: bool, sent: int | None,
    seen: bool, by_people: int, *, sight: Sight,
) -> tuple[Row, Place]:  # fmt: skip
    at = moment(sent_at)
    hidden = not own and sight.hides(advocate, _HARMS[harms], known=is_known(assessed=bool(assessed), abstain=bool(abstain)))
    row = Row(
        public("itm", number), channel, _KINDS[kind], at, bool(time_is_ours), _SEVERITIES[severity], _URGENCIES[urgency], _HARMS[harms],
        lang, bool(abstain), bool(assessed), versions, gone_at is not None, bool(own), bool(in_own_name), sender_tag(sender), sent or 0, bool(seen),
        by_people, hidden, bool(as_copies),
    )  # fmt: skip
    return row, Place(at, number)
