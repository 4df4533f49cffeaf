"""Change what a helper may do, end it, or hand it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.people import advocate_for, advocate_number
from parapet.actions.allow import allow, check_rights, check_scope, take_back
from parapet.actions.invite import helper_of
from parapet.actions.sign_in import forget_links
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import HELPER, vouched


def change_rights(
    person: models.Person,
    advocate_id: str,
    helper_id: str,
    rights: Collection[Right],
    *,
    until: datetime | None = None,
    scope: Scope | None = None,
    now: datetime | None = None,
) -> bool:
    """Let a helper do these from now on, until then, for that part of her messages; False when that is so already.

    Raises NotFound, RequestRefused.

    What she had is taken back and the rest given anew, two entries of the log: a row of before, put back by hand, must
    not count against the later one.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        helper = helper_of(advocate, helper_id)
        check_rights(rights, until, now)
        check_scope(advocate, rights, scope)
        [held] = vouched(helper.number, advocate.number)
        if (held.rights, held.until, held.scope) == (frozenset(rights), until, scope):
            return False
        # The key of closed material opens all of it: who is to see a part from now on does not keep it.
        take_back(helper, advocate, by=person, now=now, still_reads=Right.READ in rights and scope is None)
        allow(helper, advocate, HELPER, rights=rights, until=until, scope=scope, by=person, now=now, through=held.through)
    return True


def revoke(person: models.Person, advocate_id: str, helper_id: str, *, now: datetime | None = None) -> None:
    """End what a helper may do, and every link to the account that was not used. Raises NotFound."""
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        helper = helper_of(advocate, helper_id)
        forget_links(helper)
        take_back(helper, advocate, by=person, now=now)


def give_back(person: models.Person, advocate_id: str, *, now: datetime | None = None) -> None:
    """End what she herself may do for an advocate whom she helps. Raises NotFound, also for the advocate herself."""
    with transaction.atomic():
        hold_log()
        number = advocate_number(advocate_id)
        held = [grant for grant in vouched(person.number, number) if grant.role == HELPER]
        if not held or not person.is_active:
            raise NotFound("There is nothing here.")
        take_back(person, held[0].advocate, by=person, now=now)
