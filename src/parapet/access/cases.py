"""Cases of an advocate."""

from __future__ import annotations

from parapet.access.case_cards import case_card, case_key
from parapet.access.case_handovers import handovers_of
from parapet.access.case_notes import notes_of
from parapet.access.custody import custody_of_case, who_could_see
from parapet.access.erased import of_case
from parapet.access.people import advocate_for, card_for
from parapet.access.rows import rows_of
from parapet.access.views import CaseCard, CasePage
from parapet.domain.errors import NotFound, SealBroken
from parapet.domain.rights import Right
from parapet.records.models import Case, Item, Person
from parapet.records.numbers import number_of


def mine(person: Person, advocate_id: str) -> tuple[CaseCard, ...]:
    """The cases of an advocate, open ones first, then newest first. Raises NotFound."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    cases = Case.objects.filter(advocate=advocate).select_related("advocate").order_by("-opened_at")
    return tuple(sorted((case_card(c) for c in cases), key=lambda c: c.state != "open"))


def page(person: Person, case_id: str) -> CasePage:
    """A case with its items in order of time. Raises NotFound."""
    case = held_case(person, case_id, Right.READ)
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
        advocate=card_for(person, case.advocate_id, Right.READ),
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


def held_case(person: Person, case_id: str, right: Right) -> Case:
    """The row of a case, if she may do this with it. Raises NotFound."""
    number = number_of("cas", case_id)
    case = Case.objects.filter(number=number).select_related("advocate").first() if number is not None else None
    if case is None:
        raise NotFound("There is nothing here.")
    card_for(person, case.advocate_id, right)
    return case
