"""What an advocate sees of emergencies: whom she named, who asked, and exactly what was seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from parapet.access.emergencies import RequestCard, card_of
from parapet.access.emergency_rows import OPEN, WAITING, Request, at_now, plan_of, request_of, requests_of
from parapet.access.people import advocate_for, card_for
from parapet.access.rows import rows_of
from parapet.access.views import AdvocateCard, Row
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.bulk import run
from parapet.records.grants import HELPER, given_for
from parapet.records.keyring import is_closed
from parapet.records.models import Advocate, EmergencyPlan, LogEntry, Person
from parapet.records.numbers import number_of, public
from parapet.records.vouching import is_vouched

#: Looks that are shown of one request.
MOST_LOOKS = 500
#: Longer than any request stands.
_STANDS = timedelta(hours=31)
# The condition stands letter for letter in the index `log_looks`.
_LOOKS = """
SELECT "index" FROM records_logentry WHERE kind IN ('view', 'download', 'search', 'export', 'dossier')
AND person_number = %s AND advocate_number = %s AND "index" > %s AND "index" < %s ORDER BY "index" LIMIT %s
"""
_FOREVER = 2**62


@frozen
class Named:
    """Somebody whom she named or could name. `here` is False for an account that is shut, which can neither ask nor agree."""

    id: str
    name: str
    on: bool
    here: bool


@frozen
class PlanPage:
    """Her plan. `people`: whom she named first, then who helps her. `works`: at least two of them can act."""

    advocate: AdvocateCard
    people: tuple[Named, ...]
    works: bool
    closed: bool
    requests: tuple[RequestCard, ...]


@frozen
class Seen:
    """One look under a request. `row` is None for a message that was erased since; `as_written` False for an entry that was changed."""

    at: datetime
    row: Row | None
    log_index: int
    as_written: bool


def emergency_plan(person: Person, advocate_id: str, *, now: datetime | None = None) -> PlanPage:
    """Whom she named, whom she could name, and every request. Raises NotFound for anybody but her, and for the unmatched."""
    advocate, at = plannable(person, advocate_id), at_now(now)
    plan = plan_of(advocate)
    named = plan.people if plan is not None else ()
    helpers = [grant.person for grant in given_for(advocate.number) if grant.role == HELPER and not grant.over(at)]
    numbers = list(dict.fromkeys((*named, *helpers)))
    people = {each.number: each for each in Person.objects.filter(number__in=numbers)}
    listed = [
        Named(people[n].id, people[n].name, n in named, people[n].is_active)
        for n in numbers
        if n in people and (n in named or people[n].is_active)
    ]
    return PlanPage(
        advocate=card_for(person, advocate.number, Right.GRANT),
        people=tuple(listed),
        works=sum(each.on and each.here for each in listed) >= 2,
        closed=is_closed(bytes(advocate.wrapped_key)),
        requests=tuple(card_of(each, person, at) for each in (requests_of(plan) if plan is not None else ())),
    )


def named_by_her(person: Person, advocate_id: str) -> tuple[str, ...]:
    """The names of those whom she named and whose accounts are open. Raises NotFound for anybody but her, and for the unmatched."""
    return tuple(each.name for each in emergency_plan(person, advocate_id).people if each.on and each.here)


def emergencies_about(person: Person, advocate_id: str, *, now: datetime | None = None) -> tuple[RequestCard, ...]:
    """The requests about an advocate that wait or are open, for who may read what is hers. Raises NotFound."""
    return requests_about(advocate_for(person, advocate_id, Right.READ), asked_by=person, now=now)


def requests_about(advocate: Advocate, *, asked_by: Person, now: datetime | None = None) -> tuple[RequestCard, ...]:
    """The same. That `asked_by` may read all that is hers was asked before."""
    at = at_now(now)
    plan = plan_of(advocate) if EmergencyPlan.objects.filter(advocate=advocate).exists() else None
    found = requests_of(plan, since=at - _STANDS) if plan is not None else []
    return tuple(card_of(each, asked_by, at) for each in found if each.state(at) in (WAITING, OPEN))


def emergency_about(person: Person, request_id: str, *, now: datetime | None = None) -> tuple[RequestCard, tuple[Seen, ...]]:
    """One request, whatever became of it, and what was seen under it, for who may read what is hers. Raises NotFound."""
    request = request_about(person, request_id)
    return card_of(request, person, at_now(now)), _seen(person, request)


def request_about(person: Person, request_id: str) -> Request:
    """The request itself, for who may read what is hers. Raises NotFound."""
    number = number_of("emg", request_id)
    request = request_of(number) if number is not None else None
    if request is None:
        raise NotFound("There is nothing here.")
    advocate_for(person, public("adv", request.plan.row.advocate_id), Right.READ)
    return request


def plannable(person: Person, advocate_id: str) -> Advocate:
    """The advocate of this public name, if `person` may say who is let in. Raises NotFound, for the unmatched too."""
    advocate = advocate_for(person, advocate_id, Right.GRANT)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return advocate


def looks_under(request: Request) -> list[LogEntry]:
    """The entries of the looks under a request, in order."""
    if request.agreed is None:
        return []
    end = _FOREVER if request.end is None else request.end
    values = [request.row.person_id, request.plan.row.advocate_id, request.agreed, end, MOST_LOOKS]
    indexes = [index for (index,) in run(_LOOKS, values)]
    until = request.until
    entries = LogEntry.objects.filter(index__in=indexes).order_by("index")
    return [entry for entry in entries if until is None or entry.at <= until]


def _seen(person: Person, request: Request) -> tuple[Seen, ...]:
    entries = looks_under(request)
    numbers = list(dict.fromkeys(e.item_number for e in entries if e.item_number is not None))
    rows = {row.id: evolve(row, sender="", sender_count=0) for row in rows_of(person, numbers)}
    return tuple(
        Seen(e.at, rows.get(public("itm", e.item_number)) if e.item_number is not None else None, e.index, is_vouched(e))
        for e in entries
    )
