"""A case as it stands under one checkpoint, which is what an export tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import evolve, field, frozen
from django.db import transaction

from parapet.access import opening
from parapet.access.anchors import Words, words_before
from parapet.access.case_cards import case_card, case_key
from parapet.access.case_files import case_file, case_items
from parapet.access.holds import erased_in
from parapet.actions.case_events import entries_of, log_case_event, write_due_heads
from parapet.actions.document_signing import document_signer
from parapet.actions.redact import Withheld, redact
from parapet.actions.sign_checkpoint import public_key, sign_checkpoint
from parapet.domain.errors import LogBroken
from parapet.domain.errors import gettext_noop as _
from parapet.dossiers.case_file import CaseFile
from parapet.dossiers.redaction import Redaction
from parapet.evidence.attested import Attestations
from parapet.evidence.bundles import AnchorBundle
from parapet.evidence.canonical import read_leaf
from parapet.evidence.checkpoint import open_note
from parapet.evidence.log import Subtrees, root_of
from parapet.evidence.reader.facts import title_digest
from parapet.evidence.reader.leaves import MEMBERSHIP, items_after
from parapet.evidence.seal import EXPORT_KIND
from parapet.evidence.signer import Signer
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.chain import hold_log
from parapet.records.clock import EVERY_CASE
from parapet.records.lasting import vouched
from parapet.records.numbers import number_of, public
from parapet.records.tiles import tiled_tree
from parapet.records.vouching import changed, rows_in_order


@frozen
class Snapshot:
    """The case as it stands under one checkpoint; what happens later belongs to the next export.

    removed  (item, index, leaf hash) of each entry about an item that was taken out of the case, up to then
    words  of outside bodies over earlier checkpoints, as the entry of the export tells; none for a dossier alone
    """

    case: models.Case
    title: str
    items: list[models.Item]
    checkpoint: models.Checkpoint
    tree: Subtrees
    entries: list[models.LogEntry]
    at: datetime
    signer: Signer
    withheld: Withheld | None = None
    removed: tuple[tuple[str, int, bytes], ...] = ()
    words: Words = field(factory=Words)


def take_snapshot(
    person: models.Person, case: models.Case, kind: str, redaction: Redaction | None = None, *, what: str = ""
) -> Snapshot:
    """Log that `person` exports `case` ("export" or "dossier"), sign the log, and hold fast what it then says.

    redaction  what is to be withheld from this copy; the log then says that too
    what       of kind "dossier", another document than that: "timeline"

    Raises RequestRefused when that is not possible, LogBroken when the rows are not what the log says, SettingRefused when
    the organisation's key cannot be read.
    """
    # Before the log is held: checking time stamps takes its time.
    words = words_before(list(entries_of(case))) if kind == EXPORT_KIND else Words()
    now, title, signer = datetime.now(UTC), case_card(case).title, document_signer()
    details: dict[str, str | list[str]] = {"title_sha256": title_digest(title), "signer_sha256": signer.sha256}
    if what:
        details["what"] = what
    if kind == EXPORT_KIND:
        details |= {"anchors_sha256": words.digest, "asked": words.asked}
    with transaction.atomic():
        hold_log()
        write_due_heads(now=now, but=case)  # now, for the bag's own entries must be the last that are signed
        withheld = redact(person, case, redaction, now) if redaction else None
        log_case_event(case, kind, person=person, details=details, now=now)
        checkpoint = sign_checkpoint(now=now)
        assert checkpoint is not None
        entries, items = list(entries_of(case).filter(index__lt=checkpoint.size)), case_items(case)
    erased = vouched(erased_in(case))
    by_log, taken = _items_by_log(case, entries)
    if {item.id for item in items} | {public("itm", number) for number in erased} != by_log:
        raise LogBroken("The items of the case are not those that its entries in the log put there.")
    numbers = {item.number for item in items} | set(erased)
    removed = _entries_of(taken)
    told = sorted([*(entry.index for entry in entries), *(index for _, index, _ in removed)])
    root = root_of(_hashes(case, numbers, taken, told, checkpoint.size))
    if root != open_note(checkpoint.note, [public_key()]).root:
        raise LogBroken(_("The entries of the log do not give the root that was signed."))
    return Snapshot(case, title, items, checkpoint, tiled_tree(checkpoint.size), entries, now, signer, withheld, removed, words)


def _hashes(case: models.Case, numbers: set[int], taken: Mapping[int, int], told: list[int], size: int) -> Iterator[bytes]:
    """The hash of every leaf, each row vouched for on the way. Raises LogBroken when another belongs to the case than `told` says."""
    expected = iter(told)
    for row in rows_in_order(size):
        concerned = row.case in (case.number, EVERY_CASE) or row.item in numbers or row.place < taken.get(row.item or 0, 0)
        if concerned and row.place != next(expected, None):
            raise changed(row.place)
        yield row.leaf_hash
    if (more := next(expected, None)) is not None:
        raise changed(more)


def file_of(snapshot: Snapshot, anchors: Sequence[AnchorBundle]) -> CaseFile:
    """What its documents show. `anchors`: what others say of the log, as `access.anchors` chose it for the bag."""
    root = snapshot.tree.root(snapshot.checkpoint.size).hex()
    hidden = snapshot.withheld.hidden() if snapshot.withheld else None
    file = case_file(
        snapshot.case,
        snapshot.items,
        exported_at=snapshot.at,
        checkpoint=snapshot.checkpoint,
        root=root,
        attested=Attestations(anchors, public_key()),
        hidden=hidden,
    )
    return evolve(file, log_key=public_key())


def _entries_of(taken: Mapping[int, int]) -> tuple[tuple[str, int, bytes], ...]:
    """Item, index and hash of every entry about these items, each up to the place where it was taken out of the case."""
    rows = find(models.LogEntry, ("item_number", "index", "leaf_hash"), "item_number", taken)
    return tuple(sorted((public("itm", item), index, bytes(h)) for item, index, h in rows if index < taken[item]))


def _items_by_log(case: models.Case, entries: list[models.LogEntry]) -> tuple[set[str], dict[int, int]]:
    """The items of the case; and those taken out of it, each with the place in the log of the event that did it last.

    What belongs to a case is told by its leaves, which only the key can write, not by rows that somebody may have added."""
    key = case_key(case)
    held: set[str] = set()
    taken: dict[str, int] = {}
    for entry in entries:
        if entry.case_number != case.number or entry.kind not in MEMBERSHIP:
            continue
        after = items_after(case.id, held, read_leaf(opening.leaf_bytes(entry, key)))
        taken.update(dict.fromkeys(held - after, entry.index))
        held = after
    numbered = ((number_of("itm", item), place) for item, place in taken.items() if item not in held)
    return held, {number: place for number, place in numbered if number is not None}
