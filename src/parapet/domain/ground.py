"""The ground on which she and counsel write: facts for and against, each with where it is and how it was found. No score, and no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

FOR, AGAINST = "for", "against"

#: Every fact that the desk can find, by the side on which it stands, in the order of the page. No fact outweighs another.
FACTS: Mapping[str, tuple[str, ...]] = {
    FOR: (
        "says_no_patient",
        "states_never_patient",
        "call_before",
        "near_identical",
        "words_of_posts",
        "same_page",
        "says_many",
        "timing",
        "earlier_dismissed",
        "says_elsewhere",
        "about_speech",
        "speech",
        "asks_punishment",
        "no_care_told",
    ),
    AGAINST: (
        "says_patient",
        "states_patient",
        "dated_event",
        "clinical_detail",
        "asks_explanation",
        "offers_records",
        "only_one",
        "no_call",
        "earlier_upheld",
        "own_tone",
    ),
}


@frozen
class Fact:
    """One of them.

    items    messages that show it, by public name, in order of time
    numbers  what its sentence counts
    days     what its sentence dates, by name
    spans    the places in the letter, from and up to which character
    stated   her own words, where it is as she states it
    """

    code: str
    items: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(factory=dict)
    days: Mapping[str, date] = field(factory=dict)
    spans: tuple[tuple[int, int], ...] = ()
    stated: str = ""

    @property
    def side(self) -> str:
        """`FOR` or `AGAINST`."""
        return FOR if self.code in FACTS[FOR] else AGAINST


@frozen
class Twin:
    """Another letter that has passages of this one.

    percent   how much of the shorter of the two stands in the other
    passages  where they stand in this letter; `theirs` where in the other
    inside    it is in the case
    nearly    one was made from the other, or both from one
    """

    item: str
    day: date
    percent: int
    passages: tuple[tuple[int, int], ...]
    theirs: tuple[tuple[int, int], ...]
    inside: bool
    nearly: bool


@frozen
class Ground:
    """What is known of one complaint.

    care     it reads as a complaint about care that was given
    outside  messages that are not in the case and bear on it, by public name
    letter   whether there is a letter to read
    mark     names all of it together, so that nothing goes into a document that was not seen
    """

    facts: tuple[Fact, ...]
    twins: tuple[Twin, ...] = ()
    care: bool = False
    outside: tuple[str, ...] = ()
    letter: bool = True
    mark: str = ""
