"""End that somebody belongs to an organisation, with all that was given through it. What others call once they know who may."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from parapet.access.given_through import Given, given_through, lost_of
from parapet.access.referral_rows import PARTED
from parapet.access.support_rows import PARTED as SUPPORT_PARTED
from parapet.actions.allow import take_back
from parapet.actions.organisation_events import log_organisation
from parapet.actions.refer import end_row
from parapet.actions.support_events import end_supporter_row, free_what_he_has
from parapet.domain.belonging import Lost, Role
from parapet.records import models
from parapet.records.grants import ADVOCATE, given_for
from parapet.records.memberships import ENDED, Belonging, Belongs, keep_membership
from parapet.records.vouching import REVOKE

#: How it came: she left, an administrator ended it, the organisation ended, or she belongs in another role from now on.
LEFT, SENT, ORGANISATION, ANOTHER_ROLE = "left", "sent", "organisation", "another_role"
#: To an advocate: somebody else belongs no longer, to whom she had given something through it.
OTHER = "other"


def part(belonging: Belonging, how: str, *, by: models.Person | None, now: datetime) -> tuple[Lost, ...]:
    """Write the end, end what she gave and was given through it, and keep for her what that was. Inside a transaction that holds the log.

    Keys of closed material follow as after any other taking back (`key_shares.py`). Nothing of what is an advocate's changes.
    """
    member, organisation = belonging.row.person, belonging.organisation
    given = given_through(member, organisation.number)
    lost = lost_of(given)
    for grant in given.grants:
        helper = member if grant.person == member.number else models.Person.objects.get(number=grant.person)
        take_back(helper, grant.advocate, by=by, now=now)
    for row in given.referrals:
        end_row(row, PARTED, by=by, now=now)
    for supporter in given.supporters:
        free_what_he_has(supporter, by=by, now=now)
        end_supporter_row(supporter, SUPPORT_PARTED, by=by, now=now)
    _tell_advocates(belonging, given, now)
    details = {"role": str(belonging.role), "step": how}
    index = log_organisation(REVOKE, organisation.number, details, by=by, now=now, about=member)
    if how == ANOTHER_ROLE and not lost:
        belonging.row.delete()
        return lost
    said = Belongs(
        member.number, organisation.number, belonging.role, ENDED, index, 0, now, how=how, told=lost, name=organisation.name
    )
    keep_membership(belonging.row, said)
    return lost


def _tell_advocates(belonging: Belonging, given: Given, now: datetime) -> None:
    """Keep for each advocate whose helper or officer goes what she had given, so that she does not go on relying on it."""
    member, organisation = belonging.row.person, belonging.organisation
    grants = Counter(grant.advocate.number for grant in given.grants if grant.advocate.number not in given.hers)
    cases = Counter(row.case.advocate_id for row in given.referrals if row.case.advocate_id not in given.hers)
    supporters = Counter(row.advocate_id for row in given.supporters if row.advocate_id not in given.hers)
    for advocate in sorted({*grants, *cases, *supporters}):
        told = [Lost("grant", member.name, 1, hers=True)] if grants[advocate] else []
        if supporters[advocate]:
            told.append(Lost("supporter", member.name, 1, hers=True))
        if cases[advocate]:
            told.append(Lost("referral", member.name, cases[advocate], hers=True))
        for grant in given_for(advocate):
            if grant.role == ADVOCATE:
                row = models.Membership(organisation_id=organisation.number, person_id=grant.person)
                said = Belongs(
                    grant.person, organisation.number, Role.MEMBER, ENDED, belonging.said.index, 0, now,
                    how=OTHER, told=tuple(told), name=organisation.name,
                )  # fmt: skip
                keep_membership(row, said)
