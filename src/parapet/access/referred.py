"""What was referred to an officer: these cases, of them what is on the list, and nothing else of whom they concern.

An officer has no grant, so no other door opens to her. What is not in force, not accepted, or not listed answers as what does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen

from parapet.access import opening
from parapet.access.case_cards import case_key, title_context
from parapet.access.covering import Words, covered_words
from parapet.access.judgements import Judged, gravest
from parapet.access.judgements import believed as judged_versions
from parapet.access.looks import log_look
from parapet.access.referral_rows import Referred, at_of, items_of, notes_for, to_person
from parapet.access.rows import rows_of
from parapet.access.veils import veil_over, veil_over_row
from parapet.access.views import Note, Row
from parapet.domain.errors import NotFound, SealBroken
from parapet.domain.items import Item as Content
from parapet.domain.judgement import Indicator, Severity
from parapet.domain.veil import Level
from parapet.evidence.keys import Locker
from parapet.records.models import Item, Person, Version
from parapet.records.numbers import number_of
from parapet.records.profiles import profile_of


@frozen
class ReferredCard:
    """A case that was referred to her. `title`, `purpose` and `advocate` are people's own words."""

    id: str
    title: str
    advocate: str
    purpose: str
    offered_at: datetime | None
    until: datetime | None
    accepted: bool
    items: int
    gravest: Severity
    notes: bool
    export: bool
    hidden: bool = False  # by her own veil she sees not how grave it is


@frozen
class ReferredPage:
    """What she may see of it: rows without what tells of other messages; nothing of it before she accepted. notes_broken: why no note is shown."""

    card: ReferredCard
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    notes_broken: SealBroken | None = None


@frozen
class ReferredText:
    """One message, unveiled for her and logged. Everything in `item` is a stranger's: escape it. `number` of `versions` is shown."""

    row: Row
    item: Content
    indicators: tuple[Indicator, ...]
    number: int
    versions: int


def referred_to(person: Person, *, now: datetime | None = None) -> tuple[ReferredCard, ...]:
    """What is offered to her and what she accepted, the newest first."""
    return tuple(_card(each, person) for each in to_person(person, now=now))


def referred_page(person: Person, referral_id: str) -> ReferredPage:
    """One of them. Raises NotFound."""
    referred = held_referral(person, referral_id)
    if not referred.accepted:
        return ReferredPage(_card(referred, person))
    rows = referred_rows(person, items_of(referred))
    try:
        return ReferredPage(_card(referred, person), rows, notes_for(referred, person))
    except SealBroken as error:
        return ReferredPage(_card(referred, person), rows, notes_broken=error)


def referred_row(person: Person, referral_id: str, item_id: str) -> tuple[ReferredCard, Row]:
    """One of its messages under the veil. Raises NotFound."""
    referred, item = _item(person, referral_id, item_id)
    [row] = referred_rows(person, [item])
    return _card(referred, person), row


def opened_referred(
    person: Person, referral_id: str, item_id: str, *, why: str, version: int | None = None
) -> tuple[ReferredCard, ReferredText]:
    """Its content (the gravest version, or that of this ordinal), after the look is in the log. Raises NotFound."""
    referred, item = _item(person, referral_id, item_id)
    key = opening.item_key(item, opening.locker_of(item.advocate))
    (chosen, judged), versions = _version(item, key, version)
    log_look(person, item, key, why=why, version=chosen.ordinal)
    [row] = referred_rows(person, [item])
    causes = judged.program.indicators if judged.program else ()
    return _card(referred, person), ReferredText(row, opening.face(chosen, key), causes, chosen.ordinal, versions)


def covered_referred(
    person: Person, referral_id: str, item_id: str, *, why: str, version: int | None = None
) -> tuple[ReferredCard, Row, int, Words | None]:
    """Likewise, with the harmful words covered; None, and no look, where nobody can say which those are. Raises NotFound."""
    referred, item = _item(person, referral_id, item_id)
    key = opening.item_key(item, opening.locker_of(item.advocate))
    chosen, judged = _version(item, key, version)[0]
    words = covered_words(opening.face(chosen, key), judged)
    if words is not None:
        log_look(person, item, key, why=why, version=chosen.ordinal)
    [row] = referred_rows(person, [item])
    return _card(referred, person), row, chosen.ordinal, words


def level_referred(person: Person, referral_id: str, item_id: str) -> Level:
    """Her veil over one message of what was referred to her: what its page shows before she asks. Raises NotFound."""
    referred, item = _item(person, referral_id, item_id)
    [row] = referred_rows(person, [item])
    return veil_over_row(person, referred.row.case.advocate.id, row, role="")


def _version(item: Item, key: Locker, ordinal: int | None) -> tuple[tuple[Version, Judged], int]:
    versions = judged_versions(item, key)[0]
    found = [pair for pair in versions if ordinal in (None, pair[0].ordinal)]
    if not found:
        raise NotFound("There is nothing here.")
    return gravest(found), len(versions)


def held_referral(person: Person, referral_id: str, *, accepted: bool | None = None, now: datetime | None = None) -> Referred:
    """A referral to this person that is in force; only one that she accepted, or did not yet, when given. Raises NotFound."""
    number = number_of("ref", referral_id)
    for each in to_person(person, now=now):
        if each.row.number == number and accepted in (None, each.accepted):
            return each
    raise NotFound("There is nothing here.")


def referred_rows(person: Person, items: Sequence[Item]) -> tuple[Row, ...]:
    """Rows that tell nothing of other messages: not how many the same account sent, and by no tag which."""
    rows = rows_of(person, [item.number for item in items])
    return tuple(evolve(row, sender="", sender_count=0) for row in rows)


def _item(person: Person, referral_id: str, item_id: str) -> tuple[Referred, Item]:
    referred, number = held_referral(person, referral_id, accepted=True), number_of("itm", item_id)
    for item in items_of(referred):
        if item.number == number:
            return referred, item
    raise NotFound("There is nothing here.")


def _card(referred: Referred, person: Person) -> ReferredCard:
    case, items = referred.row.case, items_of(referred)
    return ReferredCard(
        id=referred.row.id,
        title=case_key(case).unlock(bytes(case.sealed_title), about=title_context(case.number)).decode(),
        advocate=profile_of(case.advocate).name,
        purpose=referred.terms.purpose,
        offered_at=at_of(referred.row.begun),
        until=referred.terms.until,
        accepted=referred.accepted,
        items=len(items),
        gravest=Severity(max((item.severity for item in items), default=0)),
        notes=referred.terms.notes,
        export=referred.terms.export,
        hidden=veil_over(person, case.advocate.id) is Level.NOTHING,
    )
