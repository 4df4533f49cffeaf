"""Note how far somebody has read in a channel to counsel, and of what a digest told: places, no times. Nothing of it is in the log."""

from __future__ import annotations

from collections.abc import Iterable

from parapet.access.counsel import held_channel
from parapet.access.letters import Unread
from parapet.records.models import CounselChannel, Person
from parapet.records.numbers import number_of


def mark_letters_read(person: Person, channel_id: str, seen: int) -> None:
    """She has read up to the letter at the place `seen`; 0 for none. What was read stays read. Raises NotFound."""
    channel = held_channel(person, channel_id)
    mark = "read_by_her" if person.number == channel.row.person_id else "read_by_counsel"
    CounselChannel.objects.filter(number=channel.row.number, **{f"{mark}__lt": seen}).update(**{mark: seen})


def mark_letters_told(waiting: Iterable[Unread]) -> None:
    """A digest told of these."""
    for each in waiting:
        mark = "told_her" if each.mine else "told_counsel"
        row = CounselChannel.objects.filter(number=number_of("chn", each.channel) or 0, **{f"{mark}__lt": each.upto})
        row.update(**{mark: each.upto})
