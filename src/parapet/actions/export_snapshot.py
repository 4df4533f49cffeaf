"""A case as it stands under one checkpoint, which is what an export tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from attrs import evolve, frozen
from django.db import transaction

from parapet.access import opening
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
from parapet.evidence.reader.leaves import items_of_case
from parapet.evidence.seal import CAPTURE_KINDS
from parapet.evidence.signer import Signer
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.clock import EVERY_CASE
from parapet.records.lasting import LASTING, vouched
from parapet.records.numbers import public
from parapet.records.tiles import tiled_tree
from parapet.records.vouching import changed, rows_in_order


@frozen
class Snapshot:
    """The case as it stands under one checkpoint; what happens later belongs to the next export."""

    case: models.Case
    title: str
    items: list[models.Item]
    checkpoint: models.Checkpoint
    tree: Subtrees
    entries: list[models.LogEntry]
    at: datetime
    signer: Signer
    withheld: Withheld | None = None


def take_snapshot(person: models.Person, case: models.Case, kind: str, redaction: Redaction | None = None) -> Snapshot:
    """Log that `person` exports `case` ("export" or "dossier"), sign the log, and hold fast what it then says.

    redaction  what is to be withheld from this copy; the log then says that too

    Raises RequestRefused when that is not possible, LogBroken when the rows are not what the log says, SettingRefused when
    the organisation's key cannot be read.
    """
    now, title, signer = datetime.now(UTC), case_card(case).title, document_signer()
    details = {"title_sha256": title_digest(title), "signer_sha256": signer.sha256}
    with transaction.atomic():
        hold_log()
        write_due_heads(now=now, but=case)  # now, for the bag's own entries must be the last that are signed
        withheld = redact(person, case, redaction, now) if redaction else None
        log_case_event(case, kind, person=person, details=details, now=now)
        checkpoint = sign_checkpoint(now=now)
        assert checkpoint is not None
        entries, items = list(entries_of(case).filter(index__lt=checkpoint.size)), case_items(case)
    erased = vouched(erased_in(case))
    if {item.id for item in items} | {public("itm", number) for number in erased} != _items_by_log(case, entries):
        raise LogBroken("The items of the case are not those that its entries in the log put there.")
    numbers = {item.number for item in items} | set(erased)
    root = root_of(_hashes(case, numbers, [entry.index for entry in entries], checkpoint.size))
    if root != open_note(checkpoint.note, [public_key()]).root:
        raise LogBroken(_("The entries of the log do not give the root that was signed."))
    return Snapshot(case, title, items, checkpoint, tiled_tree(checkpoint.size), entries, now, signer, withheld)


def _hashes(case: models.Case, numbers: set[int], told: list[int], size: int) -> Iterator[bytes]:
    """The hash of every leaf, each row vouched for on the way. Raises LogBroken when another belongs to the case than `told` says."""
    expected = iter(told)
    for row in rows_in_order(size):
        if (row.case in (case.number, EVERY_CASE) or row.item in numbers) and row.place != next(expected, None):
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


def _items_by_log(case: models.Case, entries: list[models.LogEntry]) -> set[str]:
    """What belongs to a case is told by its leaves, which only the key can write, not by rows that somebody may have added."""
    key = case_key(case)
    own = (entry for entry in entries if entry.case_number == case.number and entry.kind not in (*CAPTURE_KINDS, *LASTING))
    return items_of_case(case.id, (read_leaf(opening.leaf_bytes(entry, key)) for entry in own))
