"""Invite somebody to an organisation, or take the invitation back. It is hers to accept: nobody belongs who did not say so herself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.organisations import held_belonging
from parapet.actions.organisation_events import log_organisation
from parapet.domain.belonging import Role
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.memberships import (
    INVITED,
    MEMBER,
    WITHDRAWN,
    Belonging,
    Belongs,
    Organised,
    belongings_of,
    invited_to,
    keep_membership,
)
from parapet.records.numbers import number_of

INVITATION_LIFE = timedelta(days=30)


def invite_member(person: models.Person, organisation_id: str, code: str, role: Role, *, now: datetime | None = None) -> None:
    """Invite whose code this is ("per_...", which she tells: nobody is found by name). An earlier invitation lapses.

    Raises NotFound for anybody but an administrator of the organisation, RequestRefused.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        held = held_belonging(person, organisation_id, (Role.ADMINISTRATOR,))
        invited = models.Person.objects.filter(number=number_of("per", code.strip()) or 0, is_active=True).first()
        if invited is None or invited.invited_by is not None:
            raise RequestRefused(_("Nobody who can be invited has this code. Ask the person for it again."))
        write_invitation(held.organisation, invited, role, by=person, now=now)


def withdraw_invitation(person: models.Person, organisation_id: str, member_id: str, *, now: datetime | None = None) -> None:
    """Take an invitation back that was not answered. Raises NotFound, also for anybody but an administrator."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        held = held_belonging(person, organisation_id, (Role.ADMINISTRATOR,))
        for each in invited_to(held.organisation.number, only=number_of("per", member_id) or 0, now=now):
            drop_invitation(each, WITHDRAWN, by=person, now=now)
            return
        raise NotFound("There is nothing here.")


def write_invitation(
    organisation: Organised, invited: models.Person, role: Role, *, by: models.Person | None, now: datetime
) -> None:
    """Write it down, in place of an earlier one. Inside a transaction. Raises RequestRefused."""
    if invited.invited_by is not None:
        raise RequestRefused(_("This account was made for helping somebody, and cannot belong to an organisation."))
    if any((each.organisation.number, each.role) == (organisation.number, role) for each in belongings_of(invited)):
        raise RequestRefused(_("This person belongs to it already, in this role."))
    for each in invited_to(organisation.number, only=invited.number, now=now):
        each.row.delete()
    index = log_organisation(MEMBER, organisation.number, {"step": INVITED, "role": role}, by=by, now=now, about=invited)
    said = Belongs(invited.number, organisation.number, role, INVITED, index, by.number if by else 0, now, now + INVITATION_LIFE)
    keep_membership(models.Membership(organisation_id=organisation.number, person=invited), said)


def drop_invitation(invitation: Belonging, step: str, *, by: models.Person | None, now: datetime) -> None:
    """It counts no longer. Inside a transaction."""
    about = invitation.row.person
    details = {"step": step, "role": invitation.role}
    log_organisation(MEMBER, invitation.organisation.number, details, by=by, now=now, about=about)
    invitation.row.delete()
