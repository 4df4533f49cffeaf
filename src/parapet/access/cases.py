"""Cases of an advocate."""

from __future__ import annotations

from attrs import evolve

from parapet.access.case_cards import case_card, case_key, title_of, within_case
from parapet.access.case_handovers import handovers_of
from parapet.access.case_notes import notes_by, notes_of
from parapet.access.custody import custody_of_case, exports_among, who_could_see
from parapet.access.erased import of_case
from parapet.access.people import advocate_for, advocate_number, card_of, grant_for
from parapet.access.rows import OLDEST, alone, listed, rows_of
from parapet.access.veils import Sight
from parapet.access.views import AdvocateCard, CaseCard, CasePage, Note
from parapet.domain.errors import KeyClosed, NotFound, SealBroken
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.domain.veil import Level
from parapet.records.grants import Held
from parapet.records.models import Case, Item, Person
from parapet.records.numbers import number_of


def mine(person: Person, advocate_id: str) -> tuple[CaseCard, ...]:
    """The cases of an advocate, or those that her scope names: open ones first, then newest first. Raises NotFound."""
    grant = grant_for(person, advocate_number(advocate_id), Right.READ, scoped=True)
    cases = Case.objects.filter(advocate=grant.advocate).select_related("advocate").order_by("-opened_at")
    if grant.scope is not None:
        if not grant.scope.cases:
            raise NotFound("There is nothing here.")
        cases = cases.filter(number__in=[number_of("cas", name) or 0 for name in grant.scope.cases])
    return tuple(sorted((case_card(c, grant.scope) for c in cases), key=lambda c: c.state != "open"))


def titles(person: Person, advocate_id: str) -> dict[str, str]:
    """What all cases of an advocate are called, by public name, the newest first; "" while what they are called is closed.

    Raises NotFound.
    """
    advocate = advocate_for(person, advocate_id, Right.READ)
    return {
        case.id: _title(case) for case in Case.objects.filter(advocate=advocate).select_related("advocate").order_by("-opened_at")
    }


def _title(case: Case) -> str:
    try:
        return title_of(case)
    except KeyClosed:
        return ""


def page(person: Person, case_id: str) -> CasePage:
    """A case with its items in order of time; for who sees a part, what is within it and the notes of her own. Raises NotFound."""
    case = case_named(case_id)
    return page_under(grant_for(person, case.advocate_id, Right.READ, scoped=True), case, asked_by=person)


def page_under(grant: Held, case: Case, *, asked_by: Person) -> CasePage:
    """`page`, by a grant to read that was asked for before; it may be for a part. Raises NotFound where it does not open this case."""
    advocate, sight = card_of(opening(grant, case)), Sight(asked_by)
    made = _whole(asked_by, case, advocate, sight) if grant.scope is None else _part(asked_by, case, advocate, grant.scope, sight)
    return evolve(made, hides_sums=sight.over_all(case.advocate_id, role=advocate.role) is Level.NOTHING)


def _whole(person: Person, case: Case, advocate: AdvocateCard, sight: Sight) -> CasePage:
    key, custody = case_key(case), custody_of_case(case)
    items = Item.objects.filter(caseitem__case=case, caseitem__removed_at=None).order_by("sent_at", "number")
    try:
        notes, broken = notes_of(case, key), None
    except SealBroken as error:  # all else of the case is as it was, and she needs it
        notes, broken = (), error
    try:
        given, given_broken = handovers_of(case, key), None
    except SealBroken as error:
        given, given_broken = (), error
    return CasePage(
        card=case_card(case),
        advocate=advocate,
        rows=rows_of(person, items.values_list("number", flat=True), sight=sight),
        notes=notes,
        notes_broken=broken,
        handovers=given,
        handovers_broken=given_broken,
        custody=custody,
        exports=exports_among(case, custody),
        seen_by=who_could_see(case.advocate),
        erased=of_case(case),
    )


#: A case has fewer messages than these.
_MOST_ROWS = 1_000_000


def _part(person: Person, case: Case, advocate: AdvocateCard, scope: Scope, sight: Sight) -> CasePage:
    """Nothing that others wrote, did or gave: it may tell of other messages."""
    notes: tuple[Note, ...] = ()
    broken = None
    try:
        notes = notes_by(case, case_key(case), person)
    except SealBroken as error:
        broken = error
    rows = tuple(row for row, _ in listed(person, within_case(case, scope), most=_MOST_ROWS, order=OLDEST, sight=sight))
    return CasePage(case_card(case, scope), advocate, alone(rows), notes, (), (), (), notes_broken=broken)


def held_case(person: Person, case_id: str, right: Right, *, scoped: bool = False) -> Case:
    """The row of a case, if she may do this with it; with `scoped` also where her scope names it. Raises NotFound."""
    case = case_named(case_id)
    opening(grant_for(person, case.advocate_id, right, scoped=scoped), case)
    return case


def case_named(case_id: str) -> Case:
    """The row of this public name, for whoever asks next whether it may be seen. Raises NotFound."""
    number = number_of("cas", case_id)
    case: Case | None = Case.objects.filter(number=number).select_related("advocate").first() if number is not None else None
    if case is None:
        raise NotFound("There is nothing here.")
    return case


def opening(grant: Held, case: Case) -> Held:
    """The grant, if it opens this case: it is for all, or names it. Raises NotFound."""
    if grant.advocate.number != case.advocate_id or (grant.scope is not None and case.id not in grant.scope.cases):
        raise NotFound("There is nothing here.")
    return grant
