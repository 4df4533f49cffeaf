"""A channel to counsel, for the two who are in it: whose it is, how it stands, and what is written there. Nobody else finds it.

No grant opens it: neither a helper, nor an officer, nor who was let in for an emergency, nor who keeps the home comes here. What is
read in it is no look at a message, and the log does not tell of it.
"""

from __future__ import annotations

import json
from datetime import datetime

from attrs import frozen

from parapet.access.case_cards import case_card
from parapet.access.cases import held_case
from parapet.access.counsel_rows import Channel, believed, channel_locker
from parapet.access.own_keys import number_of_key
from parapet.access.people import grant_for
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, SealBroken
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.records.models import CounselChannel, CounselLetter, OwnKey, Person
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of

INVITED, JOINED, OPEN, ENDED = "invited", "joined", "open", "ended"


@frozen
class ChannelCard:
    """How a channel stands, for one of the two.

    other     the name of who else is in it
    mine      whoever asks is the advocate
    case      public name and title of the case; two empty words for counsel
    number    of the other's key, to compare; "" while the other has none
    own       of her own, likewise
    letters   how many were written
    """

    id: str
    other: str
    mine: bool
    state: str
    case: tuple[str, str] = ("", "")
    number: str = ""
    own: str = ""
    letters: int = 0


@frozen
class Letter:
    """One letter. `file` is the name of what is with it, or ""; `erased` by its writer, and then empty."""

    id: str
    nth: int
    at: datetime | None
    who: str
    own: bool
    text: str = ""
    file: str = ""
    size_bytes: int = 0
    erased: bool = False


@frozen
class ChannelPage:
    """A channel with its letters, oldest first. `shut`: they do not open here now; `broken`: one is missing or is not as it was written."""

    card: ChannelCard
    letters: tuple[Letter, ...] = ()
    shut: bool = False
    broken: SealBroken | None = None


def held_channel(person: Person, channel_id: str, *, live: bool = False) -> Channel:
    """The channel of this public name, for one of its two; for counsel while it lasts. `live`: only while it lasts. Raises NotFound."""
    rows = CounselChannel.objects.filter(number=number_of("chn", channel_id) or 0).select_related(
        "case__advocate", "person", "counsel"
    )
    for each in believed(list(rows)):
        over = each.end is not None
        if person.number == each.row.person_id and person.is_active and not (live and over):
            grant_for(person, each.row.case.advocate_id, Right.GRANT)
            return each
        if person.number == each.row.counsel_id and person.is_active and not over:
            return each
    raise NotFound("There is nothing here.")


def channels_of_case(person: Person, case_id: str) -> tuple[ChannelCard, ...]:
    """Those of a case, the newest first, for the advocate who opened them. Raises NotFound."""
    case = held_case(person, case_id, Right.GRANT)
    rows = CounselChannel.objects.filter(case=case, person=person).select_related("case__advocate", "person", "counsel")
    return tuple(_card(each, person) for each in believed(list(rows.order_by("-number"))))


def channels_to(person: Person) -> tuple[ChannelCard, ...]:
    """Those in which this person is counsel, while they last, the newest first."""
    if not person.is_active:
        return ()
    rows = CounselChannel.objects.filter(counsel=person).select_related("case__advocate", "person", "counsel").order_by("-number")
    return tuple(_card(each, person) for each in believed(list(rows)) if each.end is None)


def channel_page(person: Person, channel_id: str) -> ChannelPage:
    """One of them with what is written in it, as far as her key is open here. Raises NotFound."""
    channel = held_channel(person, channel_id)
    card = _card(channel, person)
    if not channel.is_open:
        return ChannelPage(card)
    try:
        locker = channel_locker(channel, person.number)
    except KeyClosed:
        return ChannelPage(card, shut=True)
    except KeyWrong:
        return ChannelPage(card, broken=SealBroken())
    try:
        return ChannelPage(card, _letters(channel, locker, person))
    except SealBroken as error:
        return ChannelPage(card, broken=error)


def letter_file(person: Person, channel_id: str, letter_id: str) -> tuple[str, bytes]:
    """The file with a letter: its name, a person's words, and its bytes. Raises NotFound, KeyClosed, KeyWrong."""
    channel = held_channel(person, channel_id)
    row = CounselLetter.objects.filter(channel=channel.row, number=number_of("ltr", letter_id) or 0).first()
    if row is None or not bytes(row.sealed_file):
        raise NotFound("There is nothing here.")
    locker = channel_locker(channel, person.number)
    said = json.loads(locker.unlock(bytes(row.sealed), about=letter_context(row)))
    return said["file"], locker.unlock(bytes(row.sealed_file), about=file_context(row))


def letter_context(row: CounselLetter) -> bytes:
    """What a letter is bound to: its channel, its place in it, and who wrote it."""
    return f"counsel letter:{row.channel_id}:{row.nth}:{row.person_id}".encode()


def file_context(row: CounselLetter) -> bytes:
    """The same for the file with it."""
    return letter_context(row) + b":file"


def _letters(channel: Channel, locker: Locker, person: Person) -> tuple[Letter, ...]:
    rows = list(CounselLetter.objects.filter(channel=channel.row).order_by("nth"))
    if [row.nth for row in rows] != list(range(1, len(rows) + 1)):
        raise SealBroken("A letter is missing.")
    names = {channel.row.person_id: channel.row.person.name, channel.row.counsel_id: channel.row.counsel.name}
    return tuple(_letter(row, locker, names, person) for row in rows)


def _letter(row: CounselLetter, locker: Locker, names: dict[int, str], person: Person) -> Letter:
    own, who = row.person_id == person.number, names.get(row.person_id, "")
    if not bytes(row.sealed):
        return Letter(row.id, row.nth, None, who, own, erased=True)
    try:
        said = json.loads(locker.unlock(bytes(row.sealed), about=letter_context(row)))
    except KeyWrong:
        raise SealBroken("A letter is not as it was written.") from None
    at = datetime.fromisoformat(said["at"])
    return Letter(row.id, row.nth, at, who, own, said["text"], said["file"], said["size_bytes"])


def _card(channel: Channel, person: Person) -> ChannelCard:
    row, mine = channel.row, person.number == channel.row.person_id
    other = row.counsel if mine else row.person
    state = ENDED if channel.end is not None else OPEN if channel.is_open else JOINED if channel.joined else INVITED
    return ChannelCard(
        id=row.id,
        other=other.name if mine else profile_of(row.case.advocate).name,
        mine=mine,
        state=state,
        case=(row.case.id, case_card(row.case).title) if mine else ("", ""),
        number=_number(other.number, bytes(row.theirs if mine else row.hers)),
        own=_number(person.number, bytes(row.hers if mine else row.theirs)),
        letters=CounselLetter.objects.filter(channel=row).count(),
    )


def _number(person: int, compared: bytes) -> str:
    """Of the key that was compared, or else of the one that is there now."""
    if compared:
        return number_of_key(compared)
    row = OwnKey.objects.filter(person_id=person).first()
    return number_of_key(bytes(row.public)) if row is not None else ""
