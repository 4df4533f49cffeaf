"""Make an organisation. Whoever keeps the home does, and invites who administers it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from parapet.actions.invite_member import write_invitation
from parapet.actions.organisation_events import log_organisation
from parapet.domain.belonging import Role
from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.memberships import ABOUT, FOUNDED, Organised, keep_organisation, organisation_of, organisations
from parapet.records.numbers import new_number, number_of

MAX_NAME_CHARS = 120


def found_organisation(
    name: str, *, administrator: models.Person, institution: str = "", now: datetime | None = None
) -> Organised:
    """Make the organisation called so, and invite its administrator.

    institution  the short name in PARAPET_INSTITUTIONS whose people may join by themselves; "" for none

    Raises RequestRefused.
    """
    name, now = " ".join(name.split()), now or datetime.now(UTC)
    if not name or len(name) > MAX_NAME_CHARS:
        raise RequestRefused(_("Write the name, in at most %(most)s characters."), most=MAX_NAME_CHARS)
    if institution and institution not in {each.name for each in settings.ENVIRONMENT.institutions}:
        raise RequestRefused(_("PARAPET_INSTITUTIONS names no institution of that name."))
    with transaction.atomic():
        hold_log()
        if any(each.name.casefold() == name.casefold() for each in organisations()):
            raise RequestRefused(_("There is an organisation of that name already."))
        number = new_number()
        index = log_organisation(ABOUT, number, {"step": FOUNDED}, by=None, now=now)
        made = Organised(number, name, institution, index)
        keep_organisation(made)
        write_invitation(made, administrator, Role.ADMINISTRATOR, by=None, now=now)
    return made


def appoint(organisation_id: str, administrator: models.Person, *, now: datetime | None = None) -> None:
    """Invite another administrator, as whoever keeps the home: also where the last one left. Raises ReferenceUnknown, RequestRefused."""
    with transaction.atomic():
        hold_log()
        made = organisation_of(number_of("org", organisation_id))
        if made is None:
            raise ReferenceUnknown(_("No organisation of this home has that name or id."))
        write_invitation(made, administrator, Role.ADMINISTRATOR, by=None, now=now or datetime.now(UTC))
