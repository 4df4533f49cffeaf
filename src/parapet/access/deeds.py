"""Who did what with an advocate's messages and cases: the entries of the log about people, a page at a time.

The advocate sees everybody's, a helper his own. What the program did by itself is not among it, but for one message, of which all is told.
A page is found by an index that holds what it is narrowed by, and opens no more entries than it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import field, frozen

from parapet.access import opening
from parapet.access.case_cards import case_key_context, title_context
from parapet.access.case_handovers import handover_context
from parapet.access.counsel_rows import KIND as COUNSEL
from parapet.access.counsel_rows import cases_of_channels
from parapet.access.emergency_rows import KIND as EMERGENCY
from parapet.access.items import held
from parapet.access.people import advocate_for, card_for
from parapet.access.support_rows import keys_beside
from parapet.access.views import AdvocateCard
from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.domain.rights import Right
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.log import leaf_hash
from parapet.records.bulk import run, stored_time
from parapet.records.grants import ADVOCATE
from parapet.records.lasting import LASTING, home_locker
from parapet.records.models import Advocate, Case, EmergencyRequest, Grant, Handover, Item, LogEntry, Person
from parapet.records.naming import item_key_context
from parapet.records.numbers import number_of, public
from parapet.records.vouching import is_vouched

SAW, TOOK_OUT, ACCESS, CHANGED = "saw", "out", "access", "changed"
#: What a list can be narrowed to; whatever is in none of these is a change.
GROUPS = {
    SAW: ("view", "download", "search", "list"),
    TOOK_OUT: ("export", "dossier", "redact", "report", "transfer", "refer", "platform_report", "account_block", "account_list"),
    ACCESS: ("grant", "revoke", "invite", "share", "close", EMERGENCY, "supporter", COUNSEL),
}
PAGE, MOST = 50, 10_000
# Letter for letter as in the index `log_custody` (migration `0031_break_glass`).
BY_PEOPLE = (
    "NOT (kind IN ('source', 'capture', 'version', 'gone', 'assess', 'source_check', 'case_head', 'clock', 'alert')) "
    "AND (kind <> 'relabel' OR person_number IS NOT NULL)"
)
#: Of these the log names beside the entry whom it concerns, and only the entry itself who did it.
_CONCERNING = frozenset({"grant", "revoke", "invite", "share", "refer", "supporter", COUNSEL})


@frozen
class Asked:
    """What a list is narrowed to. `group` of `GROUPS` or CHANGED; `who` and `item` public names; times from and up to; "" or None for all.

    before  the place in the log below which it goes on
    """

    group: str = ""
    who: str = ""
    item: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@frozen
class Deed:
    """One entry, as far as it opens and is as it was written; no word of a message or of who sent it.

    who, whom   names: who did it ("" for the program or whoever keeps the home), and whom it concerns
    item        public name, channel and time of a message that is still hers; `gone` for one that is not, or was erased
    case        public name and title; the title is "" when it does not open
    emergency   public name of the request to be let in that it is about
    details     codes and numbers of the entry; {} while it is closed to whoever looks
    shut        it does not open for whoever looks, who so sees only what stands beside it
    name        to whom something was handed, in people's own words
    counsel     it is about a channel to counsel
    digest      of the entry, 64 hexadecimal digits, as every bag and every copy of the log has it
    """

    at: datetime
    kind: str
    who: str
    whom: str
    log_index: int
    digest: str
    as_written: bool
    item: tuple[str, str, datetime] | None = None
    gone: bool = False
    case: tuple[str, str] | None = None
    emergency: str = ""
    details: Mapping[str, Any] = field(factory=dict)
    shut: bool = False
    name: str = ""
    counsel: bool = False


@frozen
class DeedsPage:
    """A page, the newest first. `more`: the place below which it goes on, None at the end. `people`: whose deeds can be asked for;
    none for a helper, who sees his own."""

    advocate: AdvocateCard
    lines: tuple[Deed, ...]
    more: int | None
    people: tuple[tuple[str, str], ...]
    own: bool


def deeds(person: Person, advocate_id: str, asked: Asked, *, most: int = PAGE) -> DeedsPage:
    """The newest deeds of those that are asked for. Raises NotFound, also for a message that she may not read."""
    advocate = advocate_for(person, advocate_id, Right.READ)
    card = card_for(person, advocate.number, Right.READ)
    all_of_them = card.role == ADVOCATE
    whose = _whose(person, asked, everybody=all_of_them)
    item = held(person, asked.item, Right.READ)[0].number if asked.item else None
    indexes = _indexes(advocate, asked, whose, item, most)
    entries = list(LogEntry.objects.filter(index__in=indexes[:most]).order_by("-index"))
    return DeedsPage(
        advocate=card,
        lines=_Told(advocate, entries).deeds(),
        more=indexes[most - 1] if len(indexes) > most else None,
        people=_people(advocate) if all_of_them else (),
        own=not all_of_them,
    )


def all_deeds(person: Person, advocate_id: str, asked: Asked) -> Iterator[Deed]:
    """The same for a file: at most MOST of them, some hundreds at a time."""
    page, left = deeds(person, advocate_id, asked, most=500), MOST
    while True:
        yield from page.lines[:left]
        left -= len(page.lines)
        if page.more is None or left <= 0:
            return
        from_there = Asked(asked.group, asked.who, asked.item, asked.since, asked.until, page.more)
        page = deeds(person, advocate_id, from_there, most=500)


def _whose(person: Person, asked: Asked, *, everybody: bool) -> int | None:
    """The number of whose deeds are listed; None for everybody's. A name that is none finds nothing."""
    if not everybody:
        return int(person.number)
    return (number_of("per", asked.who) or 0) if asked.who else None


def _indexes(advocate: Advocate, asked: Asked, whose: int | None, item: int | None, most: int) -> list[int]:
    wheres: list[str] = []
    values: list[Any] = []

    def narrow(sql: str, *given: Any) -> None:
        wheres.append(sql)
        values.extend(given)

    if item is None:
        # A look that nobody pressed for is no deed; the index holds those that were before.
        narrow(f"{BY_PEOPLE} AND kind <> 'look_again' AND advocate_number = %s", advocate.number)
    else:
        narrow("item_number = %s", item)
    if asked.before is not None:
        narrow('"index" < %s', asked.before)
    if whose is not None:
        narrow("person_number = %s", whose)
    listed = GROUPS.get(asked.group) or (tuple(k for kinds in GROUPS.values() for k in kinds) if asked.group == CHANGED else ())
    if listed:
        narrow(f"kind {'NOT ' if asked.group == CHANGED else ''}IN ({', '.join(['%s'] * len(listed))})", *listed)
    if asked.since is not None:
        narrow("at >= %s", stored_time(asked.since))
    if asked.until is not None:
        narrow("at < %s", stored_time(asked.until))
    sql = f'SELECT "index" FROM records_logentry WHERE {" AND ".join(wheres)} ORDER BY "index" DESC LIMIT %s'  # noqa: S608 - our own words
    return [index for (index,) in run(sql, [*values, most + 1])]


def _people(advocate: Advocate) -> tuple[tuple[str, str], ...]:
    """Whoever was let in, or asked to be."""
    numbers = set(Grant.objects.filter(advocate=advocate).values_list("person_id", flat=True))
    numbers |= set(EmergencyRequest.objects.filter(plan__advocate=advocate).values_list("person_id", flat=True))
    people = Person.objects.filter(number__in=numbers)
    return tuple(sorted(((each.id, each.name) for each in people), key=lambda pair: pair[1].casefold()))


class _Told:
    """Opens some entries, their items and cases with them in a few statements."""

    def __init__(self, advocate: Advocate, entries: Sequence[LogEntry]) -> None:
        self.advocate, self.entries = advocate, entries
        self.locker, self.home = opening.locker_of(advocate), home_locker()
        items = {e.item_number for e in entries if e.item_number is not None}
        self.items = {i.number: i for i in Item.objects.filter(number__in=items, advocate=advocate)}
        cases = {e.case_number for e in entries if e.case_number is not None}
        self.cases = {c.number: c for c in Case.objects.filter(number__in=cases, advocate=advocate)}
        self.channels = of_channels = cases_of_channels(cases - self.cases.keys())
        self.plans = keys_beside(cases - self.cases.keys() - of_channels.keys())
        for case in Case.objects.filter(number__in=of_channels.values(), advocate=advocate):
            self.plans |= {number: self._case_key(case) for number, of_case in of_channels.items() if of_case == case.number}
        self.requests = set(EmergencyRequest.objects.filter(number__in=cases).values_list("number", flat=True))
        handed = [e.index for e in entries if e.kind in ("report", "transfer")]
        self.handed = {row.log_index: row for row in Handover.objects.filter(log_index__in=handed)}

    def deeds(self) -> tuple[Deed, ...]:
        said = [(entry, *self._body(entry)) for entry in self.entries]
        numbers = {e.person_number for e in self.entries} | {number_of("per", str(b.get("actor", ""))) for _, b, _ in said}
        names = {p.number: p.name for p in Person.objects.filter(number__in=[number for number in numbers if number is not None])}
        return tuple(self._deed(entry, body, sound, names) for entry, body, sound in said)

    def _deed(self, entry: LogEntry, body: Mapping[str, Any], sound: bool, names: Mapping[int, str]) -> Deed:
        beside = names.get(entry.person_number or 0, "")
        actor = names.get(number_of("per", str(body.get("actor", ""))) or 0, "")
        concerning = entry.kind in _CONCERNING
        item, case = self.items.get(entry.item_number or 0), self.cases.get(entry.case_number or 0)
        return Deed(
            at=entry.at,
            kind=entry.kind,
            who=(actor if body or concerning else beside) if sound else "",
            whom=beside if concerning and sound else "",
            log_index=entry.index,
            digest=bytes(entry.leaf_hash).hex(),
            as_written=sound,
            item=(item.id, item.channel, item.sent_at) if item is not None else None,
            gone=entry.item_number is not None and item is None,
            case=(case.id, self._title(case)) if case is not None else None,
            emergency=public("emg", entry.case_number) if entry.case_number in self.requests else "",
            details=body.get("details", {}),
            shut=sound and not body,
            name=self._handed_to(entry, case, body),
            counsel=entry.case_number in self.channels,
        )

    def _key(self, entry: LogEntry) -> Locker | None:
        if entry.kind in LASTING:
            return self.home
        if entry.item_number is not None:
            item = self.items.get(entry.item_number)
            return None if item is None else self.locker.below(bytes(item.wrapped_key), about=item_key_context(item.number))
        if entry.case_number is not None:
            case = self.cases.get(entry.case_number)
            return self._case_key(case) if case is not None else self.plans.get(entry.case_number)
        return self.locker if entry.advocate_number == self.advocate.number else None

    def _case_key(self, case: Case) -> Locker:
        return self.locker.below(bytes(case.wrapped_key), about=case_key_context(case.number))

    def _body(self, entry: LogEntry) -> tuple[Mapping[str, Any], bool]:
        """What it says, {} while it does not open; and whether it is as this home wrote it."""
        if not is_vouched(entry):
            return {}, False
        try:
            key = self._key(entry)
            if key is None:
                return {}, True
            raw = opening.leaf_bytes(entry, key)
            body: Mapping[str, Any] = read_leaf(raw)
        except KeyClosed:
            return {}, True
        except (KeyWrong, ValueError):
            return {}, False
        sound = leaf_hash(raw) == bytes(entry.leaf_hash) and body.get("kind") == entry.kind
        return (body, True) if sound else ({}, False)

    def _title(self, case: Case) -> str:
        try:
            return self._case_key(case).unlock(bytes(case.sealed_title), about=title_context(case.number)).decode()
        except (KeyClosed, KeyWrong):
            return ""

    def _handed_to(self, entry: LogEntry, case: Case | None, body: Mapping[str, Any]) -> str:
        row = self.handed.get(entry.index)
        if row is None or case is None or not body:
            return ""
        writer = number_of("per", str(body["actor"])) or 0
        try:
            raw = self._case_key(case).unlock(
                bytes(row.sealed_words), about=handover_context(case.number, entry.index, writer, row.at)
            )
        except (KeyClosed, KeyWrong):
            return ""
        return str(json.loads(raw).get("name", ""))
