"""Letters in channels to counsel that wait for somebody: how many, and in which channel. No word of them, and of nobody but the two.

What was read is kept as a place in the channel, not as a time: how often she is advised is nobody's to count.
"""

from __future__ import annotations

from collections import defaultdict

from attrs import frozen
from django.db.models import F, Q

from parapet.access.counsel_rows import believed
from parapet.access.people import grant_for
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.records.models import CounselChannel, CounselLetter, Person


@frozen
class Unread:
    """Letters of the other in one channel that this person has not read.

    mine   she is the advocate in it
    upto   the place of the newest
    news   no digest told of it yet
    """

    channel: str
    mine: bool
    letters: int
    upto: int
    news: bool


def letters_waiting(person: Person) -> tuple[Unread, ...]:
    """Where letters wait for one of the two, the newest channel first. Nobody else is told of any."""
    if not person.is_active:
        return ()
    hers = Q(channel__person=person, nth__gt=F("channel__read_by_her"))
    counsels = Q(channel__counsel=person, nth__gt=F("channel__read_by_counsel"))
    rows = CounselLetter.objects.filter(hers | counsels).exclude(person=person).exclude(sealed=b"")
    waiting: dict[int, list[int]] = defaultdict(list)
    for channel, nth in rows.values_list("channel_id", "nth"):
        waiting[channel].append(nth)
    if not waiting:
        return ()
    channels = CounselChannel.objects.filter(number__in=waiting).select_related("case__advocate", "person", "counsel")
    found = []
    for each in believed(list(channels.order_by("-number"))):
        row, mine = each.row, each.row.person_id == person.number
        if not each.is_open or (each.end is not None and not mine) or (mine and not _still_hers(person, row)):
            continue
        upto = max(waiting[row.number])
        told = row.told_her if mine else row.told_counsel
        found.append(Unread(row.id, mine, len(waiting[row.number]), upto, upto > told))
    return tuple(found)


def _still_hers(person: Person, row: CounselChannel) -> bool:
    try:
        grant_for(person, row.case.advocate_id, Right.GRANT)
    except NotFound:
        return False
    return True
