"""Supporters and calls for support as an advocate sees them, or somebody to whom she gave the right to ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.access.campaigns import of_one
from parapet.access.cases import held_case
from parapet.access.people import advocate_for, card_for
from parapet.access.referrals import listed_items
from parapet.access.referred import referred_rows
from parapet.access.support_rows import Backing, supporters_for
from parapet.access.support_steps import DONE, TAKEN, Called, Terms, believed
from parapet.access.supporting import CallView, asked_people, preview_view, showable
from parapet.access.views import AdvocateCard, Row
from parapet.domain.belonging import Role
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.domain.support import Felt, Help, Helped
from parapet.records.grants import ADVOCATE
from parapet.records.memberships import belongings_of, name_of, people_of
from parapet.records.models import Advocate, Case, Item, Person, SupportCall, Supporter
from parapet.records.numbers import number_of, public

#: So many calls are listed, and so many messages of a case or campaign can be ticked.
MOST_CALLS, MOST_CHOICES = 30, 50


@frozen
class SupporterCard:
    """One supporter. `how` is how he was vetted, in the words of whoever did; `guest`: she can make a sign-in link for the account."""

    id: str
    name: str
    how: str
    vetted_by: str
    asked_at: datetime
    agreed_at: datetime | None
    guest: bool
    through: str = ""
    number: int = 0


@frozen
class Taker:
    """Somebody who took what one person does. `slot` is what she names to confirm or decline."""

    slot: int
    name: str
    help: Help
    at: datetime
    confirmed: bool


@frozen
class HelpCount:
    """How many of one thing: wanted in all, taken now, done."""

    help: Help
    wanted: int
    taken: int
    done: int


@frozen
class CallSummary:
    """One call, as she sees it: numbers, and no word of what anybody did or wrote.

    felt  how many supporters said how they are; `told` how many it asks, `agreed` of these who still are there
    """

    id: str
    words: str
    state: str
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    by: str
    quiet: bool
    items: int
    asked: tuple[str, ...]
    counts: tuple[HelpCount, ...]
    takers: tuple[Taker, ...]
    felt: tuple[tuple[Felt, int], ...]
    helped: Helped | None
    line: str
    when: str
    place: str
    case_id: str = ""

    @property
    def asking(self) -> bool:
        """True while it asks."""
        return self.state == "asking"


@frozen
class SupportPage:
    """Her supporters and her calls. `herself`: it is she who looks, who alone lets somebody in by a link.

    organisations  name and public name of those to which she belongs, through which a supporter may be asked
    """

    advocate: AdvocateCard
    supporters: tuple[SupporterCard, ...]
    calls: tuple[CallSummary, ...]
    organisations: tuple[tuple[str, str], ...]
    herself: bool


@frozen
class Choices:
    """What a call can be made of: who agreed, and the public messages of a case or of a campaign that can be ticked."""

    advocate: AdvocateCard
    supporters: tuple[SupporterCard, ...]
    rows: tuple[Row, ...]
    case_id: str = ""


def support_page(person: Person, advocate_id: str, *, now: datetime | None = None) -> SupportPage:
    """Raises NotFound."""
    advocate = supported(person, advocate_id)
    card = card_for(person, advocate.number, Right.SUPPORT)
    rows = SupportCall.objects.filter(advocate=advocate).select_related("advocate").order_by("-number")[:MOST_CALLS]
    herself = card.role == ADVOCATE
    return SupportPage(
        advocate=card,
        supporters=_supporters(supporters_for(advocate)),
        calls=_summaries(believed(rows), now or datetime.now(UTC)),
        organisations=tuple((each.organisation.id, each.organisation.name) for each in belongings_of(person)) if herself else (),
        herself=herself,
    )


def call_page(person: Person, call_id: str, *, now: datetime | None = None) -> tuple[AdvocateCard, CallSummary]:
    """One call. Raises NotFound."""
    call = held_call(person, call_id)
    [summary] = _summaries([call], now or datetime.now(UTC))
    return card_for(person, call.row.advocate_id, Right.SUPPORT), summary


def call_choices(person: Person, advocate_id: str, *, case_id: str = "", item_id: str = "") -> Choices:
    """What a call can be made of, about a case or the campaign of one message, or about nothing. Raises NotFound."""
    advocate = supported(person, advocate_id)
    agreed = [each for each in supporters_for(advocate) if each.agreed_at is not None]
    items = _tickable(person, advocate, case_id, item_id)
    rows = referred_rows(person, items)
    return Choices(card_for(person, advocate.number, Right.SUPPORT), _supporters(agreed), rows, case_id)


def what_they_see(person: Person, advocate_id: str, terms: Terms) -> CallView:
    """Exactly what a supporter would see of a call with these terms (`support_steps.Terms`). Raises NotFound."""
    return preview_view(supported(person, advocate_id), terms, person)


def calls_of_case(person: Person, case_id: str, *, now: datetime | None = None) -> tuple[CallSummary, ...]:
    """The calls that were made from a case, the newest first. Raises NotFound."""
    return calls_about(held_case(person, case_id, Right.READ), now=now)


def calls_about(case: Case, *, now: datetime | None = None) -> tuple[CallSummary, ...]:
    """The same. That whoever asks may read all that is its advocate's was asked before."""
    rows = SupportCall.objects.filter(case=case, advocate=case.advocate_id).select_related("advocate").order_by("-number")
    return _summaries(believed(rows), now or datetime.now(UTC))


def supported(person: Person, advocate_id: str) -> Advocate:
    """The advocate for whom this person may ask for support. Raises NotFound, also for the unmatched, who are nobody."""
    advocate = advocate_for(person, advocate_id, Right.SUPPORT)
    if advocate.number == Advocate.UNMATCHED:
        raise NotFound("There is nothing here.")
    return advocate


def held_call(person: Person, call_id: str) -> Called:
    """A call of somebody for whom this person may ask for support. Raises NotFound."""
    row = SupportCall.objects.filter(number=number_of("cal", call_id) or 0).select_related("advocate").first()
    if row is None:
        raise NotFound("There is nothing here.")
    supported(person, row.advocate.id)
    for call in believed([row]):
        return call
    raise NotFound("There is nothing here.")


def held_backing(person: Person, supporter_id: str) -> Backing:
    """A supporter of somebody for whom this person may ask for support. Raises NotFound."""
    row = Supporter.objects.filter(number=number_of("sup", supporter_id) or 0).select_related("advocate").first()
    if row is None:
        raise NotFound("There is nothing here.")
    advocate = supported(person, row.advocate.id)
    for each in supporters_for(advocate):
        if each.row.number == row.number:
            return each
    raise NotFound("There is nothing here.")


def organisation_supporter(person: Person, advocate_id: str, organisation_id: str, code: str) -> tuple[Person, int]:
    """Somebody of an organisation of hers who is there as a supporter, and its number. Raises NotFound for anybody but the advocate."""
    advocate_for(person, advocate_id, Right.GRANT)
    for each in belongings_of(person):
        if each.organisation.id != organisation_id:
            continue
        for other in people_of(each.organisation.number, serving=False, only=number_of("per", code) or 0):
            if other.role is Role.SUPPORTER and other.row.person_id != person.number:
                return other.row.person, each.organisation.number
    raise NotFound("There is nothing here.")


def _tickable(person: Person, advocate: Advocate, case_id: str, item_id: str) -> list[Item]:
    numbers: Sequence[int] = ()
    if case_id:
        case: Case = held_case(person, case_id, Right.READ)
        if case.advocate_id != advocate.number:
            raise NotFound("There is nothing here.")
        numbers = listed_items(case)
    if item_id:
        advocate_for(person, advocate.id, Right.READ)
        number = number_of("itm", item_id) or 0
        if not Item.objects.filter(number=number, advocate=advocate).exists():
            raise NotFound("There is nothing here.")
        numbers = sorted({*numbers, *of_one(number)})
    return showable(advocate, numbers)[-MOST_CHOICES:]


def _supporters(backings: Sequence[Backing]) -> tuple[SupporterCard, ...]:
    names = {p.number: p.name for p in Person.objects.filter(number__in=[each.by for each in backings])}
    return tuple(
        SupporterCard(
            id=each.row.id,
            name=each.row.person.name,
            how=each.how,
            vetted_by=names.get(each.by, ""),
            asked_at=each.asked_at,
            agreed_at=each.agreed_at,
            guest=each.row.person.invited_by == each.row.advocate_id,
            through=name_of(each.row.through),
            number=each.row.number,
        )
        for each in backings
    )


def _summaries(calls: Sequence[Called], now: datetime) -> tuple[CallSummary, ...]:
    people = {call.by for call in calls} | {slot.person for call in calls for slot in call.slots}
    names = {p.number: p.name for p in Person.objects.filter(number__in=[n for n in people if n is not None])}
    return tuple(_summary(call, names, now) for call in calls)


def _summary(call: Called, names: dict[int, str], now: datetime) -> CallSummary:
    terms = call.terms
    takers = tuple(
        Taker(slot.number, names.get(slot.person, ""), slot.help, slot.at, slot.confirmed)
        for slot in call.slots
        if slot.help.by_one and slot.now(now) == TAKEN
    )
    counts = tuple(
        HelpCount(
            help_,
            terms.limits.in_all(help_),
            sum(s.now(now) == TAKEN for s in call.holding(now, help_)),
            sum(s.state == DONE for s in call.holding(now, help_)),
        )
        for help_ in terms.helps
    )
    felt = Counter(call.felt.values())
    return CallSummary(
        id=call.row.id,
        words=terms.words,
        state=call.state(now),
        opened_at=call.opened_at,
        until=terms.until,
        ended_at=call.stopped_at or (terms.until if now >= terms.until else None),
        by=names.get(call.by or 0, ""),
        quiet=terms.quiet,
        items=len(terms.items),
        asked=tuple(each.row.person.name for each in asked_people(call)),
        counts=counts,
        takers=takers,
        felt=tuple((code, felt[code]) for code in Felt if felt[code]),
        helped=call.helped,
        line=call.line,
        when=terms.when,
        place=terms.place,
        case_id="" if call.row.case_id is None else public("cas", call.row.case_id),
    )
