"""What is recorded of a case that bears on sections of the Criminal Code: numbers and signs, and no word of a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from parapet.access import opening
from parapet.access.case_cards import case_key
from parapet.access.case_files import case_items
from parapet.access.cases import held_case
from parapet.access.judgements import believed, gravest
from parapet.access.statements import StatementCard, statement_of
from parapet.domain.items import Account, ItemKind
from parapet.domain.judgement import Severity, Urgency
from parapet.domain.rights import Right
from parapet.dossiers.case_file import CaseFile, Exhibit, Software
from parapet.records.models import Case, Item, Person


@frozen
class Facts:
    """`case` has an exhibit for each message, in order, with its signs and without its words; `statement` is hers."""

    case: CaseFile
    statement: StatementCard


def facts(person: Person, case_id: str) -> Facts:
    """For who may make documents of the case. Raises NotFound, SealBroken."""
    case = held_case(person, case_id, Right.EXPORT)
    return Facts(_signs_of(case, case_items(case)), statement_of(case, case_key(case)))


def _signs_of(case: Case, items: Sequence[Item]) -> CaseFile:
    exhibits = tuple(_exhibit(number, item) for number, item in enumerate(items, 1))
    now = case.opened_at
    return CaseFile(case.id, "", "", now, now, Software("", ""), "", "", exhibits)


def _exhibit(number: int, item: Item) -> Exhibit:
    """Severity as lists have it; signs and harms of all its versions, as the dossier counts them."""
    key = opening.item_key(item, opening.locker_of(item.advocate))
    versions = believed(item, key)[0]
    said = [judged.stands for _, judged in versions if judged.stands]
    worst = gravest(versions)[1].stands if versions else None
    at: datetime = item.sent_at
    return Exhibit(
        number=number,
        item_id=item.id,
        channel=item.channel,
        kind=ItemKind(item.kind),
        author=Account(item.channel, native_id=str(item.sender) if item.sender is not None else ""),
        text="",
        sent_at=at,
        captured_at=at,
        versions=(),
        severity=worst.severity if worst else Severity.NONE,
        urgency=worst.urgency if worst else Urgency.NONE,
        harms=tuple({harm: None for each in said for harm in each.harms}),
        indicators=tuple({sign.code: sign for each in said for sign in each.indicators}.values()),
        judged=any(not each.abstain for each in said),
        own=item.own,
    )
