"""What the records tell about a complaint, for and against: found by plain rules, each message read by the program as triage reads it.

Nobody is shown a word by this: `access/complaint_words.py` gives words, after the looks are in the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen
from django.conf import settings
from django.db.models import Q

from parapet.access import opening
from parapet.access.case_files import case_items
from parapet.access.complaints import exhibits_case, held_complaint, opened
from parapet.access.judgements import believed, gravest
from parapet.domain.complaints import WITH_MERIT, WITHOUT_MERIT, Complaint
from parapet.domain.errors import KeyClosed, KeyWrong, SealBroken
from parapet.domain.ground import FACTS, FOR, Fact, Ground, Twin
from parapet.domain.items import ItemKind
from parapet.domain.judgement import Harm
from parapet.domain.rights import Right
from parapet.evidence.keys import Locker
from parapet.patterns.alike import same_name
from parapet.patterns.complaints import calls_to_complain, codes, reads_as_care, signs
from parapet.patterns.copies import carried
from parapet.patterns.passages import NEARLY, share, shared
from parapet.records import models
from parapet.records.models import Item, Person, Version

#: A call to complain is looked for in so many days before the letter; so many messages, the newest first.
CALL_DAYS = 120
MOST_OUTSIDE = 400
#: Of other letters to the same advocate so many are compared, the newest first.
MOST_LETTERS = 200
#: What came in so many days before the letter is its timing.
TIMING_DAYS = 14
#: A letter repeats a post when so many words in a row are the same.
LEAST_OF_POST = 5
#: A letter that shares less than this with another says so by itself: everybody writes to the same office.
_LEAST_SHARE = 0.1
_LONG = 20_000


@frozen
class Read:
    """One message as the rules read it. `version` is that of its gravest judgement, as on its page."""

    item: Item
    version: Version
    text: str = field(repr=False)
    severity: int = 0


@frozen
class Gathered:
    """A complaint with all that bears on it. For rooms below the screens."""

    told: Complaint
    letter: Read | None
    letter_text: str = field(repr=False)
    exhibits: tuple[Read, ...] = field(repr=False)
    others: tuple[Read, ...] = field(repr=False)  # letters to her, in the case or not
    ground: Ground = field(repr=False, factory=lambda: Ground(()))


def ground(person: Person, complaint_id: str) -> Ground:
    """What is known of a complaint. Raises NotFound, SealBroken."""
    return gathered(held_complaint(person, complaint_id, Right.READ)).ground


def letter_text(item: Item) -> str:
    """What a message says, for who asked whose it is and shows nobody."""
    return next((read.text for read in _read([item])), "")


def marks_of(told: Ground, left_out: Sequence[str] = ()) -> tuple[tuple[int, int], ...]:
    """Every place of the letter that another letter has too, or a message before it; joined where they overlap.

    left_out  facts that are not told, nor marked
    """
    spans = {span for twin in told.twins for span in twin.passages if "near_identical" not in left_out}
    posts = (fact for fact in told.facts if fact.code == "words_of_posts" and fact.code not in left_out)
    spans |= {span for fact in posts for span in fact.spans}
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def gathered(row: models.Complaint) -> Gathered:
    """Everything that bears on it. That whoever asks may read it was asked before. Raises SealBroken."""
    told = opened(row).told
    case = exhibits_case(row.case)
    exhibits = tuple(_read(case_items(case)))
    letter = next(_read([row.item]), None) if row.item else None
    text = letter.text if letter else "\n\n".join(each.text for each in told.allegations)
    inside = {read.item.number for read in exhibits}
    others = tuple(
        read
        for read in (*(e for e in exhibits if e.item.kind == ItemKind.COMPLAINT), *_letters_elsewhere(case, inside))
        if row.item is None or read.item.number != row.item.number
    )
    found = Gathered(told, letter, text, exhibits, others)
    return Gathered(told, letter, text, exhibits, others, _ground(row, found, inside))


def key_of(item: Item) -> Locker:
    """What opens it, for who asked whose it is."""
    return opening.item_key(item, opening.locker_of(item.advocate))


def _read(items: Iterable[Item]) -> Iterator[Read]:
    for item in items:
        key = key_of(item)
        versions, _lines, _broken = believed(item, key)
        if not versions:
            continue
        version, judged = gravest(versions)
        content, stands = opening.face(version, key), judged.stands
        yield Read(item, version, content.text[:_LONG] if item.own else content.text, stands.severity if stands else 0)


def _letters_elsewhere(case: models.Case, inside: set[int]) -> Iterator[Read]:
    rows = Item.objects.filter(advocate=case.advocate_id, kind=ItemKind.COMPLAINT).exclude(number__in=inside)
    yield from _read(rows.select_related("advocate").order_by("-number")[:MOST_LETTERS])


def day_of(at: datetime) -> date:
    """The day of a moment, where the home is."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _ground(row: models.Complaint, found: Gathered, inside: set[int]) -> Ground:
    told, text = found.told, found.letter_text
    twins = tuple(sorted(_twins(found, inside), key=lambda twin: (-twin.percent, twin.item)))
    nearly = [twin for twin in twins if twin.nearly]
    letter_codes = codes(text)
    care = bool(text) and reads_as_care(letter_codes, alike=bool(nearly))
    facts = {
        fact.code: fact
        for fact in (
            *_of_letter(text),
            *_as_stated(told),
            *_of_calls(found),
            *_of_twins(twins, len(found.others)),
            *_of_posts(found),
            *_of_time(found),
            *_of_earlier(row, told),
            *_of_her(found, letter_codes),
        )
    }
    order = [code for side in FACTS.values() for code in side if code in facts]
    # What reads as a complaint about care is tied to no campaign by us.
    outside = () if care else tuple(_outside(row, found, inside, nearly))
    chosen = tuple(facts[code] for code in order)
    mark = _mark(row, told, chosen, twins, [read.item.id for read in found.exhibits])
    return Ground(chosen, twins, care, outside, letter=bool(text), mark=mark)


def _mark(
    row: models.Complaint, told_now: Complaint, facts: Sequence[Fact], twins: Sequence[Twin], exhibits: Sequence[str]
) -> str:
    """Changes when anything does that a document would tell."""
    told = [row.id, str(told_now), [str(fact) for fact in facts], [str(twin) for twin in twins], exhibits]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def _of_letter(text: str) -> Iterator[Fact]:
    found = signs(text)
    for sign in found:
        if sign.code in (*FACTS[FOR], *FACTS["against"]):
            yield Fact(sign.code, spans=((sign.start, sign.end),))
    told = {sign.code for sign in found}
    if text and not told & {"says_patient", "dated_event", "clinical_detail"}:
        yield Fact("no_care_told")


def _as_stated(told: Complaint) -> Iterator[Fact]:
    stated = told.words.get("relation", "")
    if told.relation == "never_patient":
        yield Fact("states_never_patient", stated=stated)
    elif told.relation in ("was_patient", "of_a_patient"):
        yield Fact("states_patient", stated=stated)


def _calls(found: Gathered) -> list[Read]:
    """Messages of the case that ask others to complain, sent before or on the day on which the letter was received."""
    return [
        read
        for read in found.exhibits
        if not read.item.own
        and read.item.kind != ItemKind.COMPLAINT
        and day_of(read.item.sent_at) <= found.told.received
        and calls_to_complain(read.text)
    ]


def _of_calls(found: Gathered) -> Iterator[Fact]:
    calls = _calls(found)
    if not calls:
        yield Fact("no_call")
        return
    first = day_of(calls[0].item.sent_at)
    senders = {(read.item.channel, read.item.sender) for read in calls if read.item.sender is not None}
    yield Fact(
        "call_before",
        items=tuple(read.item.id for read in calls),
        numbers={"n": len(calls), "accounts": len(senders), "days": (found.told.received - first).days},
        days={"first": first},
    )


def _of_twins(twins: Sequence[Twin], others: int) -> Iterator[Fact]:
    nearly = [twin for twin in twins if twin.nearly]
    if nearly:
        numbers = {"n": len(nearly), "percent": max(twin.percent for twin in nearly)}
        yield Fact("near_identical", items=tuple(twin.item for twin in nearly), numbers=numbers)
    else:
        yield Fact("only_one", numbers={"n": others})


def _twins(found: Gathered, inside: set[int]) -> Iterator[Twin]:
    for other in found.others:
        theirs = shared(other.text, found.letter_text)
        if not theirs:
            continue
        alike = share(found.letter_text, other.text)
        if alike < _LEAST_SHARE:
            continue
        yield Twin(
            item=other.item.id,
            day=day_of(other.item.sent_at),
            percent=round(100 * alike),
            passages=tuple((each.start, each.end) for each in shared(found.letter_text, other.text)),
            theirs=tuple((each.start, each.end) for each in theirs),
            inside=other.item.number in inside,
            nearly=alike >= NEARLY,
        )


def _of_posts(found: Gathered) -> Iterator[Fact]:
    """Passages that the letter repeats from messages of others that were sent before it, and pages to which both send people."""
    before = [
        read
        for read in found.exhibits
        if not read.item.own and read.item.kind != ItemKind.COMPLAINT and day_of(read.item.sent_at) <= found.told.received
    ]
    spans: set[tuple[int, int]] = set()
    repeated, linked = [], []
    links = {link for link in carried(found.letter_text) if link.startswith("/")}
    for read in before:
        passages = shared(found.letter_text, read.text, least=LEAST_OF_POST)
        if passages:
            spans |= {(each.start, each.end) for each in passages}
            repeated.append(read.item.id)
        if links & set(carried(read.text)):
            linked.append(read.item.id)
    if repeated:
        yield Fact(
            "words_of_posts",
            items=tuple(repeated),
            numbers={"n": len(repeated), "passages": len(spans)},
            spans=tuple(sorted(spans)),
        )
    if linked:
        yield Fact("same_page", items=tuple(linked), numbers={"n": len(linked)})


def _of_time(found: Gathered) -> Iterator[Fact]:
    since = found.told.received - timedelta(days=TIMING_DAYS)
    near = [
        read.item.id
        for read in found.exhibits
        if not read.item.own
        and read.item.kind != ItemKind.COMPLAINT
        and since <= day_of(read.item.sent_at) <= found.told.received
    ]
    if near:
        yield Fact("timing", items=tuple(near), numbers={"n": len(near), "days": TIMING_DAYS})


def _of_earlier(row: models.Complaint, told: Complaint) -> Iterator[Fact]:
    """Other complaints about her that ended: all of them, and how many came from the same name."""
    who = told.words.get("complainant", "")
    ended: dict[str, list[Complaint]] = {"earlier_dismissed": [], "earlier_upheld": []}
    others = models.Complaint.objects.filter(case__advocate=row.case.advocate_id).exclude(number=row.number)
    for other in others.select_related("case__advocate", "item__advocate").order_by("number"):
        try:
            theirs = opened(other).told
        except (SealBroken, KeyClosed, KeyWrong):
            continue  # its own page says so
        if theirs.ended in WITHOUT_MERIT:
            ended["earlier_dismissed"].append(theirs)
        elif theirs.ended in WITH_MERIT:
            ended["earlier_upheld"].append(theirs)
    for code, some in ended.items():
        if some:
            same = sum(bool(who) and same_name(who, each.words.get("complainant", "")) for each in some)
            yield Fact(code, numbers={"n": len(some), "same": same})


def _of_her(found: Gathered, letter: frozenset[str]) -> Iterator[Fact]:
    """Her own posts in the case: the speech that the letter is about, and what was found wanting in how she said it."""
    own = [read for read in found.exhibits if read.item.own]
    if own and "about_speech" in letter:
        yield Fact("speech", items=tuple(read.item.id for read in own), numbers={"n": len(own)})
    sharp = [read for read in own if read.severity]
    if sharp:
        yield Fact("own_tone", items=tuple(read.item.id for read in sharp), numbers={"n": len(sharp)})


def _outside(row: models.Complaint, found: Gathered, inside: set[int], nearly: Sequence[Twin]) -> Iterator[str]:
    """What is not in the case and bears on it: nearly the same letters; and calls to complain before it."""
    yield from (twin.item for twin in nearly if not twin.inside)
    until = datetime.combine(found.told.received, time.max, ZoneInfo(settings.TIME_ZONE))
    since = until - timedelta(days=CALL_DAYS)
    mask = Q(harms__gt=0) & (Q(harms__in=_masks_with(Harm.INCITEMENT)) | Q(harms__in=_masks_with(Harm.REPUTATION)))
    rows = Item.objects.filter(mask, advocate=row.case.advocate_id, own=False, sent_at__range=(since, until))
    rows = rows.exclude(number__in=inside).exclude(kind=ItemKind.COMPLAINT)
    for read in _read(rows.select_related("advocate").order_by("-sent_at", "-number")[:MOST_OUTSIDE]):
        if calls_to_complain(read.text):
            yield read.item.id


def _masks_with(harm: Harm) -> list[int]:
    return [mask for mask in range(1, 1 << len(Harm)) if mask & harm.bit]


def exhibit_numbers(found: Gathered) -> Mapping[str, int]:
    """Of each message of the case the number of its exhibit, in order of time."""
    return {read.item.id: number for number, read in enumerate(found.exhibits, 1)}
