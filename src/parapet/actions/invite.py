"""Let somebody in by name: an account for helping one advocate, and a sign-in link that is shown once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from attrs import frozen
from django.db import transaction

from parapet.access.people import advocate_for
from parapet.access.referral_rows import has_others
from parapet.actions.allow import allow, check_rights, check_scope, log_access
from parapet.actions.sign_in import forget_links, make_link
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import HELPER, vouched
from parapet.records.numbers import number_of

#: Long enough to meet, or for a letter to be read; whoever has the link first comes in as this person.
INVITATION_LIFE = timedelta(days=2)
MAX_NAME_CHARS = 120


@frozen
class Invitation:
    """A way in for a helper, once. `token` is nowhere kept, and is not to be made out again."""

    helper_id: str
    token: str
    ends: datetime


def invite(
    person: models.Person,
    advocate_id: str,
    name: str,
    rights: Collection[Right],
    *,
    until: datetime | None = None,
    scope: Scope | None = None,
    language: str = "en",
    now: datetime | None = None,
) -> Invitation:
    """Make an account called `name`, let it do these `rights` for the advocate until then, and make the link to it.

    scope  for which part of her messages; None for all

    Always a new account, and one that acts for nobody else: the advocate can make links to it, and must not come by
    them to what is another's. Raises NotFound for anybody but her, RequestRefused.
    """
    check_scope(advocate_for(person, advocate_id, Right.GRANT), rights, scope)
    name, now = " ".join(name.split()), now or datetime.now(UTC)
    if not name or len(name) > MAX_NAME_CHARS:
        raise RequestRefused(_("Write the name, in at most %(most)s characters."), most=MAX_NAME_CHARS)
    check_rights(rights, until, now)
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        helper = models.Person.objects.named(name, language=language, invited_by=advocate.number)
        allow(helper, advocate, HELPER, rights=rights, until=until, scope=scope, by=person, now=now)
        return _link(person, advocate, helper, now)


def renew_link(person: models.Person, advocate_id: str, helper_id: str, *, now: datetime | None = None) -> Invitation:
    """Another link for a helper whom she invited; an earlier one that was not used counts no longer.

    Raises NotFound, RequestRefused for an account that she did not make or that acts for somebody else too.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        helper = helper_of(advocate, helper_id)
        # Both are asked: what says who made an account stands in the open, and is not vouched for.
        if helper.invited_by != advocate.number or has_others(helper, advocate.number):
            raise RequestRefused(_("Only whoever keeps this Parapet can make a sign-in link for this account."))
        return _link(person, advocate, helper, now)


def helper_of(advocate: models.Advocate, helper_id: str) -> models.Person:
    """Somebody who may act for this advocate, or might until her grant was over, as a helper. Raises NotFound."""
    number = number_of("per", helper_id) or 0  # nobody's
    held = vouched(number, advocate.number)
    helper = models.Person.objects.filter(number=number, is_active=True).first()
    if helper is None or not any(grant.role == HELPER for grant in held):
        raise NotFound("There is nothing here.")
    return helper


def _link(person: models.Person, advocate: models.Advocate, helper: models.Person, now: datetime) -> Invitation:
    forget_links(helper)
    log_access("invite", helper, advocate, {}, by=person, now=now)
    return Invitation(helper.id, make_link(helper, now=now, life=INVITATION_LIFE), now + INVITATION_LIFE)
