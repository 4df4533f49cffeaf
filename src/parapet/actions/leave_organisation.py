"""Belong to an organisation no longer: by her own act, by an administrator's, or because there is no organisation any more."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve
from django.db import transaction

from parapet.access.organisations import held_belonging
from parapet.actions.organisation_events import log_organisation
from parapet.actions.part import LEFT, ORGANISATION, SENT, part
from parapet.domain.belonging import Role
from parapet.domain.errors import NotFound, ReferenceUnknown
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.memberships import (
    ABOUT,
    ENDED,
    INVITED,
    JOINED,
    Belonging,
    all_rows_of,
    keep_organisation,
    notices_of,
    organisation_of,
    people_of,
)
from parapet.records.numbers import number_of


def leave_organisation(person: models.Person, organisation_id: str, *, now: datetime | None = None) -> None:
    """Leave, at once. Nobody is asked. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        part(held_belonging(person, organisation_id), LEFT, by=person, now=now or datetime.now(UTC))


def end_membership(person: models.Person, organisation_id: str, member_id: str, *, now: datetime | None = None) -> None:
    """Send somebody away, as an administrator of the organisation. Raises NotFound, also for herself, who leaves."""
    with transaction.atomic():
        hold_log()
        member = member_of(person, organisation_id, member_id)
        part(member, SENT, by=person, now=now or datetime.now(UTC))


def put_away(person: models.Person, membership_id: str) -> None:
    """She has read what ended. Raises NotFound."""
    with transaction.atomic():
        for row, _said in notices_of(person):
            if row.id == membership_id:
                row.delete()
                return
    raise NotFound("There is nothing here.")


def end_organisation(organisation_id: str, *, now: datetime | None = None) -> int:
    """End it, as whoever keeps the home, and with it that anybody belongs to it; how many did. No advocate loses anything of hers.

    Raises ReferenceUnknown.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        made = organisation_of(number_of("org", organisation_id))
        if made is None:
            raise ReferenceUnknown(_("No organisation of this home has that name or id."))
        rows = all_rows_of(made.number)
        # Who gave goes before who was given, so that each advocate is told of all of it at once.
        members = sorted((each for each in rows if each.said.step == JOINED), key=lambda each: each.role is not Role.MEMBER)
        for each in members:
            part(each, ORGANISATION, by=None, now=now)
        for each in rows:
            if each.said.step == INVITED:
                each.row.delete()
        index = log_organisation(ABOUT, made.number, {"step": ENDED}, by=None, now=now)
        keep_organisation(evolve(made, index=index, ended=True))
    return len(members)


def member_of(person: models.Person, organisation_id: str, member_id: str) -> Belonging:
    """Somebody else who belongs to an organisation that `person` administers. Raises NotFound."""
    held, number = held_belonging(person, organisation_id, (Role.ADMINISTRATOR,)), number_of("per", member_id)
    if number is not None and number != person.number:
        for each in people_of(held.organisation.number, only=number):
            return each
    raise NotFound("There is nothing here.")
