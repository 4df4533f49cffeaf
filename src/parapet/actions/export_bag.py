"""Export a case as a bag that anyone can check without us."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import parapet
from parapet.access import opening
from parapet.access.anchors import bundles_of, words_over
from parapet.access.case_cards import case_key
from parapet.access.case_files import case_items
from parapet.access.cases import held_case
from parapet.access.page_looks import looks_for_a_bag
from parapet.access.report_steps import for_a_bag
from parapet.actions.ask_outside import ask_outside
from parapet.actions.export_documents import documents, signed_dossier
from parapet.actions.export_snapshot import Snapshot, take_snapshot
from parapet.actions.plain_place import plain_place
from parapet.actions.sign_checkpoint import public_key
from parapet.domain.errors import HomeUnwritable, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.dossiers.case_file import MAX_EXHIBITS
from parapet.dossiers.redaction import Redaction
from parapet.evidence.age import Recipients, pack
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import (
    CaseBundle,
    ErasedBundle,
    EventBundle,
    ItemBundle,
    RemovedBundle,
    SignatureLevel,
    VersionBundle,
    WithheldBundle,
)
from parapet.evidence.disk import new_file
from parapet.evidence.keys import Locker
from parapet.evidence.reader.layout import SIGNER_NAME
from parapet.evidence.seal import CAPTURE_KINDS, EXPORT_KIND, case_head
from parapet.records import models
from parapet.records.clock import EVERY_CASE
from parapet.records.keyring import keyring
from parapet.records.lasting import LASTING, home_locker
from parapet.records.numbers import public


def export_bag(person: models.Person, case_id: str, lang: str, out: Path, redaction: Redaction | None = None) -> Path:
    """Write the bag of a case of hers under `out`, with the dossier in `lang` ("en" or "fr"); returns the bag's folder.

    The dossier is "dossier.pdf", or "dossier-1.pdf", "dossier-2.pdf"... where the case is too large for one document.

    redaction  what is to be withheld from this copy

    Raises NotFound, RequestRefused, HomeUnwritable, SealBroken, LogBroken.
    """
    snapshot = take_snapshot(person, held_case(person, case_id, Right.EXPORT), EXPORT_KIND, redaction)
    ask_outside(snapshot.checkpoint)
    places = (out / each for each in _names(f"{case_id}-{snapshot.at:%Y%m%dT%H%M%SZ}"))
    first = next(place for place in places if not place.exists())
    return write_bag(first, _bundle(snapshot, lang), others=places)


def _names(name: str) -> Iterator[str]:
    """`name`, and what follows it where others were as quick."""
    return itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))


def export_zip(
    person: models.Person,
    case_id: str,
    lang: str,
    redaction: Redaction | None = None,
    recipients: Recipients = (),
) -> tuple[str, Path]:
    """The bag as one file in the home's own temporary place: its name for the reader, and where it lies.

    recipients  to whom it is encrypted (age), so that it is one `.zip.age`; nobody for a plain `.zip`

    Whoever asked for it deletes it after sending. Raises as `export_bag`.
    """
    ending = ".zip.age" if recipients else ".zip"
    with plain_place() as folder:
        bag = export_bag(person, case_id, lang, folder, redaction)
        handle = tempfile.NamedTemporaryFile(prefix="bag-", suffix=ending, dir=folder.parent, delete=False)  # noqa: SIM115
        try:
            with handle:
                pack(bag, handle, recipients)
        except BaseException as error:
            Path(handle.name).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise HomeUnwritable(_("The bag cannot be written (%(reason)s)."), reason=reason_of(error)) from error
            raise
        return f"{bag.name}{ending}", Path(handle.name)


def export_encrypted(
    person: models.Person, case_id: str, lang: str, out: Path, recipients: Recipients, redaction: Redaction | None = None
) -> Path:
    """The bag as one `.zip.age` under `out`, for `recipients` alone. In the clear it lies in the home's own place, and only while
    it is made. Raises as `export_bag`."""
    name, made = export_zip(person, case_id, lang, redaction, recipients)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for each in _names(name.partition(".")[0]):
            target = out / f"{each}.zip.age"
            with made.open("rb") as source, contextlib.suppress(FileExistsError), new_file(target) as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
                return target
        raise AssertionError("names do not end")
    except OSError as error:
        raise HomeUnwritable(_("The bag cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    finally:
        made.unlink(missing_ok=True)


def dossier(person: models.Person, case_id: str, lang: str) -> bytes:
    """The dossier of a case of hers as PDF/A.

    Raises NotFound, RequestRefused when the case takes several volumes, LogBroken, ValueError for another language.
    """
    case = held_case(person, case_id, Right.EXPORT)
    if len(case_items(case)) > MAX_EXHIBITS:
        raise RequestRefused(_("This case is too large for one document. Export its bag: it holds the dossier in volumes."))
    return signed_dossier(take_snapshot(person, case, "dossier"), lang)


def _bundle(snapshot: Snapshot, lang: str) -> CaseBundle:
    size = snapshot.checkpoint.size
    anchors, authorities = bundles_of(words_over(snapshot.entries, size, snapshot.words), size, snapshot.tree)
    signed = documents(snapshot, lang, anchors)
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
        files=[
            *((name, each.document) for name, each in signed.items()),
            (SIGNER_NAME, snapshot.signer.pem()),
            *_reports(snapshot),
            *(looks_for_a_bag(snapshot.items, snapshot.checkpoint.size) if snapshot.withheld is None else ()),
        ],
        signatures={name: SignatureLevel(each.level, each.why) for name, each in signed.items()},
        anchors=anchors,
        authorities=authorities,
        removed=_removed(snapshot),
    )


def _reports(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """What was reported to platforms, in its words. A copy that withholds something has none of it: reports quote."""
    if snapshot.withheld is None and (made := for_a_bag(snapshot.items, snapshot.checkpoint.size)):
        yield "reports.json", made


def _items(snapshot: Snapshot) -> Iterator[ItemBundle]:
    by_index = {e.index: e for e in snapshot.entries if e.kind in CAPTURE_KINDS}
    for item in snapshot.items:
        key = opening.item_key(item, opening.locker_of(item.advocate))
        versions = models.Version.objects.filter(item=item, log_index__in=by_index).order_by("ordinal")
        bundles = [_version(snapshot, row, by_index[row.log_index], key) for row in versions]
        if bundles:
            yield ItemBundle(item.id, bundles)
    here, gone = {item.number for item in snapshot.items}, dict[int, list[models.LogEntry]]()
    for entry in by_index.values():
        if entry.item_number not in here:
            gone.setdefault(entry.item_number or 0, []).append(entry)
    for number, entries in sorted(gone.items()):
        yield ItemBundle(public("itm", number), [_erased(snapshot, entry) for entry in entries])


def _removed(snapshot: Snapshot) -> Iterator[RemovedBundle]:
    for item, index, hashed in snapshot.removed:
        yield RemovedBundle(item, index, hashed, snapshot.tree.inclusion_proof(index, snapshot.checkpoint.size))


def _erased(snapshot: Snapshot, entry: models.LogEntry) -> ErasedBundle:
    proof = snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size)
    return ErasedBundle(entry.index, bytes(entry.leaf_hash), proof)


def _version(snapshot: Snapshot, row: models.Version, entry: models.LogEntry, key: Locker) -> VersionBundle | WithheldBundle:
    proof = snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size)
    shown = snapshot.withheld.versions.get(row.number) if snapshot.withheld else None
    if shown:
        return WithheldBundle(entry.index, bytes(entry.leaf_hash), proof, shown.text, shown.face, shown.leaf)
    return VersionBundle(
        raw=opening.original_bytes(row, key),
        media_type=row.media_type,
        leaf=opening.leaf_bytes(entry, key),
        index=entry.index,
        proof=proof,
        face=opening.face_bytes(row, key),
        source=opening.source_bytes(row, key, before=snapshot.checkpoint.size),
    )


def _events(snapshot: Snapshot) -> Iterator[EventBundle | WithheldBundle | ErasedBundle]:
    keys: dict[int, Locker] = {}
    own, lasting = case_key(snapshot.case), home_locker()
    for item in snapshot.items:
        keys[item.number] = opening.item_key(item, opening.locker_of(item.advocate))
    for entry in snapshot.entries:
        if entry.kind in CAPTURE_KINDS:
            continue
        if entry.item_number is not None and entry.item_number not in keys and entry.kind not in LASTING:
            yield _erased(snapshot, entry)
            continue
        key = (
            lasting
            if entry.kind in LASTING or entry.case_number == EVERY_CASE
            else own
            if entry.item_number is None
            else keys[entry.item_number]
        )
        proof = snapshot.tree.inclusion_proof(entry.index, snapshot.checkpoint.size)
        if snapshot.withheld and entry.index in snapshot.withheld.notes:
            yield WithheldBundle(entry.index, bytes(entry.leaf_hash), proof)
            continue
        yield EventBundle(opening.leaf_bytes(entry, key), entry.index, proof)
