"""What a supporter does: agrees to how supporters act, takes one thing, shows words of his own, says what came of it and how he is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.db import transaction

from parapet.access.judging import judge, one_at_a_time
from parapet.access.referral_rows import to_person
from parapet.access.support_rows import CONSENT, LEFT, backings_of
from parapet.access.support_steps import BACK, FEEL, OWN, SAY, TAKE, Called, Slot, believed
from parapet.access.supporting import held_asked, held_for_feeling, held_pause, held_supporter, refusal
from parapet.actions.sign_in import forget_links
from parapet.actions.support_events import end_supporter_row, free_what_he_has, log_support, log_supporter, tidied
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.suggestions import SUGGESTIONS
from parapet.domain.support import MAX_OWN_CHARS, PAUSE_DAYS, Felt, Help, Said
from parapet.patterns.own_words import same_words, too_short, words_of
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import held_by
from parapet.records.keyring import keyring

#: What others wrote of their own is compared with for so long.
_LATELY = timedelta(days=30)
#: So often somebody says in one call how he is.
_MOST_FEELINGS = 10
_ACCOUNT = re.compile(r"@\w+")
_WHY_NOT = {
    "ended": _("This is not asked for any more."),
    "paused": _("You asked to be left alone for some days. Take your time."),
    "busy": _("You have something in hand. Say first what came of it."),
    "none_left": _("Others took all of it. Thank you for wanting to help."),
    "at_once": _("Others are at it just now. Look again a little later."),
    "enough": _("You did your part of this. More would be too much, for you and for her."),
    "wait": _("Take a break before the next one. It is part of helping."),
}


def agree_to_support(person: models.Person, supporter_id: str, *, now: datetime | None = None) -> None:
    """Agree to be a supporter, and to how supporters act. Raises NotFound, also for who agreed already."""
    now = now or datetime.now(UTC)
    held_supporter(person, supporter_id, agreed=False)
    with transaction.atomic():
        hold_log()
        backing = held_supporter(person, supporter_id, agreed=False)
        log_supporter(backing.row, backing.key, CONSENT, by=person, now=now)


def leave_support(person: models.Person, supporter_id: str, *, now: datetime | None = None) -> None:
    """Decline, or be a supporter no longer; no reason is asked. Raises NotFound."""
    now = now or datetime.now(UTC)
    held_supporter(person, supporter_id)
    with transaction.atomic():
        hold_log()
        row = held_supporter(person, supporter_id).row
        free_what_he_has(row, by=person, now=now)
        end_supporter_row(row, LEFT, by=person, now=now)
        if person.invited_by == row.advocate_id and not (
            held_by(person, scoped=True) or backings_of(person) or to_person(person)
        ):
            forget_links(person)


def take_help(person: models.Person, call_id: str, help_: Help, *, now: datetime | None = None) -> None:
    """Take one thing of a call, if there is one left for him. Two at once are one after the other: no limit is exceeded.

    Raises NotFound, RequestRefused with the reason.
    """
    now = now or datetime.now(UTC)
    held_asked(person, call_id, now=now)
    with transaction.atomic():
        hold_log()
        call, calls = held_asked(person, call_id, now=now)
        reason = refusal(call, calls, help_, person, now)
        if reason:
            told = _WHY_NOT[reason]
            raise RequestRefused(told)
        log_support(call.row, call.key, TAKE, by=person, now=now, details={"help": help_.value})


def show_own_words(person: models.Person, call_id: str, own_words: str, *, now: datetime | None = None) -> None:
    """Words that he wrote himself, before he posts them. They are compared and forgotten: numbers that stand for them are kept.

    Raises NotFound, RequestRefused where they are a suggestion's, another supporter's, too few, or not kind.
    """
    now, said = now or datetime.now(UTC), tidied(own_words)
    call, _calls = held_asked(person, call_id, now=now)
    _writing(call, person, now)
    _check_kind(call, said)
    with transaction.atomic():
        hold_log()
        call, _calls = held_asked(person, call_id, now=now)
        slot = _writing(call, person, now)
        numbers = _numbers(said)
        if same_words(numbers, _others(call, now)):
            raise RequestRefused(_("Another supporter wrote nearly the same. Say it in a way that is yours."))
        log_support(call.row, call.key, OWN, by=person, now=now, words={"words": sorted(numbers)}, details={"slot": slot.number})


def say_what_came(person: models.Person, call_id: str, what: Said, *, pause_days: int = 0, now: datetime | None = None) -> None:
    """Done, could not, or that he needs a pause: then what he has is free again. Raises NotFound, RequestRefused."""
    now = now or datetime.now(UTC)
    held_asked(person, call_id, now=now)
    if what is Said.PAUSE and pause_days not in PAUSE_DAYS:
        raise RequestRefused(_("Choose for how long."))
    with transaction.atomic():
        hold_log()
        call, _calls = held_asked(person, call_id, now=now)
        slot = _mine(call, person, now)
        if what is Said.DONE and slot.help is Help.REPLY and not slot.own:
            raise RequestRefused(_("Write your own words here first, so that they are compared with what others wrote."))
        if what is Said.DONE and slot.help.by_one and not slot.confirmed:
            raise RequestRefused(_("It is not confirmed yet that it is you. Wait for that, or give it back."))
        words = {"pause_days": pause_days} if what is Said.PAUSE else {}
        log_support(call.row, call.key, SAY, by=person, now=now, words=words, details={"slot": slot.number, "code": what.value})


def say_how_he_is(person: models.Person, call_id: str, felt: Felt, *, pause_days: int = 0, now: datetime | None = None) -> None:
    """How he is, during a call or after it, and for how many days he wants to be left alone; what he has is free again then.

    Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    held_for_feeling(person, call_id, now=now)
    if pause_days not in (0, *PAUSE_DAYS):
        raise RequestRefused(_("Choose for how long."))
    with transaction.atomic():
        hold_log()
        call = held_for_feeling(person, call_id, now=now)
        if call.feelings.get(person.number, 0) >= _MOST_FEELINGS:
            raise RequestRefused(_("You told it several times. If you are not well, look for help: page “Help”."))
        slot = call.open_slot(person.number, now)
        if pause_days and slot is not None:
            details: dict[str, str | int] = {"slot": slot.number, "code": Said.PAUSE.value}
            log_support(call.row, call.key, SAY, by=person, now=now, details=details)
        words = {"pause_days": pause_days} if pause_days else {}
        log_support(call.row, call.key, FEEL, by=person, now=now, words=words, details={"code": felt.value})


def end_pause(person: models.Person, *, now: datetime | None = None) -> None:
    """He is back before his pause is over. Raises NotFound when there is none."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        hold_log()
        call = held_pause(person, now=now)
        log_support(call.row, call.key, BACK, by=person, now=now, words={"pause_days": 0})


def _mine(call: Called, person: models.Person, now: datetime) -> Slot:
    slot = call.open_slot(person.number, now)
    if slot is None:
        raise NotFound("There is nothing here.")
    return slot


def _writing(call: Called, person: models.Person, now: datetime) -> Slot:
    """What he has in hand, where he is to write words of his own, and has not yet."""
    slot = _mine(call, person, now)
    if slot.help is not Help.REPLY or slot.own:
        raise NotFound("There is nothing here.")
    return slot


def _check_kind(call: Called, said: str) -> None:
    if not said or len(said) > MAX_OWN_CHARS:
        raise RequestRefused(_("Write your own words, in at most %(most)s characters."), most=MAX_OWN_CHARS)
    own = words_of(said)
    if too_short(own):
        raise RequestRefused(_("These are so few words that anybody would write them. Say a little more, in your own way."))
    if same_words(own, [words_of(text) for each in SUGGESTIONS for text in (each.en, each.fr)]):
        raise RequestRefused(_("This is the suggestion, or nearly. Take it as a beginning, and say it in your own way."))
    hers = " ".join((call.terms.words, *call.terms.links)).casefold()
    if any(name.casefold() not in hers for name in _ACCOUNT.findall(said)):
        raise RequestRefused(_("Name no account of anybody: write to her, and not about or to those who attack her."))
    with one_at_a_time:
        judged = judge().assess(said)
    if judged.harms:
        raise RequestRefused(_("This could be read as an attack on somebody. Kind words help her; sharp ones do not."))


def _numbers(said: str) -> frozenset[int]:
    return frozenset(keyring().number_once("own words", word) for word in words_of(said))


def _others(call: Called, now: datetime) -> list[frozenset[int]]:
    """The numbers of what was written for this advocate lately, in any call of hers."""
    rows = models.SupportCall.objects.filter(advocate=call.row.advocate_id, made_at__gt=now - _LATELY).select_related("advocate")
    return [each for other in believed(rows) for each in other.said]
