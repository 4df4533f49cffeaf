"""Let somebody of an organisation to which both belong act for an advocate. It ends as soon as one of them belongs no longer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.organisations import colleague
from parapet.access.people import advocate_for
from parapet.actions.allow import allow, check_rights, check_scope
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import HELPER, vouched


def let_in_member(
    person: models.Person,
    advocate_id: str,
    organisation_id: str,
    member_id: str,
    rights: Collection[Right],
    *,
    until: datetime | None = None,
    scope: Scope | None = None,
    now: datetime | None = None,
) -> str:
    """Let an officer or security of the organisation do these `rights` for the advocate until then; returns the name of who was let in.

    scope  for which part of her messages; None for all

    Raises NotFound for anybody but her, or where one of the two does not belong; RequestRefused.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        member, organisation = colleague(person, organisation_id, member_id)
        check_rights(rights, until, now)
        check_scope(advocate, rights, scope)
        if any(not grant.over(now) for grant in vouched(member.number, advocate.number)):
            raise RequestRefused(_("This person may act for you already. Change that instead."))
        allow(member, advocate, HELPER, rights=rights, until=until, scope=scope, by=person, now=now, through=organisation)
    return member.name
