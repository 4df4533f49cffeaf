"""Export a case as a bag that anyone can check without us."""

from __future__ import annotations

import itertools
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen
from django.conf import settings
from django.db import transaction

import parapet
from parapet.access import opening
from parapet.access.case_cards import case_card, case_key
from parapet.access.case_files import case_file, case_items
from parapet.access.cases import held_case
from parapet.actions.case_events import entries_of, log_case_event
from parapet.actions.document_signing import document_signer, sign_document
from parapet.actions.plain_place import plain_place
from parapet.actions.sign_checkpoint import public_key, sign_checkpoint
from parapet.domain.errors import LogBroken, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.dossiers.case_file import MAX_EXHIBITS, CaseFile, volumes
from parapet.dossiers.dossier import render
from parapet.evidence.bag import CaseBundle, EventBundle, ItemBundle, VersionBundle, write_bag
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.evidence.log import Tree
from parapet.evidence.reader.facts import title_digest
from parapet.evidence.reader.layout import SIGNER
from parapet.evidence.reader.leaves import items_of_case
from parapet.evidence.seal import CAPTURE_KINDS, EXPORT_KIND, case_head
from parapet.evidence.signer import Signer
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import keyring


@frozen
class _Snapshot:
    """The case as it stands under one checkpoint; what happens later belongs to the next export."""

    case: models.Case
    title: str
    items: list[models.Item]
    checkpoint: models.Checkpoint
    tree: Tree
    entries: list[models.LogEntry]
    at: datetime
    signer: Signer


def export_bag(person: models.Person, case_id: str, lang: str, out: Path) -> Path:
    """Write the bag of a case of hers under `out`, with the dossier in `lang` ("en" or "fr"); returns the bag's folder.

    The dossier is "dossier.pdf", or "dossier-1.pdf", "dossier-2.pdf"... where the case is too large for one document.

    Raises NotFound, RequestRefused, HomeUnwritable, SealBroken, LogBroken.
    """
    snapshot = _snapshot(person, held_case(person, case_id), EXPORT_KIND)
    name = f"{case_id}-{snapshot.at:%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
    return write_bag(next(out / each for each in names if not (out / each).exists()), _bundle(snapshot, lang))


def export_zip(person: models.Person, case_id: str, lang: str) -> tuple[str, Path]:
    """The bag as one zip file in the home's own temporary place: its name for the reader, and where it lies.

    Whoever asked for it deletes it after sending. Raises as `export_bag`.
    """
    with plain_place() as folder:
        bag = export_bag(person, case_id, lang, folder)
        handle = tempfile.NamedTemporaryFile(prefix="bag-", suffix=".zip", dir=folder.parent, delete=False)  # noqa: SIM115
        with handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path in sorted(p for p in bag.rglob("*") if p.is_file()):
                archive.write(path, path.relative_to(bag.parent))
        return f"{bag.name}.zip", Path(handle.name)


def dossier(person: models.Person, case_id: str, lang: str) -> bytes:
    """The dossier of a case of hers as PDF/A.

    Raises NotFound, RequestRefused when the case takes several volumes, LogBroken, ValueError for another language.
    """
    case = held_case(person, case_id)
    if len(case_items(case)) > MAX_EXHIBITS:
        raise RequestRefused(_("This case is too large for one document. Export its bag: it holds the dossier in volumes."))
    snapshot = _snapshot(person, case, "dossier")
    return _signed(render(_file(snapshot), lang=lang, tz=ZoneInfo(settings.TIME_ZONE)), snapshot, lang)


def _snapshot(person: models.Person, case: models.Case, kind: str) -> _Snapshot:
    now, title, signer = datetime.now(UTC), case_card(case).title, document_signer()
    details = {"title_sha256": title_digest(title), "signer_sha256": signer.sha256}
    with transaction.atomic():
        hold_log()
        log_case_event(case, kind, person=person, details=details, now=now)
        checkpoint = sign_checkpoint(now=now)
        assert checkpoint is not None
        entries, items = list(entries_of(case).filter(index__lt=checkpoint.size)), case_items(case)
    if {item.id for item in items} != _items_by_log(case, entries):
        raise LogBroken("The items of the case are not those that its entries in the log put there.")
    hashes = models.LogEntry.objects.filter(index__lt=checkpoint.size).order_by("index").values_list("leaf_hash", flat=True)
    return _Snapshot(case, title, items, checkpoint, Tree(bytes(h) for h in hashes.iterator(5_000)), entries, now, signer)


def _items_by_log(case: models.Case, entries: list[models.LogEntry]) -> set[str]:
    """What belongs to a case is told by its leaves, which only the key can write, not by rows that somebody may have added."""
    key = case_key(case)
    own = (entry for entry in entries if entry.case_number == case.number and entry.kind not in CAPTURE_KINDS)
    return items_of_case(case.id, (read_leaf(opening.leaf_bytes(entry, key)) for entry in own))


def _file(snapshot: _Snapshot) -> CaseFile:
    root = snapshot.tree.root(snapshot.checkpoint.size).hex()
    return case_file(snapshot.case, snapshot.items, exported_at=snapshot.at, checkpoint=snapshot.checkpoint, root=root)


def _documents(snapshot: _Snapshot, lang: str) -> list[tuple[str, bytes]]:
    """The dossier by name, signed: one file, or as many volumes as the case takes; and the certificate that signed it."""
    tz = ZoneInfo(settings.TIME_ZONE)
    parts = [_signed(render(volume, lang=lang, tz=tz), snapshot, lang) for volume in volumes(_file(snapshot))]
    certificate = (SIGNER.rpartition("/")[2], snapshot.signer.pem())
    if len(parts) == 1:
        return [("dossier.pdf", parts[0]), certificate]
    return [*((f"dossier-{n}.pdf", part) for n, part in enumerate(parts, 1)), certificate]


def _signed(document: bytes, snapshot: _Snapshot, lang: str) -> bytes:
    return sign_document(document, snapshot.signer, lang, snapshot.at)


def _bundle(snapshot: _Snapshot, lang: str) -> CaseBundle:
    return CaseBundle(
        id=snapshot.case.id,
        title=snapshot.title,
        exported_at=snapshot.at,
        software=f"Parapet {parapet.__version__}",
        items=_items(snapshot),
        events=_events(snapshot),
        checkpoint=snapshot.checkpoint.note,
        verifier_key=public_key(),
        head=case_head(bytes(e.leaf_hash) for e in snapshot.entries[:-1]),
        signing=keyring().instance.signing(),
        files=_documents(snapshot, lang),
    )


def _items(snapshot: _Snapshot) -> Iterator[ItemBundle]:
    by_index = {e.index: e for e in snapshot.entries if e.kind in CAPTURE_KINDS}
    for item in snapshot.items:
        key = opening.item_key(item, opening.locker_of(item.advocate))
        versions = models.Version.objects.filter(item=item, log_index__in=by_index).order_by("ordinal")
        bundles = [_version(snapshot, row, by_index[row.log_index], key) for row in versions]
        if bundles:
            yield ItemBundle(item.id, bundles)


def _version(snapshot: _Snapshot, row: models.Version, entry: models.LogEntry, key: Locker) -> VersionBundle:
    return VersionBundle(
        raw=opening.original_bytes(row, key),
        media_type=row.media_type,
        leaf=opening.leaf_bytes(entry, key),
        index=entry.index,
        proof=snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size),
        face=opening.face_bytes(row, key),
    )


def _events(snapshot: _Snapshot) -> Iterator[EventBundle]:
    keys: dict[int, Locker] = {}
    own = case_key(snapshot.case)
    for item in snapshot.items:
        keys[item.number] = opening.item_key(item, opening.locker_of(item.advocate))
    for entry in snapshot.entries:
        if entry.kind in CAPTURE_KINDS:
            continue
        key = own if entry.item_number is None else keys[entry.item_number]
        proof = snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size)
        yield EventBundle(opening.leaf_bytes(entry, key), entry.index, proof)
