"""Export a case as a bag that anyone can check without us."""

from __future__ import annotations

import itertools
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import parapet
from parapet.access import opening
from parapet.access.case_cards import case_key
from parapet.access.case_files import case_items
from parapet.access.cases import held_case
from parapet.actions.export_documents import documents, signed_dossier
from parapet.actions.export_snapshot import Snapshot, take_snapshot
from parapet.actions.plain_place import plain_place
from parapet.actions.sign_checkpoint import public_key
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.dossiers.case_file import MAX_EXHIBITS
from parapet.evidence.bag import CaseBundle, EventBundle, ItemBundle, VersionBundle, write_bag
from parapet.evidence.keys import Locker
from parapet.evidence.seal import CAPTURE_KINDS, EXPORT_KIND, case_head
from parapet.records import models
from parapet.records.keyring import keyring


def export_bag(person: models.Person, case_id: str, lang: str, out: Path) -> Path:
    """Write the bag of a case of hers under `out`, with the dossier in `lang` ("en" or "fr"); returns the bag's folder.

    The dossier is "dossier.pdf", or "dossier-1.pdf", "dossier-2.pdf"... where the case is too large for one document.

    Raises NotFound, RequestRefused, HomeUnwritable, SealBroken, LogBroken.
    """
    snapshot = take_snapshot(person, held_case(person, case_id), EXPORT_KIND)
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
    return signed_dossier(take_snapshot(person, case, "dossier"), lang)


def _bundle(snapshot: Snapshot, lang: str) -> CaseBundle:
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
        files=documents(snapshot, lang),
    )


def _items(snapshot: Snapshot) -> Iterator[ItemBundle]:
    by_index = {e.index: e for e in snapshot.entries if e.kind in CAPTURE_KINDS}
    for item in snapshot.items:
        key = opening.item_key(item, opening.locker_of(item.advocate))
        versions = models.Version.objects.filter(item=item, log_index__in=by_index).order_by("ordinal")
        bundles = [_version(snapshot, row, by_index[row.log_index], key) for row in versions]
        if bundles:
            yield ItemBundle(item.id, bundles)


def _version(snapshot: Snapshot, row: models.Version, entry: models.LogEntry, key: Locker) -> VersionBundle:
    return VersionBundle(
        raw=opening.original_bytes(row, key),
        media_type=row.media_type,
        leaf=opening.leaf_bytes(entry, key),
        index=entry.index,
        proof=snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size),
        face=opening.face_bytes(row, key),
    )


def _events(snapshot: Snapshot) -> Iterator[EventBundle]:
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
