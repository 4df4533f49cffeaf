"""One item: its card under the veil, its content once asked for, its original bytes."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePath

from attrs import evolve, frozen

from parapet.access import opening
from parapet.access.case_cards import case_card
from parapet.access.copies import copies_around
from parapet.access.covering import Words, covered_words
from parapet.access.custody import custody_of_item
from parapet.access.door_mails import mail_of_item
from parapet.access.judgements import Judged, believed, gravest, judged_at
from parapet.access.looks import log_look
from parapet.access.page_looks import PUBLIC_KINDS, looks_of, plan_of
from parapet.access.parts import card_within
from parapet.access.people import card_of, grant_among, grant_for
from parapet.access.rows import OLDEST, Where, listed, rows_of
from parapet.access.sources import source_card
from parapet.access.turns import turn_of
from parapet.access.veils import Sight
from parapet.access.views import AdvocateCard, CaseCard, CorrectionLine, ItemCard, Opened, Row, VersionCard, VersionJudgement
from parapet.domain.errors import NotFound
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope
from parapet.evidence.keys import Locker
from parapet.records.bulk import find
from parapet.records.delivered import delivered
from parapet.records.grants import Held, held_by
from parapet.records.keyring import keyring
from parapet.records.models import CaseItem, Checkpoint, IntakeFile, Item, LogEntry, Occurrence, Person, Version
from parapet.records.numbers import number_of
from parapet.records.scopes import is_within
from parapet.triage.context import act_together

_MAX_THREAD = 50
_MAX_PLACES = 20
#: What the system's own table does not know, or names otherwise.
_SUFFIXES = {"message/rfc822": ".eml", "application/x-parapet-capture+zip": ".capture.zip"}


@frozen
class Original:
    """The bytes exactly as received. `filename` is made of our own id, never of a stranger's name."""

    content: bytes
    media_type: str
    filename: str


def card(person: Person, item_id: str) -> ItemCard:
    """The page of an item under the veil. Raises NotFound."""
    item, grant = _found(person, item_id, Right.READ, scoped=True)
    return _card(person, item, _key(item), grant)


def screen(person: Person, item_id: str) -> tuple[ItemCard, tuple[AdvocateCard, ...]]:
    """`card` for a whole page, and all she may act for, her grants asked once. Raises NotFound."""
    item = _row(item_id)
    grant, advocates = grant_among(person, item.advocate_id, Right.READ, scoped=True)
    return _card(person, _within(item, grant), _key(item), grant), advocates


def veiled(person: Person, item_ids: Sequence[str]) -> tuple[Row, ...]:
    """The rows of these items, in the order named. Raises NotFound if any of them is not hers, or no item at all."""
    numbers = [number_of("itm", name) for name in item_ids]
    wanted = [n for n in numbers if n is not None]
    found = dict(find(Item, ("number", "advocate_id"), "number", wanted))
    hers = all(any(grant.may(Right.READ) for grant in held_by(person, number)) for number in set(found.values()))
    if not hers or not person.is_active or len(wanted) < len(numbers) or not found.keys() >= set(wanted):
        raise NotFound("There is nothing here.")
    return rows_of(person, wanted)


def opened(person: Person, item_id: str, *, why: str, version: int | None = None) -> Opened:
    """The content of an item (its gravest version, or that of this ordinal), after the look is in the log. Raises NotFound."""
    item, grant = _found(person, item_id, Right.READ, scoped=True)
    key = _key(item)
    chosen, judged = _version(item, version, key)
    log_look(person, item, key, why=why, version=chosen.ordinal)
    content = opening.face(chosen, key)
    return Opened(_card(person, item, key, grant), content, judged.program.indicators if judged.program else (), chosen.ordinal)


def covered(person: Person, item_id: str, *, why: str, version: int | None = None) -> tuple[ItemCard, int, Words | None]:
    """Which version, and its words with the harmful ones covered, after the look is in the log. Raises NotFound.

    None, and no look, where nobody can say which words those are.
    """
    item, grant = _found(person, item_id, Right.READ)
    key = _key(item)
    chosen, judged = _version(item, version, key)
    words = covered_words(opening.face(chosen, key), judged)
    if words is not None:
        log_look(person, item, key, why=why, version=chosen.ordinal)
    return _card(person, item, key, grant), chosen.ordinal, words


def original(person: Person, item_id: str, *, why: str, version: int | None = None) -> Original:
    """The exact bytes, after the look is in the log. Raises NotFound, KeyWrong."""
    item, key = held(person, item_id, Right.READ, scoped=True)
    chosen, _judged = _version(item, version, key)
    log_look(person, item, key, why=why, version=chosen.ordinal, kind="download")
    suffix = _SUFFIXES.get(chosen.media_type) or mimetypes.guess_extension(chosen.media_type) or ".bin"
    name = f"{item.id}-v{chosen.ordinal}{suffix}"
    return Original(opening.original_bytes(chosen, key), chosen.media_type, name)


def held(person: Person, item_id: str, right: Right, *, scoped: bool = False) -> tuple[Item, Locker]:
    """The row and key of an item, if she may do this with it; with `scoped` also if it is within her part. Raises NotFound."""
    item, _grant = _found(person, item_id, right, scoped=scoped)
    return item, _key(item)


def _found(person: Person, item_id: str, right: Right, *, scoped: bool = False) -> tuple[Item, Held]:
    """The row of an item, and the grant by which she may do this with it."""
    item = _row(item_id)
    grant = grant_for(person, item.advocate_id, right, scoped=scoped)
    return _within(item, grant), grant


def _row(item_id: str) -> Item:
    number = number_of("itm", item_id)
    item = Item.objects.filter(number=number).select_related("advocate").first() if number is not None else None
    if item is None:
        raise NotFound("There is nothing here.")
    return item


def _within(item: Item, grant: Held) -> Item:
    if not is_within(grant.scope, item.number):
        raise NotFound("There is nothing here.")
    return item


def _key(item: Item) -> Locker:
    return opening.item_key(item, opening.locker_of(item.advocate))


def _version(item: Item, ordinal: int | None, key: Locker) -> tuple[Version, Judged]:
    found = [pair for pair in believed(item, key)[0] if ordinal in (None, pair[0].ordinal)]
    if not found:
        raise NotFound("There is nothing here.")
    return gravest(found)


def version_of(item: Item, ordinal: int | None, key: Locker) -> Version:
    """The gravest version of an item, or that of this ordinal. Raises NotFound."""
    return _version(item, ordinal, key)[0]


def _card(person: Person, item: Item, key: Locker, grant: Held) -> ItemCard:
    whole = _whole(person, item, key, card_of(grant))
    return whole if grant.scope is None else card_within(whole, item, grant.scope)


def _whole(person: Person, item: Item, key: Locker, advocate: AdvocateCard) -> ItemCard:
    at = judged_at(item.number)  # before what it stands for is read: one that comes in between makes it too old, never too new
    versions, lines, broken = believed(item, key)
    newest = versions[-1][0]
    first, chosen = gravest(versions)
    judged, content = chosen.program, opening.face(first, key)
    sight = Sight(person)
    entries = LogEntry.objects.in_bulk({version.log_index for version, _ in versions})
    row, thread = _with_thread(person, item, advocate.scope, sight)
    copies, copied = copies_around(item) if advocate.scope is None else (None, [])
    head = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    return ItemCard(
        row=row,
        advocate=advocate,
        flags=tuple(sorted(content.flags)),
        indicator_codes=tuple(dict.fromkeys(i.code for i in judged.indicators)) if judged else (),
        reason=judged.reason if judged else (),
        probabilities=judged.probabilities if judged else {},
        abusive=judged.abusive if judged else 0.0,
        model=judged.model if judged else "",
        versions=_version_cards([version for version, _ in versions], entries, key),
        shown_first=first.ordinal,
        cases=_cases(item, advocate.scope),
        custody=custody_of_item(item),
        thread=thread,
        leaf_hash=bytes(entries[newest.log_index].leaf_hash).hex(),
        checkpoint_size=head if head > newest.log_index else 0,
        judgements=tuple(_judgement(version.ordinal, each, lines) for version, each in versions),
        judged_at=at,
        corrections_broken=broken,
        history=judged.history if judged else None,
        copies=copies,
        copies_then=judged.copies if judged else None,
        campaign=judged.campaign if judged and judged.campaign and act_together(judged.campaign) else None,
        copied=rows_of(person, copied, sight=sight),
        on_it=turn_of(item, key, asked_by=person, shield=sight.shield(item.advocate_id)),
        level=sight.over_row(item.advocate_id, row, role=advocate.role),
        looks=looks_of(item, key) if advocate.scope is None and item.kind in PUBLIC_KINDS else (),
        plan=plan_of(item, content) if advocate.scope is None and item.kind in PUBLIC_KINDS else None,
        mail=mail_of_item(item) if item.channel == "mail" and advocate.scope is None else None,
    )


def _judgement(ordinal: int, judged: Judged, lines: Sequence[CorrectionLine]) -> VersionJudgement:
    program = judged.program
    last = next((line for line in reversed(lines) if line.version == ordinal), None)
    person = last if last is not None and last.verdict is not None else None
    return VersionJudgement(ordinal, program.verdict if program else None, bool(program and program.abstain), person)


def _version_cards(versions: Sequence[Version], entries: Mapping[int, LogEntry], key: Locker) -> tuple[VersionCard, ...]:
    places = {v.number: list(Occurrence.objects.filter(version=v).order_by("pk")[:_MAX_PLACES]) for v in versions}
    names = _file_names({occurrence.source_id for each in places.values() for occurrence in each})
    return tuple(_version_card(v, entries[v.log_index], places[v.number], names, key) for v in versions)


def _version_card(
    version: Version, entry: LogEntry, occurrences: Iterable[Occurrence], names: Mapping[int, str], key: Locker
) -> VersionCard:
    leaf = json.loads(opening.leaf_bytes(entry, key))
    places = []
    for occurrence in occurrences:
        said = keyring().unlock_text(bytes(occurrence.sealed_place), about=f"place:{version.number}".encode())
        places.append(", ".join(part for part in (names.get(occurrence.source_id, ""), *said.split("\0")) if part))
    return VersionCard(
        number=version.ordinal,
        captured_at=version.captured_at,
        sha256=leaf["sha256"],
        size_bytes=leaf["size"],
        media_type=version.media_type,
        log_index=version.log_index,
        places=tuple(p for p in places if p),
        source=source_card(version, key),
    )


def _file_names(sources: Collection[int]) -> dict[int, str]:
    """The name under which each sealed file first came, and what was said of it besides; none for what came through a form."""
    first: dict[int, IntakeFile] = {}
    for file in IntakeFile.objects.filter(source_id__in=sources).order_by("number"):
        if file.source_id is not None:
            first.setdefault(file.source_id, file)
    told = {source: delivered(file) for source, file in first.items()}
    return {source: ", ".join(part for part in (PurePath(path).name, beside) if part) for source, (path, beside) in told.items()}


def _cases(item: Item, scope: Scope | None) -> tuple[CaseCard, ...]:
    rows = CaseItem.objects.filter(item=item, removed_at=None, case__advocate_id=item.advocate_id).select_related(
        "case__advocate"
    )
    return tuple(case_card(row.case, scope) for row in rows if scope is None or row.case.id in scope.cases)


def _with_thread(person: Person, item: Item, scope: Scope | None, sight: Sight) -> tuple[Row, tuple[Row, ...]]:
    """The row of an item, and those of its thread: among these it stands itself, but in a long one."""
    thread: tuple[Row, ...] = ()
    if item.thread is not None:
        where = Where("advocate_id = %s AND thread = %s", (item.advocate_id, item.thread)).within(scope)
        mates = listed(person, evolve(where, either=()), most=_MAX_THREAD, order=OLDEST, sight=sight)
        thread = tuple(row for row, _ in mates)
    row = next((each for each in thread if each.id == item.id), None) or rows_of(person, [item.number], sight=sight)[0]
    return row, thread if len(thread) > 1 else ()
