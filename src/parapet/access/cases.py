"""Cases of an advocate."""

from __future__ import annotations

from parapet.access.case_cards import case_card, case_key, title_of, within_case
from parapet.access.case_handovers import handovers_of
from parapet.access.case_notes import notes_by, notes_of
from parapet.access.custody import custody_of_case, who_could_see
from parapet.access.erased import of_case
from parapet.access.people import advocate_for, advocate_number, card_for, grant_for
from parapet.access.rows import OLDEST, alone, listed, rows_of
from parapet.access.views import AdvocateCard, CaseCard, CasePage, Note
from parapet.domain.errors import KeyClosed, NotFound, SealBroken
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
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
    case = held_case(person, case_id, Right.READ, scoped=True)
    advocate = card_for(person, case.advocate_id, Right.READ, scoped=True)
    return _whole(person, case, advocate) if advocate.scope is None else _part(person, case, advocate, advocate.scope)


def _whole(person: Person, case: Case, advocate: AdvocateCard) -> CasePage:
    key = case_key(case)
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
        rows=rows_of(person, items.values_list("number", flat=True)),
        notes=notes,
        notes_broken=broken,
        handovers=given,
        handovers_broken=given_broken,
        custody=custody_of_case(case),
        exports=custody_of_case(case, ("export", "dossier")),
        seen_by=who_could_see(case.advocate),
        erased=of_case(case),
    )


#: A case has fewer messages than these.
_MOST_ROWS = 1_000_000


def _part(person: Person, case: Case, advocate: AdvocateCard, scope: Scope) -> CasePage:
    """Nothing that others wrote, did or gave: it may tell of other messages."""
    notes: tuple[Note, ...] = ()
    broken = None
    try:
        notes = notes_by(case, case_key(case), person)
    except SealBroken as error:
        broken = error
    rows = tuple(row for row, _ in listed(person, within_case(case, scope), most=_MOST_ROWS, order=OLDEST))
    return CasePage(case_card(case, scope), advocate, alone(rows), notes, (), (), (), notes_broken=broken)


def held_case(person: Person, case_id: str, right: Right, *, scoped: bool = False) -> Case:
    """The row of a case, if she may do this with it; with `scoped` also where her scope names it. Raises NotFound."""
    number = number_of("cas", case_id)
    case = Case.objects.filter(number=number).select_related("advocate").first() if number is not None else None
    if case is None:
        raise NotFound("There is nothing here.")
    grant = grant_for(person, case.advocate_id, right, scoped=scoped)
    if grant.scope is not None and case.id not in grant.scope.cases:
        raise NotFound("There is nothing here.")
    return case
