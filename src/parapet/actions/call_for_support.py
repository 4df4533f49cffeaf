"""Call for support: ask, having seen exactly what supporters will see; confirm who does what one person does; stop; say whether it helped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from attrs import field, frozen
from django.db import transaction

from parapet.access.cases import held_case
from parapet.access.people import advocate_for, card_for
from parapet.access.private_facts import private_facts
from parapet.access.support import held_call, supported
from parapet.access.support_rows import call_key, supporters_for
from parapet.access.support_steps import ASKING, CONFIRM, HELPED, OPEN, REFUSE, TAKEN, Called, Slot, Terms
from parapet.access.supporting import showable
from parapet.actions.support_events import log_stop, log_support, tidied
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.domain.support import (
    MAX_LINE_CHARS,
    MAX_LINK_CHARS,
    MAX_LINKS,
    MAX_PLACE_CHARS,
    MAX_WHEN_CHARS,
    MAX_WORDS_CHARS,
    MOST_DAYS,
    MOST_ITEMS,
    PUBLIC,
    Help,
    Helped,
    Limits,
)
from parapet.evidence.keys import new_key
from parapet.evidence.seal import stamp
from parapet.jobs import outbox
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.grants import ADVOCATE
from parapet.records.keyring import keyring
from parapet.records.naming import support_call_context
from parapet.records.numbers import new_number, number_of
from parapet.triage.normalise import normalise
from parapet.triage.words import tokens

#: What somebody might type who was asked for a password, or was not.
_PASSWORD = re.compile(r"\b(?:password|passphrase|passcode|mot\s+de\s+passe|pass\s*:|pwd|mdp)\b", re.IGNORECASE)


@frozen
class Wanted:
    """What she asks for, as she typed it: codes of the menu, public names of supporters and messages, lines of links."""

    words: str
    helps: Sequence[str]
    people: Sequence[str]
    until: datetime
    links: str = ""
    items: Sequence[str] = ()
    quiet: bool = False
    when: str = ""
    place: str = ""
    limits: Limits = field(factory=Limits)


def terms_of(person: models.Person, advocate_id: str, wanted: Wanted, *, now: datetime | None = None) -> Terms:
    """What would be asked, checked: for the page that shows it before it goes, and for the asking. Raises NotFound, RequestRefused."""
    now = now or datetime.now(UTC)
    advocate = supported(person, advocate_id)
    helps = tuple(help_ for help_ in Help if help_.value in set(wanted.helps))
    words, place, at = tidied(wanted.words), " ".join(tidied(wanted.place).split()), " ".join(tidied(wanted.when).split())
    _check_helps(helps, at, quiet=wanted.quiet)
    if not words or len(words) > MAX_WORDS_CHARS:
        raise RequestRefused(_("Say in your own words what this is about, in at most %(most)s characters."), most=MAX_WORDS_CHARS)
    if len(place) > MAX_PLACE_CHARS or len(at) > MAX_WHEN_CHARS:
        raise RequestRefused(_("When and where are a few words each. Make them shorter."))
    if not now < wanted.until <= now + timedelta(days=MOST_DAYS):
        raise RequestRefused(_("Choose a last day from today on, at most %(most)s days away."), most=MOST_DAYS)
    links = _links(wanted.links)
    if Help.REPLY in helps and not links:
        raise RequestRefused(_("For kind words in public, give the address of your own post."))
    _check_private(person, advocate, "\n".join((words, *links, at)))
    if _PASSWORD.search("\n".join((words, at, place))):
        raise RequestRefused(_("Write no password here, and give yours to nobody. Take the word out."))
    people = _people(advocate, wanted.people)
    items = _items(advocate, wanted.items)
    if Help.REPORT in helps and not items:
        raise RequestRefused(_("Choose which messages are to be reported."))
    one = any(help_.by_one for help_ in helps)
    return Terms(
        words=words,
        links=links,
        helps=helps,
        quiet=wanted.quiet,
        people=people,
        items=items,
        until=wanted.until,
        limits=wanted.limits,
        when=at if one else "",
        place=place if one else "",
    )


def call_for_support(
    person: models.Person, advocate_id: str, wanted: Wanted, *, shown: str, case_id: str = "", now: datetime | None = None
) -> str:
    """Ask, as it was shown; returns the public name of the call. Those who are asked are told by the ways that they gave.

    shown    `Terms.digest` of what was looked at; anything else is refused
    case_id  the case from which it is asked, for her timeline: supporters learn nothing of it

    Raises NotFound, RequestRefused.
    """
    now = now or datetime.now(UTC)
    advocate_for(person, advocate_id, Right.SUPPORT)
    with transaction.atomic():
        hold_log()
        advocate = supported(person, advocate_id)
        case = held_case(person, case_id, Right.READ) if case_id else None
        if case is not None and case.advocate_id != advocate.number:
            raise NotFound("There is nothing here.")
        terms = terms_of(person, advocate_id, wanted, now=now)
        if terms.digest != shown:
            raise RequestRefused(_("Something changed since you looked. Look at it again."))
        row = models.SupportCall(number=new_number(), advocate=advocate, case=case, made_at=now, begun=-1)
        row.wrapped_key = keyring().wrap(new_key(), about=support_call_context(row.number))
        row.save()
        details: dict[str, str | int] = {"people": len(terms.people), "items": len(terms.items), "until": stamp(terms.until)}
        row.begun = log_support(row, call_key(row), OPEN, by=person, now=now, words=terms.told(), details=details)
        row.save(update_fields=["begun"])
        models.SupportAsked.objects.bulk_create(models.SupportAsked(call=row, supporter_id=number) for number in terms.people)
        outbox.put("tell_supporters", {"call": row.number, "entry": row.begun}, urgent=True)
    return row.id


def stop_call(person: models.Person, call_id: str, *, now: datetime | None = None) -> bool:
    """Stop it: at their next request it is closed for everybody, and they are told. False when it was stopped or over. Raises NotFound."""
    now = now or datetime.now(UTC)
    held_call(person, call_id)
    with transaction.atomic():
        hold_log()
        call = held_call(person, call_id)
        supported(person, call.row.advocate.id)
        if call.state(now) != ASKING:
            return False
        entry = log_stop(call.row, call.key, by=person, now=now)
        outbox.put("tell_supporters", {"call": call.row.number, "entry": entry}, urgent=True)
    return True


def confirm_taker(person: models.Person, call_id: str, slot: int, *, yes: bool, now: datetime | None = None) -> None:
    """Say that it is this person who does it, who then sees the place; or that it is not: then it is free again. Raises NotFound."""
    now = now or datetime.now(UTC)
    held_call(person, call_id)
    with transaction.atomic():
        hold_log()
        call = held_call(person, call_id)
        supported(person, call.row.advocate.id)
        found = _taken(call, slot, now)
        if found is None or call.state(now) != ASKING or (yes and found.confirmed):
            raise NotFound("There is nothing here.")
        what = CONFIRM if yes else REFUSE
        log_support(call.row, call.key, what, by=person, now=now, details={"slot": slot, "help": found.help.value})


def say_helped(person: models.Person, call_id: str, answer: Helped, line: str = "", *, now: datetime | None = None) -> None:
    """Whether it helped, and a line for herself and her staff. Said again, the last counts. Raises NotFound, RequestRefused."""
    now, line = now or datetime.now(UTC), " ".join(tidied(line).split())
    held_call(person, call_id)
    with transaction.atomic():
        hold_log()
        call = held_call(person, call_id)
        supported(person, call.row.advocate.id)
        if len(line) > MAX_LINE_CHARS:
            raise RequestRefused(_("Write at most %(most)s characters."), most=MAX_LINE_CHARS)
        log_support(call.row, call.key, HELPED, by=person, now=now, words={"line": line}, details={"code": answer.value})


def _taken(call: Called, slot: int, now: datetime) -> Slot | None:
    return next((s for s in call.slots if s.number == slot and s.help.by_one and s.now(now) == TAKEN), None)


def _check_helps(helps: Sequence[Help], at: str, *, quiet: bool) -> None:
    if not helps:
        raise RequestRefused(_("Choose what would help."))
    if quiet and not PUBLIC.isdisjoint(helps):
        raise RequestRefused(_("You chose nothing in public, and kind words are public. Choose one of them."))
    if any(help_ in (Help.WALK, Help.ACCOUNT) for help_ in helps) and not at:
        raise RequestRefused(_("Say when: whoever takes it must know whether they can."))


def _links(typed: str) -> tuple[str, ...]:
    links = tuple(dict.fromkeys(line.strip() for line in tidied(typed).split("\n") if line.strip()))
    if len(links) > MAX_LINKS or any(len(link) > MAX_LINK_CHARS for link in links):
        raise RequestRefused(_("Give at most %(most)s addresses, one a line, none of them very long."), most=MAX_LINKS)
    for link in links:
        try:
            parts = urlsplit(link)
            sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None and " " not in link
        except ValueError:
            sound = False
        if not sound:
            raise RequestRefused(_("An address begins with https:// and names a page. One of these does not."))
    return links


def _check_private(person: models.Person, advocate: models.Advocate, said: str) -> None:
    """Only for herself: a helper could learn by trying what she wrote down as private."""
    if card_for(person, advocate.number, Right.SUPPORT).role != ADVOCATE:
        return
    facts = private_facts(advocate)
    if facts is not None and facts.find(tokens(normalise(said).text)):
        raise RequestRefused(
            _("This tells something that you wrote down as private, and everybody whom you ask would read it. Take it out.")
        )


def _people(advocate: models.Advocate, names: Sequence[str]) -> tuple[int, ...]:
    agreed = {each.row.number for each in supporters_for(advocate) if each.agreed_at is not None}
    wanted = {number_of("sup", name) for name in names}
    if not wanted:
        raise RequestRefused(_("Choose at least one supporter."))
    if not wanted <= agreed:
        raise NotFound("There is nothing here.")
    return tuple(sorted(number for number in wanted if number is not None))


def _items(advocate: models.Advocate, names: Sequence[str]) -> tuple[int, ...]:
    wanted = {number_of("itm", name) for name in names}
    if len(wanted) > MOST_ITEMS:
        raise RequestRefused(_("Choose at most %(most)s messages: nobody should read more of this for you."), most=MOST_ITEMS)
    found = tuple(item.number for item in showable(advocate, [n for n in wanted if n is not None]))
    if len(found) != len(wanted):
        raise NotFound("There is nothing here.")
    return found
