"""What is left of something erased: that it was here, when it went, by whom and why. Nothing of what it said."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from parapet.access.custody import custody_of_number
from parapet.access.holds import erased_in
from parapet.access.people import card_for
from parapet.access.views import AdvocateCard, CustodyLine, ErasedLine
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.lasting import vouched
from parapet.records.models import Case, Erased, Person
from parapet.records.numbers import number_of, public


@frozen
class ErasedCard:
    """An erased item. `who` is a person's name, "" for the program; `reason` a code: of `erase.REASONS`, or "rule"."""

    id: str
    advocate: AdvocateCard
    at: datetime
    who: str
    reason: str
    versions: int
    files: int
    log_index: int
    custody: tuple[CustodyLine, ...]


def card(person: Person, item_id: str) -> ErasedCard:
    """The page of an erased item of hers. Raises NotFound, also for one that was never here."""
    number = number_of("itm", item_id)
    row = Erased.objects.filter(number=number, what="item").first() if number is not None else None
    if row is None or row.advocate_number is None:
        raise NotFound("There is nothing here.")
    advocate = card_for(person, row.advocate_number, Right.READ)
    told = vouched([row.number]).get(row.number)
    if told is None:
        raise NotFound("There is nothing here.")
    index, body = told
    details = body["details"]
    return ErasedCard(
        id=item_id,
        advocate=advocate,
        at=row.erased_at,
        who=_name(body["actor"]),
        reason=str(details.get("reason", "")),
        versions=int(details.get("versions", 1)),
        files=int(details.get("files", 0)),
        log_index=index,
        custody=custody_of_number(row.number),
    )


def of_case(case: Case, *, before: int | None = None) -> tuple[ErasedLine, ...]:
    """What was in a case when it was erased, in the order it went; by the first `before` leaves of the log, when given."""
    numbers = erased_in(case)
    told = vouched(numbers)
    at = dict(Erased.objects.filter(number__in=numbers).values_list("number", "erased_at"))
    lines = []
    for number, (index, body) in sorted(told.items(), key=lambda pair: pair[1][0]):
        if before is None or index < before:
            lines.append(
                ErasedLine(public("itm", number), at[number], _name(body["actor"]), str(body["details"].get("reason", "")))
            )
    return tuple(lines)


def _name(actor: str) -> str:
    number = number_of("per", actor)
    person = Person.objects.filter(number=number).first() if number is not None else None
    return person.name if person else ""
