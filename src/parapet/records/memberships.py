"""Which organisations are believed, and who is believed to belong: the one place where their rows are opened.

What a row says is sealed, bound to the row, and names its person, its organisation and the entry of the log that tells of it. So a
row that this home did not write, or that somebody moved, says nothing. That somebody belongs no longer is a `revoke` entry about her
and the organisation, which the log's head counts as it counts the ends of grants (`vouching.ends`): a row of before, put back by
hand, says nothing either, and a hidden end shuts all of it. An invitation counts while the newest `member` entry about the two is its
own; an organisation, while its newest `organisation` entry is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from attrs import frozen
from django.db.models import QuerySet

from parapet.domain.belonging import Lost, Role
from parapet.domain.errors import KeyWrong
from parapet.records.bulk import run
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, LogEntry, Membership, Organisation, Person
from parapet.records.numbers import public
from parapet.records.vouching import ends, is_vouched

#: Kinds of entries. Both stand in the log beside the organisation's number, where a case's would.
ABOUT, MEMBER = "organisation", "member"
INVITED, JOINED, DECLINED, WITHDRAWN, ENDED = "invited", "joined", "declined", "withdrawn", "ended"
FOUNDED = "founded"
_Standing = Membership.Standing
# The condition stands letter for letter in the index `log_members`.
_NEWEST = """
SELECT "index" FROM records_logentry WHERE kind IN ('member', 'organisation') AND case_number = %s AND person_number {whose}
ORDER BY "index" DESC LIMIT 1
"""


@frozen
class Organised:
    """What is kept of an organisation. `institution`: the short name in PARAPET_INSTITUTIONS whose people may join by themselves, or ""."""

    number: int
    name: str
    institution: str
    index: int
    ended: bool = False

    @property
    def id(self) -> str:
        """Its public name."""
        return public("org", self.number)


@frozen
class Belongs:
    """What is kept of a person in an organisation.

    index  of the entry that says so
    by     number of the person who invited her; 0 for whoever keeps the home, or for herself
    until  when an invitation lapses
    how, told, name  of one that ended: "left", "sent" or "organisation", what ended with it, and what the organisation was called
    """

    person: int
    organisation: int
    role: Role
    step: str
    index: int
    by: int
    at: datetime
    until: datetime | None = None
    how: str = ""
    told: tuple[Lost, ...] = ()
    name: str = ""


@frozen
class Belonging:
    """A row that is believed, with its person at hand."""

    row: Membership
    said: Belongs
    organisation: Organised

    @property
    def role(self) -> Role:
        """As what."""
        return self.said.role


def organisation_context(number: int) -> bytes:
    """What an organisation's row is bound to."""
    return f"organisation:{number}".encode()


def membership_context(number: int) -> bytes:
    """What a membership's row is bound to."""
    return f"membership:{number}".encode()


def keep_organisation(said: Organised) -> None:
    """Write it in place of what was there."""
    sealed = keyring().lock(msgspec.msgpack.encode(said), about=organisation_context(said.number))
    Organisation.objects.update_or_create(number=said.number, defaults={"sealed": sealed})


def keep_membership(row: Membership, said: Belongs) -> None:
    """Write it in the row, a new one or what was there."""
    row.standing = {INVITED: _Standing.INVITED, ENDED: _Standing.ENDED}.get(
        said.step, _Standing.SERVES if said.role.serves else _Standing.BELONGS
    )
    row.sealed = keyring().lock(msgspec.msgpack.encode(said), about=membership_context(row.number))
    row.save()


def organisations() -> list[Organised]:
    """All that did not end, in the order in which they were made."""
    found = (_organised(row) for row in Organisation.objects.order_by("number"))
    return [each for each in found if each is not None and not each.ended]


def organisation_of(number: int | None) -> Organised | None:
    """The one of this number; None for none, for one that ended, and for a row that this home did not write."""
    row = None if number is None else Organisation.objects.filter(number=number).first()
    said = None if row is None else _organised(row)
    return None if said is None or said.ended else said


def name_of(number: int | None) -> str:
    """What an organisation is or was called; "" for none."""
    row = None if number is None else Organisation.objects.filter(number=number).first()
    said = None if row is None else _opened(row)
    return "" if said is None else said.name


def belongings_of(person: Person) -> list[Belonging]:
    """Where she belongs; nowhere when she may not come in. Raises LogBroken as `ends`."""
    if not person.is_active:
        return []
    return [each for each in _believed(Membership.objects.filter(person=person)) if each.said.step == JOINED]


def invitations_of(person: Person, *, now: datetime | None = None) -> list[Belonging]:
    """To what she is invited, and has not answered."""
    if not person.is_active:
        return []
    return _open_invitations(Membership.objects.filter(person=person), now)


def notices_of(person: Person) -> list[tuple[Membership, Belongs]]:
    """What ended, and she has not put away."""
    rows = Membership.objects.filter(person=person).order_by("-number")
    said = ((row, _said(row)) for row in rows)
    return [(row, each) for row, each in said if each is not None and each.step == ENDED]


def anything_waits(person: Person, *, now: datetime | None = None) -> bool:
    """Whether there is something for her to answer or to read: an invitation, or what ended. One statement where there is nothing."""
    rows = list(Membership.objects.filter(person=person).select_related("person").order_by("number"))
    if any(said is not None and said.step == ENDED for said in map(_said, rows)):
        return True
    return person.is_active and bool(_open(_believed_of(rows), now))


def people_of(number: int, *, serving: bool = False, only: int | None = None) -> list[Belonging]:
    """Who belongs to the organisation of this number, and may come in, as they came; only those who serve there, or the person of
    this number, when asked."""
    rows = Membership.objects.filter(organisation=number, person__is_active=True)
    rows = rows.filter(standing__in=[_Standing.SERVES] if serving else [_Standing.BELONGS, _Standing.SERVES])
    if only is not None:
        rows = rows.filter(person=only)
    return [each for each in _believed(rows) if each.said.step == JOINED and (each.role.serves or not serving)]


def page_of(number: int, *, before: int | None, at_most: int) -> tuple[list[Belonging], int | None]:
    """Some of them, the newest of `at_most` rows first, from before the row of this number on; and the number from which to go on,
    None at the end."""
    rows = Membership.objects.filter(organisation=number, standing__in=[_Standing.BELONGS, _Standing.SERVES]).order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    numbers = list(rows.values_list("number", flat=True)[: at_most + 1])
    found = _believed(rows.filter(number__in=numbers[:at_most], person__is_active=True))
    return [each for each in found if each.said.step == JOINED], numbers[at_most - 1] if len(numbers) > at_most else None


def all_rows_of(number: int) -> list[Belonging]:
    """Every row of the organisation of this number that is believed: members, also who may not come in, and invitations."""
    return _believed(Membership.objects.filter(organisation=number))


def invited_to(number: int, *, only: int | None = None, now: datetime | None = None) -> list[Belonging]:
    """Who is invited to it, and has not answered; only the person of this number, when asked."""
    rows = Membership.objects.filter(organisation=number, standing=_Standing.INVITED, person__is_active=True)
    return _open_invitations(rows if only is None else rows.filter(person=only), now)


def opens(row: Organisation | Membership) -> bool:
    """Whether what it says opens, for the check of the home."""
    return (_opened(row) if isinstance(row, Organisation) else _said(row)) is not None


def _open_invitations(rows: QuerySet[Membership], now: datetime | None) -> list[Belonging]:
    return _open(_believed(rows), now)


def _open(believed: Iterable[Belonging], now: datetime | None) -> list[Belonging]:
    now = now or datetime.now(UTC)
    found = (each for each in believed if each.said.step == INVITED)
    return [each for each in found if each.said.until is not None and each.said.until > now and _stands(each.said)]


def _believed(asked: QuerySet[Membership]) -> list[Belonging]:
    """Those of these that this home wrote and that nothing ended since, in their order."""
    ordered = asked if asked.ordered else asked.order_by("number")
    return _believed_of(list(ordered.select_related("person")))


def _believed_of(rows: Sequence[Membership]) -> list[Belonging]:
    if not rows:
        return []
    ended, named = ends(), {number: organisation_of(number) for number in {row.organisation_id for row in rows}}
    found = []
    for row in rows:
        said, organisation = _said(row), named[row.organisation_id]
        if said is None or organisation is None:
            continue
        if said.index > ended.get((row.person_id, Advocate.UNMATCHED, row.organisation_id), -1):
            found.append(Belonging(row, said, organisation))
    return found


def _stands(invitation: Belongs) -> bool:
    return _is_newest(invitation.organisation, invitation.index, invitation.person)


def _said(row: Membership) -> Belongs | None:
    try:
        raw = keyring().unlock(bytes(row.sealed), about=membership_context(row.number))
    except KeyWrong:
        return None
    said = msgspec.msgpack.decode(raw, type=Belongs)
    return said if (said.person, said.organisation) == (row.person_id, row.organisation_id) else None


def _opened(row: Organisation) -> Organised | None:
    try:
        raw = keyring().unlock(bytes(row.sealed), about=organisation_context(row.number))
    except KeyWrong:
        return None
    said = msgspec.msgpack.decode(raw, type=Organised)
    return said if said.number == row.number else None


def _organised(row: Organisation) -> Organised | None:
    said = _opened(row)
    if said is None:
        return None
    return said if _is_newest(row.number, said.index) else None


def _is_newest(organisation: int, index: int, person: int | None = None) -> bool:
    """Whether the newest entry about the organisation itself, or about this person in it, stands at `index`, as this home wrote it."""
    whose, values = ("IS NULL", [organisation]) if person is None else ("= %s", [organisation, person])
    if run(_NEWEST.format(whose=whose), values) != [(index,)]:
        return False
    return is_vouched(LogEntry.objects.get(index=index))
