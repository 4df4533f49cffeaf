"""Words of a letter of complaint: what the program reads in it, and what it gives to who asked, after the looks are in the log."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from parapet.access.complaint_ground import day_of, gathered, key_of, letter_text, marks_of
from parapet.access.complaints import held_complaint, opened
from parapet.access.items import held
from parapet.access.judgements import believed, gravest
from parapet.access.looks import log_look
from parapet.domain.regulators import REGULATORS
from parapet.domain.rights import Right
from parapet.patterns.complaints import folded, stated_days
from parapet.records.models import Person


@frozen
class LetterFacts:
    """What a letter itself says of where it goes and how long there is, read by the program; nothing of its words.

    days   for an answer; None where it does not say
    place  of `REGULATORS`, where it names that college; ""
    """

    days: int | None
    place: str
    received: date


def letter_facts(person: Person, item_id: str) -> LetterFacts:
    """Of a message of hers. Raises NotFound."""
    item, _locker = held(person, item_id, Right.READ)
    text = letter_text(item)
    flat = folded(text)
    places = [each.place for each in REGULATORS.values() if any(folded(name) in flat for name in (each.name.en, each.name.fr))]
    return LetterFacts(stated_days(text), places[0] if len(places) == 1 else "", day_of(item.sent_at))


@frozen
class AllegedWords:
    """What a complaint alleges, one by one, after the look is in the log."""

    said: tuple[str, ...] = field(repr=False)


def alleged_words(person: Person, complaint_id: str) -> AllegedWords:
    """Words of the letter, or what people made of them. Raises NotFound, SealBroken."""
    row = held_complaint(person, complaint_id, Right.READ)
    told = opened(row).told
    if row.item is not None:
        key = key_of(row.item)
        version, _judged = gravest(believed(row.item, key)[0])
        log_look(person, row.item, key, why="complaint", version=version.ordinal)
    return AllegedWords(tuple(each.text for each in told.allegations))


@frozen
class LetterWords:
    """A letter whose words were asked for, and where it agrees with others. `passages` are those of the other letters."""

    text: str = field(repr=False)
    marks: tuple[tuple[int, int], ...]
    passages: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)


def letter_words(person: Person, complaint_id: str) -> LetterWords:
    """The letter, after the looks are in the log: at it, and at every letter of which passages are shown. Raises NotFound, SealBroken."""
    found = gathered(held_complaint(person, complaint_id, Right.READ))
    texts = {read.item.id: read for read in found.others}
    shown = [read for read in (found.letter, *(texts[twin.item] for twin in found.ground.twins)) if read is not None]
    for read in shown:
        log_look(person, read.item, key_of(read.item), why="complaint", version=read.version.ordinal)
    passages = tuple(
        (twin.item, tuple(texts[twin.item].text[start:end] for start, end in twin.theirs)) for twin in found.ground.twins
    )
    return LetterWords(found.letter_text, marks_of(found.ground), passages)
