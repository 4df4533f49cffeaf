"""What a document made from a complaint tells: only what was chosen, and of each message what bears on it. For a caller who asked whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import frozen

from parapet.access import opening
from parapet.access.case_files import is_sample
from parapet.access.complaint_ground import Gathered, Read, exhibit_numbers, gathered, marks_of
from parapet.access.complaints import exhibits_case, held_complaint
from parapet.channels.contract import channels
from parapet.domain.complaints import Complaint as ComplaintValue
from parapet.domain.ground import Fact
from parapet.domain.items import ItemKind
from parapet.domain.regulators import COLLEGE, REGULATORS, Said
from parapet.domain.rights import Right
from parapet.dossiers.rebuttal import Answered, Exhibited, Rebuttal, Same, Shown
from parapet.patterns.complaints import calls_to_complain
from parapet.patterns.passages import shared
from parapet.records.models import Complaint, LogEntry, Person
from parapet.records.profiles import profile_of

#: Of the messages that show one fact, so many are quoted; the others stand by number, day and seal.
QUOTED_OF_FACT = 3
#: A document has at most so many exhibits: of more, those of facts that come first.
MOST_EXHIBITS = 60
_QUOTE_CHARS = 420
_ROOM_BEFORE = 120


@frozen
class Papers:
    """A document's content, and the messages whose words it holds."""

    rebuttal: Rebuttal
    read: tuple[Read, ...]


def chosen_facts(found: Gathered) -> tuple[Fact, ...]:
    """Those that she did not leave out."""
    return tuple(fact for fact in found.ground.facts if fact.code not in found.told.left_out)


def cited(found: Gathered) -> tuple[Read, ...]:
    """The messages of the case that the document names, in order of time: of the letter, the chosen facts and her answers."""
    by_name = {read.item.id: read for read in found.exhibits}
    names: dict[str, None] = {}
    if found.letter is not None:
        names[found.letter.item.id] = None
    for each in found.told.allegations:
        names |= dict.fromkeys((*each.supports, *each.against))
    facts = chosen_facts(found)
    for n in range(MOST_EXHIBITS):  # one of each fact, then the next of each
        names |= dict.fromkeys(fact.items[n] for fact in facts if n < len(fact.items))
    kept = [by_name[name] for name in names if name in by_name][:MOST_EXHIBITS]
    numbers = exhibit_numbers(found)
    return tuple(sorted(kept, key=lambda read: numbers[read.item.id]))


def papers(row: Complaint, found: Gathered, *, letter_only: bool = False) -> Papers:
    """Everything that goes. letter_only: for a leader, no words of any message."""
    told, case = found.told, exhibits_case(row.case)
    numbers = exhibit_numbers(found)
    facts = chosen_facts(found)
    named = () if letter_only else cited(found)
    within = {read.item.id for read in named}
    quoted = _quoted(found, facts)
    texts = {read.item.id: read.text for read in found.others}
    shown = tuple(_exhibited(found, read, numbers[read.item.id], quoted) for read in named)
    made = Rebuttal(
        case_id=case.id,
        complaint_id=row.id,
        advocate_name=profile_of(row.case.advocate).name,
        told=told,
        body=_body(told),
        facts=tuple(Shown(fact, _at(fact.items, numbers, within)) for fact in facts),
        answers=tuple(
            Answered(each.text, each.answer, _at(each.supports, numbers, within), _at(each.against, numbers, within))
            for each in told.allegations
        ),
        letter="" if letter_only or found.letter is None else found.letter_text,
        marks=() if letter_only else marks_of(found.ground, told.left_out),
        same=tuple(
            Same(
                numbers.get(twin.item, 0),
                twin.day,
                twin.percent,
                tuple(texts[twin.item][a:b] for a, b in twin.theirs),
                twin.nearly,
            )
            for twin in found.ground.twins
        )
        if not letter_only and "near_identical" not in told.left_out
        else (),
        exhibits=shown,
        of_case=len(found.exhibits),
        care=found.ground.care,
        fictional=is_sample(row.case.advocate),
    )
    read = [read for read in named if read.item.id in quoted or read is found.letter]
    read += [read for read in found.others if made.same and any(twin.item == read.item.id for twin in found.ground.twins)]
    if found.letter is not None and not letter_only and all(each.item.id != found.letter.item.id for each in read):
        read.append(found.letter)
    unique = {each.item.id: each for each in read}
    return Papers(made, tuple(unique.values()))


def _body(told: ComplaintValue) -> Said:
    """To whom it went, where that has a name in each language."""
    named = told.words.get("addressee", "")
    if told.body == COLLEGE:
        college = REGULATORS[told.place].name
        return Said(*(f"{each} · {named}" if named else each for each in (college.en, college.fr)))
    return Said(named, named)


def _at(names: tuple[str, ...], numbers: Mapping[str, int], within: set[str]) -> tuple[int, ...]:
    return tuple(sorted(numbers[name] for name in names if name in within and name in numbers))


def _quoted(found: Gathered, facts: tuple[Fact, ...]) -> dict[str, tuple[int, int]]:
    """Messages whose words go, and which of them: around the call, or the passage that the letter repeats. Letters never."""
    by_name = {read.item.id: read for read in found.exhibits}
    places: dict[str, tuple[int, int]] = {}
    for fact in facts:
        if fact.code not in ("call_before", "words_of_posts", "same_page", "speech", "own_tone"):
            continue
        for name in [name for name in fact.items if name in by_name][:QUOTED_OF_FACT]:
            read = by_name[name]
            places.setdefault(name, _around(read, found))
    for each in found.told.allegations:
        for name in (*each.supports, *each.against):
            if name in by_name and by_name[name].item.kind != ItemKind.COMPLAINT:
                places.setdefault(name, _around(by_name[name], found))
    return places


def _around(read: Read, found: Gathered) -> tuple[int, int]:
    call = calls_to_complain(read.text)
    at = call.start if call else next((p.start for p in shared(read.text, found.letter_text, least=5)), 0)
    start = 0 if len(read.text) <= _QUOTE_CHARS else max(0, min(at - _ROOM_BEFORE, len(read.text) - _QUOTE_CHARS))
    return start, min(len(read.text), start + _QUOTE_CHARS)


def _exhibited(found: Gathered, read: Read, number: int, quoted: dict[str, tuple[int, int]]) -> Exhibited:
    item = read.item
    key = opening.item_key(item, opening.locker_of(item.advocate))
    entry = LogEntry.objects.get(index=read.version.log_index)
    leaf = json.loads(opening.leaf_bytes(entry, key))
    is_letter = found.letter is not None and item.number == found.letter.item.number
    content = opening.face(read.version, key)
    words = ""
    if item.id in quoted and not is_letter:
        start, end = quoted[item.id]
        words = ("… " if start else "") + " ".join(read.text[start:end].split()) + (" …" if end < len(read.text) else "")
    titles = {name: manifest.title for name, manifest in channels().items()}
    return Exhibited(
        number=number,
        item_id=item.id,
        channel=item.channel,
        channel_title=titles.get(item.channel, ""),
        kind=item.kind,
        at=item.sent_at,
        time_is_ours=item.time_is_ours,
        own=item.own,
        is_letter=is_letter,
        is_call=not item.own and bool(calls_to_complain(read.text)),
        author=content.author if words and not item.own else None,
        words=words,
        sha256=leaf["sha256"],
        log_index=entry.index,
    )


def what_goes(person: Person, complaint_id: str) -> tuple[str, ...]:
    """The messages that its dossier would name, by public name. Raises NotFound, SealBroken."""
    found = gathered(held_complaint(person, complaint_id, Right.READ))
    return tuple(read.item.id for read in cited(found))
