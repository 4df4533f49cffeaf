"""All that the page of one case shows, with whoever asks asked once who she is to its advocate."""

from __future__ import annotations

from attrs import frozen

from parapet.access.case_work import CaseWork, work_on
from parapet.access.cases import case_named, page_under
from parapet.access.complaints import ComplaintLine, lines_of
from parapet.access.people import grant_among
from parapet.access.private_notes import Private, notes_for
from parapet.access.referrals import ReferralCard, referrals_about
from parapet.access.support import CallSummary, calls_about
from parapet.access.views import AdvocateCard, CasePage
from parapet.domain.rights import Right
from parapet.records.models import Person


@frozen
class CaseScreen:
    """A case, and all advocates whom whoever asks may act for.

    work      how it stands; None for who sees a part, who is shown nothing that others did
    referred  every referral of it, the newest first
    private   her own notes about it
    support   every call for support that was made from it, the newest first
    complaints  those of it
    """

    page: CasePage
    advocates: tuple[AdvocateCard, ...]
    work: CaseWork | None = None
    referred: tuple[ReferralCard, ...] = ()
    private: tuple[Private, ...] = ()
    support: tuple[CallSummary, ...] = ()
    complaints: tuple[ComplaintLine, ...] = ()


def case_screen(person: Person, case_id: str) -> CaseScreen:
    """`cases.page`, and beside it all that stands about a case, for who may read all. Raises NotFound."""
    case = case_named(case_id)
    grant, advocates = grant_among(person, case.advocate_id, Right.READ, scoped=True)
    found = page_under(grant, case, asked_by=person)
    if grant.scope is not None:
        return CaseScreen(found, advocates)
    work = work_on(case)
    complaints = lines_of(case, [each.id for each in work.within])
    return CaseScreen(found, advocates, work, referrals_about(case), notes_for(case, person), calls_about(case), complaints)
