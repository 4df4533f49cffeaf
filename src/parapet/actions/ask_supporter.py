"""Ask somebody to be a supporter of an advocate, saying how he was vetted; and end it. Nobody becomes one by himself."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.people import advocate_for
from parapet.access.referral_rows import has_others, to_person
from parapet.access.support import held_backing, organisation_supporter, supported
from parapet.access.support_rows import ASK, ENDED, backings_of, supporter_key, supporters_for, vetting_context
from parapet.actions.allow import log_access
from parapet.actions.invite import INVITATION_LIFE, MAX_NAME_CHARS, Invitation
from parapet.actions.sign_in import forget_links, make_link
from parapet.actions.support_events import end_supporter_row, free_what_he_has, log_supporter, tidied
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.support import MAX_HOW_CHARS, MOST_SUPPORTERS
from parapet.evidence.canonical import salt
from parapet.evidence.keys import new_key
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import held_by
from parapet.records.keyring import keyring
from parapet.records.naming import supporter_context
from parapet.records.numbers import new_number, number_of

_UNKNOWN = _("Nobody who can be a supporter has this code. Ask the person for it again.")


def ask_supporter(
    person: models.Person, advocate_id: str, *, to: str, how: str, through: str = "", now: datetime | None = None
) -> str:
    """Ask somebody who has an account, by the code ("per_...") that he tells; returns the public name of the row.

    how      how he was vetted, and by whom, in words: kept for her and her staff
    through  the organisation ("org_...") that let him in as a supporter, and to which she belongs: it ends with that

    Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    advocate_for(person, advocate_id, Right.SUPPORT)
    with transaction.atomic():
        hold_log()
        advocate = supported(person, advocate_id)
        if through:
            chosen, organisation = organisation_supporter(person, advocate_id, through, to)
            return _ask(person, advocate, chosen, how, now, through=organisation)
        found = models.Person.objects.filter(number=number_of("per", to.strip()) or 0, is_active=True).first()
        if found is None:
            raise RequestRefused(_UNKNOWN)
        return _ask(person, advocate, found, how, now)


def ask_new_supporter(
    person: models.Person, advocate_id: str, *, name: str, how: str, language: str = "en", now: datetime | None = None
) -> Invitation:
    """The same for somebody who has no account: one is made, for this alone, and a link to it. Raises NotFound for anybody but the
    advocate, RequestRefused."""
    name, now = " ".join(name.split()), now or datetime.now(UTC)
    advocate_for(person, advocate_id, Right.GRANT)
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        supported(person, advocate_id)
        if not name or len(name) > MAX_NAME_CHARS:
            raise RequestRefused(_("Write the name, in at most %(most)s characters."), most=MAX_NAME_CHARS)
        guest = models.Person.objects.named(name, language=language, invited_by=advocate.number)
        _ask(person, advocate, guest, how, now)
        return _link(person, advocate, guest, now)


def renew_supporter_link(person: models.Person, supporter_id: str, *, now: datetime | None = None) -> Invitation:
    """Another link for a supporter whose account was made for this; an earlier one counts no longer.

    Raises NotFound for anybody but the advocate, RequestRefused for an account that is not her guest's.
    """
    now = now or datetime.now(UTC)
    held_backing(person, supporter_id)
    with transaction.atomic():
        hold_log()
        row = held_backing(person, supporter_id).row
        advocate_for(person, row.advocate.id, Right.GRANT)
        others = has_others(row.person, row.advocate_id) or any(
            each.row.advocate_id != row.advocate_id for each in backings_of(row.person)
        )
        if row.person.invited_by != row.advocate_id or others:
            raise RequestRefused(_("Only whoever keeps this Parapet can make a sign-in link for this account."))
        return _link(person, row.advocate, row.person, now)


def end_supporter(person: models.Person, supporter_id: str, *, now: datetime | None = None) -> None:
    """He is no supporter of hers from now on: at his next request nothing of hers is here for him. Raises NotFound."""
    now = now or datetime.now(UTC)
    held_backing(person, supporter_id)
    with transaction.atomic():
        hold_log()
        row = held_backing(person, supporter_id).row
        advocate_for(person, row.advocate.id, Right.SUPPORT)
        free_what_he_has(row, by=person, now=now)
        end_supporter_row(row, ENDED, by=person, now=now)
        _forget(row)


def _forget(row: models.Supporter) -> None:
    """An account that was made for this alone has no link that still counts."""
    if row.person.invited_by == row.advocate_id and not (
        held_by(row.person, scoped=True) or backings_of(row.person) or to_person(row.person)
    ):
        forget_links(row.person)


def _ask(
    person: models.Person,
    advocate: models.Advocate,
    chosen: models.Person,
    how: str,
    now: datetime,
    *,
    through: int | None = None,
) -> str:
    how = tidied(how)
    if not how or len(how) > MAX_HOW_CHARS:
        raise RequestRefused(
            _("Say how you know this person, and who vetted them, in at most %(most)s characters."), most=MAX_HOW_CHARS
        )
    # An account that another advocate made and has links to must not come to see what is this one's.
    if chosen.invited_by not in (None, advocate.number):
        raise RequestRefused(_UNKNOWN)
    if chosen.number == person.number or any(grant.may(Right.READ) for grant in held_by(chosen, advocate.number, scoped=True)):
        raise RequestRefused(_("This person acts for you already. A supporter is somebody who sees nothing else."))
    already = supporters_for(advocate)
    if any(each.row.person_id == chosen.number for each in already):
        raise RequestRefused(_("This person was asked already."))
    if len(already) >= MOST_SUPPORTERS:
        raise RequestRefused(_("There are %(most)s supporters. End one first."), most=MOST_SUPPORTERS)
    row = models.Supporter(number=new_number(), advocate=advocate, person=chosen, through=through)
    row.wrapped_key = keyring().wrap(new_key(), about=supporter_context(row.number))
    key = supporter_key(row)
    raw = json.dumps({"how": how, "by": person.number, "salt": salt()}, sort_keys=True).encode()
    row.begun = log_supporter(row, key, ASK, by=person, now=now, digest=hashlib.sha256(raw).hexdigest())
    row.sealed_vetting = key.lock(raw, about=vetting_context(row))
    row.save()
    return row.id


def _link(person: models.Person, advocate: models.Advocate, guest: models.Person, now: datetime) -> Invitation:
    forget_links(guest)
    log_access("invite", guest, advocate, {}, by=person, now=now)
    return Invitation(guest.id, make_link(guest, now=now, life=INVITATION_LIFE), now + INVITATION_LIFE)
