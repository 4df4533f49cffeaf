"""Refer a case to an officer: offer it, add to it, take it back. Nothing goes that was not shown to who offers it.

What goes is a fixed list. What comes into the case later is not part of it until somebody adds it, having seen it listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import evolve
from django.db import transaction

from parapet.access.case_cards import case_key
from parapet.access.cases import held_case
from parapet.access.organisations import colleague
from parapet.access.people import advocate_for
from parapet.access.referral_rows import (
    EXTEND,
    KIND,
    OFFER,
    TAKEN_BACK,
    Referred,
    Terms,
    has_others,
    of_case,
    terms_context,
    to_person,
    words_context,
)
from parapet.access.referrals import chosen_items, given_referral, later_items, later_notes, notes_since, shown_digest
from parapet.actions.allow import log_access
from parapet.actions.case_events import log_case_event
from parapet.actions.invite import INVITATION_LIFE, MAX_NAME_CHARS, Invitation
from parapet.actions.sign_in import forget_links, make_link
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.canonical import salt
from parapet.evidence.seal import stamp
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import held_by
from parapet.records.numbers import new_number, number_of, public
from parapet.records.vouching import REVOKE

MAX_PURPOSE_CHARS = 500
_CHANGED = _("Something came into the case, or left it, since this list was made. Look at it again.")


def refer_case(
    person: models.Person,
    case_id: str,
    item_ids: Sequence[str],
    *,
    to: str,
    purpose: str,
    shown: str,
    notes: bool = False,
    export: bool = False,
    until: datetime | None = None,
    through: str = "",
    now: datetime | None = None,
) -> str:
    """Offer these messages of a case to somebody who has an account; returns the public name of the referral.

    to      her code ("per_..."), which she tells: nobody is found here by name
    through the organisation ("org_...") to which both belong, where the advocate chose somebody of it by name: it ends with that
    shown   `Preview.shown` of the list that was looked at; another list is refused
    notes   the notes written until now go too; export: she may make a dossier of what she sees
    until   when it ends by itself

    Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.REFER)
        terms = _terms(person, case, item_ids, purpose, shown, notes=notes, export=export, until=until, now=now)
        if through:
            held_case(person, case_id, Right.GRANT)
            chosen, organisation = colleague(person, through, to)
            return _offer(person, case, chosen, terms, now, through=organisation)
        officer = models.Person.objects.filter(number=number_of("per", to) or 0, is_active=True).first()
        if officer is None or officer.invited_by not in (None, case.advocate_id):
            raise RequestRefused(_("Nobody who can receive a case has this code. Ask the person for it again."))
        return _offer(person, case, officer, terms, now)


def refer_to_guest(
    person: models.Person,
    case_id: str,
    item_ids: Sequence[str],
    *,
    name: str,
    purpose: str,
    shown: str,
    notes: bool = False,
    export: bool = False,
    until: datetime | None = None,
    language: str = "en",
    now: datetime | None = None,
) -> Invitation:
    """The same for somebody who has no account: one is made, for this alone, and a link to it. Raises NotFound for anybody but the
    advocate, RequestRefused."""
    name, now = " ".join(name.split()), now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.GRANT)
        terms = _terms(person, case, item_ids, purpose, shown, notes=notes, export=export, until=until, now=now)
        if not name or len(name) > MAX_NAME_CHARS:
            raise RequestRefused(_("Write the name, in at most %(most)s characters."), most=MAX_NAME_CHARS)
        officer = models.Person.objects.named(name, language=language, invited_by=case.advocate_id)
        _offer(person, case, officer, terms, now)
        return _link(person, case, officer, now)


def renew_referral_link(person: models.Person, referral_id: str, *, now: datetime | None = None) -> Invitation:
    """Another link for a guest to whom a case was referred; an earlier one counts no longer.

    Raises NotFound for anybody but the advocate, RequestRefused for an account that is not her guest's or that acts for anybody.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        referred = given_referral(person, referral_id)
        row = referred.row
        advocate_for(person, row.case.advocate.id, Right.GRANT)
        if not referred.in_force(now):
            raise NotFound("There is nothing here.")
        if row.person.invited_by != row.case.advocate_id or has_others(row.person, row.case.advocate_id):
            raise RequestRefused(_("Only whoever keeps this Parapet can make a sign-in link for this account."))
        return _link(person, row.case, row.person, now)


def extend_referral(person: models.Person, referral_id: str, *, shown: str, now: datetime | None = None) -> None:
    """Add what is in the case and not part of it, as it was shown; and the notes until now, where notes go. Raises NotFound, RequestRefused."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        referred = given_referral(person, referral_id)
        held_case(person, referred.row.case.id, Right.REFER)
        if not referred.in_force(now):
            raise NotFound("There is nothing here.")
        case, items = referred.row.case, later_items(referred)
        notes = later_notes(referred)
        if shown != shown_digest(case, items, notes):
            raise RequestRefused(_CHANGED)
        if not items and not notes:
            raise RequestRefused(_("All of the case is part of it already. There is nothing to add."))
        if referred.terms.export:
            _export_too(person, case)
        terms = evolve(referred.terms, items=(*referred.terms.items, *items), salt=salt())
        _write(referred.row, EXTEND, terms, by=person, now=now)


def end_referral(person: models.Person, referral_id: str, *, now: datetime | None = None) -> None:
    """Take a referral back, at once; also one whose end has come. Raises NotFound."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        referred = given_referral(person, referral_id)
        held_case(person, referred.row.case.id, Right.REFER)
        write_end(referred, TAKEN_BACK, by=person, now=now)
        if referred.row.person.invited_by == referred.row.case.advocate_id and not to_person(referred.row.person, now=now):
            forget_links(referred.row.person)


def write_end(referred: Referred, step: str, *, by: models.Person, now: datetime, words: bytes = b"", digest: str = "") -> None:
    """Write the entry that ends a referral. Inside a transaction. `words` are what to seal beside it, `digest` what the log keeps of them."""
    end_row(referred.row, step, by=by, now=now, words=words, digest=digest)


def end_row(
    row: models.Referral, step: str, *, by: models.Person | None, now: datetime, words: bytes = b"", digest: str = ""
) -> None:
    """The same for a row that need not be opened. `by` None: whoever keeps the home."""
    details: dict[str, str | int] = {"role": "officer", "officer": row.person.id, "step": step}
    if digest:
        details["sha256"] = digest
    row.ended = log_case_event(row.case, REVOKE, person=by, details=details, now=now, about=row.person)
    if words:
        row.sealed_words = case_key(row.case).lock(words, about=words_context(row))
    row.save(update_fields=["ended", "sealed_words"])


def _terms(
    person: models.Person,
    case: models.Case,
    item_ids: Sequence[str],
    purpose: str,
    shown: str,
    *,
    notes: bool,
    export: bool,
    until: datetime | None,
    now: datetime,
) -> Terms:
    items, purpose = chosen_items(case, item_ids), " ".join(purpose.split())
    if export:
        _export_too(person, case)
    if not items:
        raise RequestRefused(_("Choose at least one message."))
    if not purpose or len(purpose) > MAX_PURPOSE_CHARS:
        raise RequestRefused(_("Say what it is for, in at most %(most)s characters."), most=MAX_PURPOSE_CHARS)
    if until is not None and until <= now:
        raise RequestRefused(_("That day is over. Choose a later one, or none."))
    if shown != shown_digest(case, items, notes_since(case, 0)):
        raise RequestRefused(_CHANGED)
    return Terms(items, notes, export, purpose.encode("utf-8", "replace").decode(), until, salt())


def _export_too(person: models.Person, case: models.Case) -> None:
    """Nobody gives another what she may not do herself."""
    held_case(person, case.id, Right.EXPORT)


def _offer(
    person: models.Person,
    case: models.Case,
    officer: models.Person,
    terms: Terms,
    now: datetime,
    *,
    through: int | None = None,
) -> str:
    if any(grant.may(Right.READ) for grant in held_by(officer, case.advocate_id)):
        raise RequestRefused(_("This person can see the case already."))
    if any(each.row.person_id == officer.number and each.end is None and each.in_force(now) for each in of_case(case)):
        raise RequestRefused(_("The case is with this person already. Add to it, or take it back first."))
    row = models.Referral(number=new_number(), case=case, person=officer, through=through)
    _write(row, OFFER, terms, by=person, now=now)
    return row.id


def _write(row: models.Referral, step: str, terms: Terms, *, by: models.Person, now: datetime) -> None:
    """The leaf that records what was shown and agreed to, and the row that holds it."""
    details: dict[str, str | int] = {
        "step": step,
        "officer": row.person.id,
        "items": len(terms.items),
        "notes": int(terms.notes),
        "export": int(terms.export),
        "sha256": terms.digest,
    }
    if terms.until is not None:
        details["until"] = stamp(terms.until)
    if row.through is not None:
        details["organisation"] = public("org", row.through)
    row.log_index = log_case_event(row.case, KIND, person=by, details=details, now=now, about=row.person)
    if step == OFFER:
        row.begun = row.log_index
    row.sealed_terms = case_key(row.case).lock(terms.raw(), about=terms_context(row))
    row.save()


def _link(person: models.Person, case: models.Case, officer: models.Person, now: datetime) -> Invitation:
    forget_links(officer)
    log_access("invite", officer, case.advocate, {}, by=person, now=now)
    return Invitation(officer.id, make_link(officer, now=now, life=INVITATION_LIFE), now + INVITATION_LIFE)
