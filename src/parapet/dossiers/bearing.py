"""Of each thing that a section asks for: which exhibits bear on it, what is counted, what she told, and what is still to be asked.

No conclusion. An exhibit is named because of the signs that were seen in it, or that a person put there (`domain/offences.py`); its
words are in the exhibit, and whoever reads decides what they are worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import frozen

from parapet.domain.items import ItemKind
from parapet.domain.offences import DELIVERED, PUBLIC, REPEATED, SEVERAL_CHANNELS, Element, Section
from parapet.dossiers.case_file import CaseFile, Exhibit

#: What anybody can read.
_PUBLIC = frozenset({ItemKind.POST, ItemKind.REPLY, ItemKind.QUOTE, ItemKind.REPOST, ItemKind.COMMENT, ItemKind.REVIEW})
#: What comes by telecommunication: all but what was said in person or written on paper.
_BY_WIRE = frozenset(ItemKind) - {ItemKind.SPOKEN, ItemKind.COMPLAINT}


@frozen
class Count:
    """Something counted over all exhibits. `exhibits` by number where it is about some of them; `n` and `most` as its words have them."""

    what: str
    exhibits: tuple[int, ...] = ()
    n: int = 0
    most: int = 0


@frozen
class Bearing:
    """What is there of one element.

    signs     indicators and harms that were seen, by how many exhibits have each, the most frequent first
    answers   questions of the statement that she answered
    ask       the question to answer next; "" when there is none
    """

    element: Element
    exhibits: tuple[int, ...]
    signs: tuple[tuple[str, int], ...]
    counts: tuple[Count, ...]
    answers: tuple[str, ...]
    ask: str

    @property
    def recorded(self) -> bool:
        """True when anything is."""
        return bool(self.exhibits or self.counts or self.answers)


def bearings(section: Section, case: CaseFile, answers: Mapping[str, str]) -> tuple[Bearing, ...]:
    """Each element of a section, in its order."""
    return tuple(_bearing(element, case, answers) for element in section.elements)


def in_question(section: Section, case: CaseFile, answers: Mapping[str, str]) -> bool:
    """True when a sign of some exhibit, or an answer that is about this section, bears on it: what is proposed to be shown."""
    return any(
        found.exhibits or (set(found.answers) & {"image", "pose", "identity", "demand", "compel", "access"})
        for found in bearings(section, case, answers)
    )


def _bearing(element: Element, case: CaseFile, answers: Mapping[str, str]) -> Bearing:
    seen: Counter[str] = Counter()
    numbers = []
    for exhibit in case.counted:
        if found := _seen(element, exhibit):
            numbers.append(exhibit.number)
            seen.update(found)
    told = tuple(code for code in element.answers if answers.get(code))
    ask = "" if told or not element.answers else element.answers[0]
    counts = tuple(count for count in (_count(what, case) for what in element.counts) if count is not None)
    return Bearing(element, tuple(numbers), tuple(seen.most_common()), counts, told, ask)


def _seen(element: Element, exhibit: Exhibit) -> set[str]:
    if not exhibit.weighed:
        return set()
    return {sign.code for sign in exhibit.indicators if sign.code in element.signs} | {
        str(harm) for harm in exhibit.harms if harm in element.harms
    }


def _count(what: str, case: CaseFile) -> Count | None:
    """None where there is nothing of it."""
    counted = case.counted
    if what == REPEATED:
        many = [n for n in Counter(e.author.key for e in counted if e.author.key).values() if n > 1]
        return Count(what, n=len(many), most=max(many)) if many else None
    if what == SEVERAL_CHANNELS:
        channels = len({exhibit.channel for exhibit in counted})
        return Count(what, n=channels) if channels > 1 else None
    kinds = {PUBLIC: _PUBLIC, DELIVERED: _BY_WIRE}[what]
    numbers = tuple(exhibit.number for exhibit in counted if exhibit.kind in kinds)
    return Count(what, numbers, n=len(numbers)) if numbers else None
