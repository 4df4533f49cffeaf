"""What an advocate referred, or is about to: exactly what goes, to whom, for what, until when, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.access.case_cards import case_card
from parapet.access.cases import held_case
from parapet.access.people import advocate_for
from parapet.access.referral_rows import (
    Referred,
    at_of,
    believed,
    how_ended,
    items_of,
    of_case,
    words_of,
)
from parapet.access.rows import rows_of
from parapet.access.views import CaseCard, Row
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.memberships import name_of
from parapet.records.models import Case, CaseItem, Item, LogEntry, Person, Referral
from parapet.records.numbers import number_of, public


@frozen
class ReferralCard:
    """One referral as who offered it sees it.

    state   "offered", "accepted", "declined", "returned", "taken_back", "parted", "over"
    later   messages that are in the case and not part of it, and notes where notes go: they are seen only when they are added
    words   the officer's own, from declining or handing back
    guest   the account was made for this, so that the advocate can make a sign-in link for it
    through the organisation through which it was offered; "" for none
    """

    id: str
    case_id: str
    case: str
    who: str
    state: str
    purpose: str
    items: int
    notes: bool
    export: bool
    offered_at: datetime | None
    until: datetime | None
    ended_at: datetime | None
    words: str
    later: int
    later_notes: int
    guest: bool
    through: str = ""

    @property
    def lasts(self) -> bool:
        """True while the officer may see something, or accept."""
        return self.state in ("offered", "accepted")


@frozen
class Preview:
    """What would go of a case. `shown` stands for this very list: an offer names it, so that nothing goes that was not shown."""

    card: CaseCard
    rows: tuple[Row, ...]
    notes: int
    shown: str


@frozen
class Officer:
    """Somebody to whom she referred a case before."""

    code: str
    name: str


def preview(person: Person, case_id: str, item_ids: Sequence[str] | None = None) -> Preview:
    """What would go of a case: these messages, or all of it, in order of time. Raises NotFound, also for one that is not in it."""
    case = held_case(person, case_id, Right.REFER)
    items = chosen_items(case, item_ids)
    notes = notes_since(case, 0)
    return Preview(case_card(case), rows_of(person, items), notes, shown_digest(case, items, notes))


def preview_more(person: Person, referral_id: str) -> tuple[ReferralCard, Preview]:
    """What is in the case, and not part of a referral. Raises NotFound, also for one that is over."""
    referred = given_referral(person, referral_id)
    case = referred.row.case
    items, notes = later_items(referred), later_notes(referred)
    return _card(referred), Preview(case_card(case), rows_of(person, items), notes, shown_digest(case, items, notes))


def referrals_of_case(person: Person, case_id: str) -> tuple[ReferralCard, ...]:
    """Every referral of a case, the newest first. Raises NotFound."""
    return referrals_about(held_case(person, case_id, Right.READ))


def referrals_about(case: Case) -> tuple[ReferralCard, ...]:
    """The same. That whoever asks may read all that is its advocate's was asked before."""
    return tuple(_card(each) for each in of_case(case))


def referrals_given(person: Person, advocate_id: str) -> tuple[ReferralCard, ...]:
    """Every referral of any case of hers, the newest first. Raises NotFound for anybody but her."""
    advocate = advocate_for(person, advocate_id, Right.GRANT)
    rows = Referral.objects.filter(case__advocate=advocate).select_related("case__advocate", "person").order_by("-number")
    return tuple(_card(each) for each in believed(rows))


def officers_known(person: Person, case_id: str) -> tuple[Officer, ...]:
    """To whom cases of this advocate were referred before, by name; none who is no longer here. Raises NotFound."""
    case = held_case(person, case_id, Right.REFER)
    rows = Referral.objects.filter(case__advocate=case.advocate_id, person__is_active=True)
    people = {each.row.person for each in believed(rows.select_related("case__advocate", "person"))}
    return tuple(sorted((Officer(each.id, each.name) for each in people), key=lambda one: one.name))


def given_referral(person: Person, referral_id: str, *, now: datetime | None = None) -> Referred:
    """A referral that was not ended, of a case that she may refer. Raises NotFound."""
    number = number_of("ref", referral_id)
    row = (
        Referral.objects.filter(number=number).select_related("case__advocate", "person").first() if number is not None else None
    )
    if row is None:
        raise NotFound("There is nothing here.")
    held_case(person, public("cas", row.case_id), Right.REFER)
    found = believed([row])
    if not found or found[0].end is not None:
        raise NotFound("There is nothing here.")
    return found[0]


def listed_items(case: Case) -> tuple[int, ...]:
    """The numbers of the messages in a case, in order of time."""
    held = CaseItem.objects.filter(case=case, removed_at=None).values("item_id")
    rows = Item.objects.filter(number__in=held, advocate_id=case.advocate_id).order_by("sent_at", "number")
    return tuple(rows.values_list("number", flat=True))


def chosen_items(case: Case, item_ids: Sequence[str] | None) -> tuple[int, ...]:
    """The numbers of these messages of a case, in order of time; of all when none are named. Raises NotFound for one that is not in it."""
    listed = listed_items(case)
    if item_ids is None:
        return listed
    wanted = {number_of("itm", name) for name in item_ids}
    if not wanted <= set(listed):
        raise NotFound("There is nothing here.")
    return tuple(number for number in listed if number in wanted)


def shown_digest(case: Case, items: Sequence[int], notes: int) -> str:
    """What stands for a list that was shown: 64 hexadecimal digits."""
    return hashlib.sha256(f"{case.number}|{notes}|{','.join(map(str, items))}".encode()).hexdigest()


def later_items(referred: Referred) -> tuple[int, ...]:
    """Messages that are in the case now and not on the list."""
    return tuple(number for number in listed_items(referred.row.case) if number not in set(referred.terms.items))


def later_notes(referred: Referred) -> int:
    """How many notes others than the officer wrote since, where notes go."""
    row = referred.row
    return notes_since(row.case, row.log_index, but=row.person_id) if referred.terms.notes else 0


def notes_since(case: Case, since: int, *, but: int | None = None) -> int:
    """How many notes of a case stand in the log from this place on, but those of one person."""
    entries = LogEntry.objects.filter(case_number=case.number, kind="note", index__gte=since)
    return (entries if but is None else entries.exclude(person_number=but)).count()


def _card(referred: Referred) -> ReferralCard:
    row, terms, now = referred.row, referred.terms, datetime.now(UTC)
    state = "accepted" if referred.accepted else "offered"
    if referred.end is not None:
        state = how_ended(referred) or "taken_back"
    elif referred.over(now):
        state = "over"
    lasts = state in ("offered", "accepted")
    return ReferralCard(
        id=row.id,
        case_id=row.case.id,
        case=case_card(row.case).title,
        who=row.person.name,
        state=state,
        purpose=terms.purpose,
        items=len(items_of(referred)) if lasts else len(terms.items),
        notes=terms.notes,
        export=terms.export,
        offered_at=at_of(row.begun),
        until=terms.until,
        ended_at=at_of(referred.end) if referred.end is not None else None,
        words=words_of(referred),
        later=len(later_items(referred)) if lasts else 0,
        later_notes=later_notes(referred) if lasts else 0,
        guest=row.person.invited_by == row.case.advocate_id,
        through=name_of(row.through),
    )
