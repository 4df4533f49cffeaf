"""What a supporter sees: who asked him, the calls that ask for him, of each what she allowed, and nothing else of hers.

A supporter has no grant, so no other door opens to him. What does not ask for him, is over, or was stopped answers as what does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.covering import Words, covered_words
from parapet.access.judgements import believed as judged_versions
from parapet.access.judgements import gravest
from parapet.access.looks import log_look
from parapet.access.page_looks import PUBLIC_KINDS, page_address
from parapet.access.referred import referred_rows
from parapet.access.support_rows import Backing, backings_of
from parapet.access.support_rows import believed as believed_supporters
from parapet.access.support_steps import ASKING, DONE, TAKEN, Called, Slot, Terms, believed, why_not
from parapet.access.veils import veil_over
from parapet.access.views import Row
from parapet.domain.errors import KeyClosed, NotFound
from parapet.domain.judgement import Harm
from parapet.domain.support import TOLD_FOR, Help
from parapet.domain.veil import Level
from parapet.records.memberships import name_of
from parapet.records.models import Advocate, Item, Person, SupportAsked, SupportCall, Supporter
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of


@frozen
class Asked:
    """That she asks him to be her supporter, or that he is. `advocate` is her name, `through` the organisation, "" for none."""

    id: str
    advocate: str
    asked_at: datetime
    agreed: bool
    through: str = ""


@frozen
class HelpView:
    """One thing that a call asks for, as one supporter sees it.

    left  how many of it are still wanted; `why_not` says in a code why he cannot take one now, "" when he can
    mine  what he has taken of it, and not said anything of
    done  how many he did
    """

    help: Help
    left: int
    why_not: str
    mine: Slot | None = None
    done: int = 0


@frozen
class CallView:
    """Exactly what a supporter sees of a call. `place` is "" but for whom she confirmed. `hidden`: his own veil hides what rows are."""

    advocate: str
    words: str
    links: tuple[str, ...]
    quiet: bool
    until: datetime
    helps: tuple[HelpView, ...]
    rows: tuple[Row, ...]
    when: str = ""
    place: str = ""
    id: str = ""
    hidden: bool = False


@frozen
class CallCard:
    """A call in a list. `mine`: he has something of it in hand."""

    id: str
    advocate: str
    until: datetime
    helps: tuple[Help, ...]
    mine: bool


@frozen
class EndedCall:
    """A call that asked for him and is over, for some days: nothing of it but when, and whether she stopped it. `felt`: he said how he is."""

    id: str
    at: datetime
    stopped: bool
    felt: bool


@frozen
class SupportingPage:
    """Everything that a supporter has here. `paused_until`: until then nothing is asked of him."""

    asked: tuple[Asked, ...]
    calls: tuple[CallCard, ...]
    ended: tuple[EndedCall, ...]
    paused_until: datetime | None


def supporting(person: Person, *, now: datetime | None = None) -> SupportingPage:
    """His page."""
    now = now or datetime.now(UTC)
    backings = backings_of(person)
    calls = _asking(backings)
    paused = paused_until(calls, person, now)
    return SupportingPage(
        asked=tuple(
            Asked(
                each.row.id,
                profile_of(each.row.advocate).name,
                each.asked_at,
                each.agreed_at is not None,
                name_of(each.row.through),
            )
            for each in backings
        ),
        calls=tuple(_card(call, person, now) for call in calls if call.state(now) == ASKING) if paused is None else (),
        ended=tuple(_ended(call, person) for call in calls if call.state(now) != ASKING and _over_at(call) > now - TOLD_FOR),
        paused_until=paused,
    )


def call_view(person: Person, call_id: str, *, now: datetime | None = None) -> CallView:
    """One call that asks for him. Raises NotFound, also once it is stopped or over, and while he pauses."""
    now = now or datetime.now(UTC)
    call, calls = held_asked(person, call_id, now=now)
    return _view(person, call, calls, now)


def preview_view(advocate: Advocate, terms: Terms, person: Person) -> CallView:
    """What a supporter would see who has taken nothing yet. Whoever asks may ask for support was asked before."""
    helps = tuple(HelpView(help_, terms.limits.in_all(help_), "") for help_ in terms.helps)
    rows = referred_rows(person, showable(advocate, terms.items))
    return CallView(
        profile_of(advocate).name, terms.words, terms.links, terms.quiet, terms.until, helps, rows, terms.when,
        hidden=veil_over(person, advocate.id) is Level.NOTHING,
    )  # fmt: skip


def covered_for_support(person: Person, call_id: str, item_id: str) -> tuple[Row, Words | None, str]:
    """One message that she allowed: its words, the harmful ones covered, and its public address. The look is in the log first.

    No words, and no look, where nobody can say which to cover. Raises NotFound, KeyClosed.
    """
    call, _calls = held_asked(person, call_id)
    number = number_of("itm", item_id)
    for item in showable(call.row.advocate, call.terms.items):
        if item.number == number:
            break
    else:
        raise NotFound("There is nothing here.")
    key = opening.item_key(item, opening.locker_of(item.advocate))
    chosen, judged = gravest(judged_versions(item, key)[0])
    content = opening.face(chosen, key)
    words = covered_words(content, judged)
    if words is not None:
        log_look(person, item, key, why="report", version=chosen.ordinal)
    [row] = referred_rows(person, [item])
    return row, words, page_address(content) if words is not None else ""


def held_supporter(person: Person, supporter_id: str, *, agreed: bool | None = None) -> Backing:
    """That he was asked, and still is a supporter; only one who agreed, or did not yet, when given. Raises NotFound."""
    number = number_of("sup", supporter_id)
    for each in backings_of(person):
        if each.row.number == number and agreed in (None, each.agreed_at is not None):
            return each
    raise NotFound("There is nothing here.")


def held_asked(person: Person, call_id: str, *, now: datetime | None = None) -> tuple[Called, list[Called]]:
    """A call that asks for him now, and all calls that ever did. Raises NotFound, also while he pauses."""
    now = now or datetime.now(UTC)
    number = number_of("cal", call_id)
    calls = _asking(backings_of(person))
    for call in calls:
        if call.row.number == number and call.state(now) == ASKING and paused_until(calls, person, now) is None:
            return call, calls
    raise NotFound("There is nothing here.")


def held_for_feeling(person: Person, call_id: str, *, now: datetime | None = None) -> Called:
    """A call that asks for him, or did so lately: he may say how he is. Raises NotFound."""
    now = now or datetime.now(UTC)
    number = number_of("cal", call_id)
    for call in _asking(backings_of(person)):
        if call.row.number == number and (call.state(now) == ASKING or _over_at(call) > now - TOLD_FOR):
            return call
    raise NotFound("There is nothing here.")


def paused_until(calls: Sequence[Called], person: Person, now: datetime) -> datetime | None:
    """Until when he asked to be left alone; None when he did not."""
    _said, until = max((call.pauses[person.number] for call in calls if person.number in call.pauses), default=(now, now))
    return until if until > now else None


def pauses_now(now: datetime, person: Person) -> bool:
    """True while he asked to be left alone, in whichever call he said so."""
    return paused_until(_asking(backings_of(person)), person, now) is not None


def held_pause(person: Person, *, now: datetime | None = None) -> Called:
    """The call in which he asked to be left alone, as he is now. Raises NotFound when he is not."""
    now = now or datetime.now(UTC)
    calls = _asking(backings_of(person))
    if paused_until(calls, person, now) is None:
        raise NotFound("There is nothing here.")
    return max((call for call in calls if person.number in call.pauses), key=lambda call: call.pauses[person.number])


def showable(advocate: Advocate, numbers: Sequence[int]) -> list[Item]:
    """Those of these messages that a supporter may be shown: hers, public, sorted, and without private facts. In order of time."""
    found = Item.objects.filter(number__in=numbers, advocate=advocate, own=False).select_related("advocate")
    shown = [
        item
        for item in found
        if item.kind in PUBLIC_KINDS and item.assessed and not item.abstain and not item.harms & Harm.DOXING.bit
    ]
    return sorted(shown, key=lambda item: (item.sent_at, item.number))


def refusal(call: Called, calls: Sequence[Called], help_: Help, person: Person, now: datetime) -> str:
    """Why he may not take this now, in a code (`support_steps.why_not`); "" when he may."""
    busy = any(each.open_slot(person.number, now) for each in calls)
    return why_not(call, help_, person.number, now, busy=busy, paused=paused_until(calls, person, now) is not None)


def _asking(backings: Sequence[Backing]) -> list[Called]:
    """The calls that ever asked for him as a supporter who agreed, the newest first."""
    agreed = {(each.row.number, each.row.advocate_id) for each in backings if each.agreed_at is not None}
    if not agreed:
        return []
    asked = SupportAsked.objects.filter(supporter__in=[number for number, _hers in agreed]).values("call")
    rows = SupportCall.objects.filter(number__in=asked).select_related("advocate").order_by("-number")
    return [call for call in believed(rows) if any((number, call.row.advocate_id) in agreed for number in call.terms.people)]


def asked_people(call: Called) -> list[Backing]:
    """The supporters whom a call asks, and who still are."""
    rows = Supporter.objects.filter(number__in=call.terms.people, advocate=call.row.advocate_id)
    return [each for each in believed_supporters(rows.select_related("advocate", "person")) if each.row.person.is_active]


def _view(person: Person, call: Called, calls: Sequence[Called], now: datetime) -> CallView:
    advocate, terms = call.row.advocate, call.terms
    helps = tuple(_help(person, call, calls, help_, now) for help_ in terms.helps)
    confirmed = any(each.mine is not None and each.mine.confirmed for each in helps)
    try:
        rows = referred_rows(person, showable(advocate, terms.items))
    except KeyClosed:
        rows = ()
    return CallView(
        advocate=profile_of(advocate).name,
        words=terms.words,
        links=terms.links,
        quiet=terms.quiet,
        until=terms.until,
        helps=helps,
        rows=rows,
        when=terms.when,
        place=terms.place if confirmed else "",
        id=call.row.id,
        hidden=veil_over(person, advocate.id) is Level.NOTHING,
    )


def _help(person: Person, call: Called, calls: Sequence[Called], help_: Help, now: datetime) -> HelpView:
    his = [slot for slot in call.slots if slot.person == person.number and slot.help is help_]
    return HelpView(
        help=help_,
        left=max(0, call.terms.limits.in_all(help_) - len(call.holding(now, help_))),
        why_not=refusal(call, calls, help_, person, now),
        mine=next((slot for slot in his if slot.now(now) == TAKEN), None),
        done=sum(slot.state == DONE for slot in his),
    )


def _card(call: Called, person: Person, now: datetime) -> CallCard:
    mine = call.open_slot(person.number, now) is not None
    return CallCard(call.row.id, profile_of(call.row.advocate).name, call.terms.until, call.terms.helps, mine)


def _ended(call: Called, person: Person) -> EndedCall:
    return EndedCall(call.row.id, _over_at(call), call.end is not None, person.number in call.felt)


def _over_at(call: Called) -> datetime:
    return call.stopped_at or call.terms.until
