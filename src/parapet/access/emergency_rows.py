"""Which plans for emergencies and which requests are believed: the one place where their rows are opened.

Whom an advocate named is sealed, bound to the place of the entry that tells of it, so that a row which this home did not write
names nobody. Whoever is taken off the list, and each request that ends, gets an entry that the log's head counts (`vouching.ends`),
under the number of the plan or of the request: an old row that is put back gives nothing, and a hidden end shuts everything.
What became of a request is the sum of the entries about its number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.access import opening
from parapet.domain.errors import KeyWrong
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, EmergencyName, EmergencyPlan, EmergencyRequest, LogEntry, Person
from parapet.records.naming import emergency_key_context
from parapet.records.vouching import ends, is_vouched

KIND = "emergency"
NAME, ASK, AGREE = "name", "ask", "agree"
#: What became of a request.
WAITING, OPEN, LAPSED, OVER, ENDED = "waiting", "open", "lapsed", "over", "ended"
#: Nobody agreed for so long: it lapses, and whoever asked asks again.
WAITS = timedelta(hours=6)
#: Of one plan; the log has all of them.
MOST_LISTED = 50
#: For how long somebody may be let in.
HOURS = (1, 4, 12, 24)

Ends = dict[tuple[int, int, int | None], int]


@frozen
class Plan:
    """A plan that is believed. `people` by number: those who are still named. `key` seals what is about it."""

    row: EmergencyPlan
    people: tuple[int, ...]
    key: Locker

    @property
    def advocate(self) -> Advocate:
        """Whose it is."""
        advocate: Advocate = self.row.advocate
        return advocate


@frozen
class Request:
    """A request that is believed.

    agreed_by  number of who agreed, None while nobody did; `agreed` and `end` are places in the log
    """

    row: EmergencyRequest
    plan: Plan
    reason: str
    hours: int
    asked_at: datetime
    agreed_by: int | None
    agreed: int | None
    agreed_at: datetime | None
    end: int | None

    @property
    def until(self) -> datetime | None:
        """When it shuts by itself; None while nobody agreed."""
        return None if self.agreed_at is None else self.agreed_at + timedelta(hours=self.hours)

    def state(self, now: datetime) -> str:
        """What it is at this moment. Whoever was taken off the list asks for nothing any more."""
        if self.end is not None:
            return ENDED
        until = self.until
        standing, then = (WAITING, LAPSED) if until is None else (OPEN, OVER)
        if now >= (until or self.asked_at + WAITS):
            return then
        return standing if self.row.person_id in self.plan.people else ENDED


def plan_of(advocate: Advocate) -> Plan | None:
    """Whom she named; None when she never named anybody. Raises LogBroken as `ends`."""
    row = EmergencyPlan.objects.filter(advocate=advocate).select_related("advocate").first()
    return None if row is None else _plan(row, ends())


def plans_naming(person: Person) -> list[Plan]:
    """The plans that name somebody who is active."""
    if not person.is_active:
        return []
    found = EmergencyName.objects.filter(person=person).select_related("plan__advocate").order_by("plan_id")
    rows = [each.plan for each in found]
    if not rows:
        return []
    ended = ends()
    return [plan for plan in (_plan(row, ended) for row in rows) if plan is not None and person.number in plan.people]


def request_of(number: int) -> Request | None:
    """The request of this number; None for none that is believed."""
    rows = EmergencyRequest.objects.filter(number=number).select_related("plan__advocate", "person")
    return next(iter(believed(rows)), None)


def requests_of(plan: Plan, *, since: datetime | None = None) -> list[Request]:
    """The newest of a plan, the newest first."""
    rows = EmergencyRequest.objects.filter(plan=plan.row).select_related("plan__advocate", "person").order_by("-begun")
    return believed((rows if since is None else rows.filter(asked_at__gt=since))[:MOST_LISTED])


def believed(rows: Iterable[EmergencyRequest]) -> list[Request]:
    """Those of these that this home wrote, in their order. Raises LogBroken as `ends`."""
    rows = list(rows)
    if not rows:
        return []
    ended, plans, found = ends(), dict[int, Plan | None](), []
    for row in rows:
        if row.plan_id not in plans:
            plans[row.plan_id] = _plan(row.plan, ended)
        plan = plans[row.plan_id]
        request = None if plan is None else _request(row, plan, ended)
        if request is not None:
            found.append(request)
    return found


def people_context(plan: EmergencyPlan) -> bytes:
    """What the sealed list of a plan is bound to."""
    return f"emergency people:{plan.number}:{plan.advocate_id}:{plan.log_index}".encode()


def reason_context(row: EmergencyRequest) -> bytes:
    """What the sealed reason of a request is bound to."""
    return f"emergency reason:{row.number}:{row.plan_id}:{row.person_id}:{row.begun}".encode()


def plan_key(row: EmergencyPlan) -> Locker:
    """What seals a plan, its requests and the entries about them. Raises KeyWrong."""
    return Locker(keyring().unwrap(bytes(row.wrapped_key), about=emergency_key_context(row.number)))


def plan_keys(numbers: Collection[int]) -> dict[int, Locker]:
    """What opens the entries of the log about those of `numbers` that are plans or requests; without those whose key does not open."""
    plan_of = dict(find(EmergencyRequest, ("number", "plan_id"), "number", numbers))
    keys: dict[int, Locker] = {}
    for plan in EmergencyPlan.objects.filter(number__in={*numbers, *plan_of.values()}):
        try:
            keys[plan.number] = plan_key(plan)
        except KeyWrong:
            continue
    return keys | {number: keys[plan] for number, plan in plan_of.items() if plan in keys}


def _plan(row: EmergencyPlan, ended: Ends) -> Plan | None:
    try:
        key = plan_key(row)
        listed = json.loads(key.unlock(bytes(row.sealed_people), about=people_context(row)))["people"]
    except KeyWrong:
        return None
    still = tuple(n for n in listed if ended.get((n, row.advocate_id, row.number), -1) < row.log_index)
    return Plan(row, still, key)


def _request(row: EmergencyRequest, plan: Plan, ended: Ends) -> Request | None:
    entries = {e.index: e for e in LogEntry.objects.filter(case_number=row.number, kind=KIND)}
    begun = entries.get(row.begun)
    if begun is None or begun.person_number != row.person_id or _step(begun, plan) != ASK:
        return None
    try:
        said = json.loads(plan.key.unlock(bytes(row.sealed_reason), about=reason_context(row)))
    except KeyWrong:
        return None
    agreed = next((e for index, e in sorted(entries.items()) if index > row.begun and _step(e, plan) == AGREE), None)
    end = ended.get((row.person_id, plan.row.advocate_id, row.number), -1)
    return Request(
        row=row,
        plan=plan,
        reason=said["reason"],
        hours=said["hours"],
        asked_at=begun.at,
        agreed_by=None if agreed is None else agreed.person_number,
        agreed=None if agreed is None else agreed.index,
        agreed_at=None if agreed is None else agreed.at,
        end=end if end > row.begun else None,
    )


def _step(entry: LogEntry, plan: Plan) -> str:
    if not is_vouched(entry) or entry.advocate_number != plan.row.advocate_id:
        return ""
    try:
        return str(read_leaf(opening.leaf_bytes(entry, plan.key))["details"].get("step", ""))
    except (KeyWrong, ValueError):
        return ""


def at_now(now: datetime | None) -> datetime:
    """`now`, or this moment."""
    return now or datetime.now(UTC)
