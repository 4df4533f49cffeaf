"""Join an organisation, or say no. By her own act alone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.organisations import joinable
from parapet.actions.invite_member import drop_invitation
from parapet.actions.organisation_events import log_organisation
from parapet.actions.part import ANOTHER_ROLE, part
from parapet.domain.belonging import Role
from parapet.domain.errors import NotFound
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.memberships import (
    DECLINED,
    JOINED,
    MEMBER,
    Belonging,
    Belongs,
    Organised,
    belongings_of,
    invitations_of,
    keep_membership,
)
from parapet.records.numbers import number_of


def join_organisation(person: models.Person, organisation_id: str, *, now: datetime | None = None) -> Role:
    """Belong to it from now on: as she is invited, else as a member where her account at its institution lets her. Returns as what.

    Where she belonged in another role, that ends first, with what was given to her through it. Raises NotFound.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        invitation = _invitation(person, organisation_id, now)
        if invitation is not None:
            organisation, role, row = invitation.organisation, invitation.role, invitation.row
        else:
            organisation, role = _open(person, organisation_id), Role.MEMBER
            row = models.Membership(organisation_id=organisation.number, person=person)
        for each in belongings_of(person):
            if each.organisation.number == organisation.number:
                part(each, ANOTHER_ROLE, by=person, now=now)
        index = log_organisation(MEMBER, organisation.number, {"step": JOINED, "role": role}, by=person, now=now, about=person)
        keep_membership(row, Belongs(person.number, organisation.number, role, JOINED, index, 0, now))
    return role


def decline_invitation(person: models.Person, organisation_id: str, *, now: datetime | None = None) -> None:
    """Say no. Raises NotFound."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        invitation = _invitation(person, organisation_id, now)
        if invitation is None:
            raise NotFound("There is nothing here.")
        drop_invitation(invitation, DECLINED, by=person, now=now)


def _invitation(person: models.Person, organisation_id: str, now: datetime) -> Belonging | None:
    number = number_of("org", organisation_id)
    return next((each for each in invitations_of(person, now=now) if each.organisation.number == number), None)


def _open(person: models.Person, organisation_id: str) -> Organised:
    number = number_of("org", organisation_id)
    for each in joinable(person):
        if each.number == number:
            return each
    raise NotFound("There is nothing here.")
