"""A channel to counsel: the advocate invites, counsel takes it, the advocate opens it once both compared their keys; either ends it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from django.db import transaction

from parapet.access.cases import held_case
from parapet.access.counsel import held_channel
from parapet.access.counsel_rows import (
    ENDED,
    INVITE,
    JOIN,
    LEFT,
    OPEN,
    Channel,
    believed,
    channel_key,
    key_context,
    own_key_of,
    said_of,
)
from parapet.access.own_keys import number_of_key
from parapet.access.referral_rows import has_others, to_person
from parapet.actions.allow import log_access
from parapet.actions.counsel_events import log_channel
from parapet.actions.invite import INVITATION_LIFE, MAX_NAME_CHARS, Invitation
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.actions.sign_in import forget_links, make_link
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.boxes import between, public_of
from parapet.evidence.keys import new_key
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring
from parapet.records.numbers import new_number, number_of


def invite_counsel(person: models.Person, case_id: str, *, to: str) -> str:
    """Invite somebody who has an account, by the code that she tells; the public name of the channel. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.GRANT)
        counsel = models.Person.objects.filter(number=number_of("per", to) or 0, is_active=True).first()
        if counsel is None or counsel.number == person.number or counsel.invited_by not in (None, case.advocate_id):
            raise RequestRefused(_("Nobody who can be invited has this code. Ask the person for it again."))
        return _invite(person, case, counsel).id


def invite_new_counsel(person: models.Person, case_id: str, *, name: str, language: str = "en") -> Invitation:
    """The same for somebody who has no account: one is made, and a link to it. Raises NotFound, RequestRefused."""
    name = " ".join(name.split())
    with transaction.atomic():
        hold_log()
        case = held_case(person, case_id, Right.GRANT)
        if not name or len(name) > MAX_NAME_CHARS:
            raise RequestRefused(_("Write the name, in at most %(most)s characters."), most=MAX_NAME_CHARS)
        counsel = models.Person.objects.named(name, language=language, invited_by=case.advocate_id)
        _invite(person, case, counsel)
        return _link(person, case, counsel)


def renew_counsel_link(person: models.Person, channel_id: str) -> Invitation:
    """Another link for counsel whose account she made; an earlier one counts no longer. Raises NotFound, RequestRefused."""
    with transaction.atomic():
        hold_log()
        row = _hers(person, channel_id).row
        held_case(person, row.case.id, Right.GRANT)
        if row.counsel.invited_by != row.case.advocate_id or has_others(row.counsel, row.case.advocate_id):
            raise RequestRefused(_("Only whoever keeps this Parapet can make a sign-in link for this account."))
        return _link(person, row.case, row.counsel)


def join_channel(person: models.Person, channel_id: str) -> None:
    """Take it, as counsel, who needs a key of her own for it. Raises NotFound, also once it was taken, RequestRefused."""
    with transaction.atomic():
        hold_log()
        channel = held_channel(person, channel_id, live=True)
        if person.number != channel.row.counsel_id or channel.joined:
            raise NotFound("There is nothing here.")
        if not models.OwnKey.objects.filter(person=person).exists():
            raise RequestRefused(
                _("Make a key of your own first. What is written here opens with it and with hers, and with no other.")
            )
        channel.row.joined = log_channel(channel.row, JOIN, by=person)
        channel.row.save(update_fields=["joined"])


def open_channel(person: models.Person, channel_id: str, number: str) -> None:
    """Make its key, for the two alone. `number`: of counsel's key, as the two compared it.

    By the advocate, who is present with her own key. Raises NotFound, also once it is open, KeyClosed, RequestRefused.
    """
    with transaction.atomic():
        hold_log()
        channel = _hers(person, channel_id)
        row, own = channel.row, own_key_of(person.number)
        theirs = models.OwnKey.objects.filter(person=row.counsel_id).first()
        if channel.is_open or not channel.joined or theirs is None:
            raise NotFound("There is nothing here.")
        half = bytes(theirs.public)
        if not hmac.compare_digest(number_of_key(half).encode(), number.encode("utf-8", "replace")):
            raise RequestRefused(_("The number of this key is another now. Compare it again."))
        row.hers, row.theirs = public_of(own), half
        row.wrapped_key = between(own, half).wrap(new_key(), about=key_context(row))
        row.save(update_fields=["hers", "theirs", "wrapped_key"])
        log_channel(row, OPEN, by=person)


def end_channel(person: models.Person, channel_id: str) -> None:
    """End it, at once, for either. The advocate keeps what is written; of its key no wrap is left for counsel once she is present with hers.

    Raises NotFound.
    """
    with transaction.atomic():
        hold_log()
        channel = held_channel(person, channel_id, live=True)
        row, hers = channel.row, person.number == channel.row.person_id
        log_channel(row, ENDED if hers else LEFT, by=person, ends=True)
        if row.counsel.invited_by == row.case.advocate_id and not _elsewhere(row):
            forget_links(row.counsel)
        if hers:
            _keep_alone(channel, person)
        promise_scrub()
    scrub_soon()


def keep_ended(person: models.Person) -> None:
    """Of channels of hers that ended, wrap the key for herself alone: she is present with her own key."""
    rows = models.CounselChannel.objects.filter(person=person).select_related("case__advocate", "person", "counsel")
    with transaction.atomic():
        hold_log()
        for channel in believed(list(rows)):
            if channel.end is not None and channel.is_open and not channel.hers_alone:
                _keep_alone(channel, person)


def _keep_alone(channel: Channel, person: models.Person) -> None:
    row = channel.row
    try:
        key = channel_key(channel, person.number)
    except (KeyClosed, KeyWrong):
        return  # when she opens her key next
    own = own_key_of(person.number)
    row.theirs = row.hers
    row.wrapped_key = between(own, bytes(row.hers)).wrap(key, about=key_context(row))
    row.save(update_fields=["theirs", "wrapped_key"])
    promise_scrub()


def _hers(person: models.Person, channel_id: str) -> Channel:
    channel = held_channel(person, channel_id, live=True)
    if person.number != channel.row.person_id:
        raise NotFound("There is nothing here.")
    return channel


def _invite(person: models.Person, case: models.Case, counsel: models.Person) -> models.CounselChannel:
    earlier = models.CounselChannel.objects.filter(case=case, counsel=counsel).select_related("case__advocate")
    if any(each.end is None for each in believed(list(earlier))):
        raise RequestRefused(_("There is a channel with this person already. End it first."))
    row = models.CounselChannel(number=new_number(), case=case, person=person, counsel=counsel)
    row.begun = log_channel(row, INVITE, by=person)
    row.code = keyring().boxes.code(said_of(row))
    row.save()
    return row


def _link(person: models.Person, case: models.Case, counsel: models.Person) -> Invitation:
    now = datetime.now(UTC)
    forget_links(counsel)
    log_access("invite", counsel, case.advocate, {}, by=person, now=now)
    return Invitation(counsel.id, make_link(counsel, now=now, life=INVITATION_LIFE), now + INVITATION_LIFE)


def _elsewhere(row: models.CounselChannel) -> bool:
    """True when counsel has something else here: a case, or another channel that lasts."""
    others = models.CounselChannel.objects.filter(counsel=row.counsel).exclude(number=row.number).select_related("case__advocate")
    return bool(to_person(row.counsel)) or any(each.end is None for each in believed(list(others)))
