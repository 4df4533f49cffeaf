"""Back the home up: the rows as they are at one moment, then the packs that they refer to.

First the rows, then the packs: a pack is on the disk before any row names it, so all that the rows name are there, however
much is taken in meanwhile. What comes later belongs to the next backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from attrs import define, frozen
from django.conf import settings

import parapet
from parapet.domain.errors import BackupBroken, KeyWrong, LogBroken, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import manifest as m
from parapet.evidence.checkpoint import sign
from parapet.evidence.keys import InstanceKey
from parapet.evidence.log import Frontier
from parapet.evidence.manifest import Listed, Manifest
from parapet.evidence.rowstream import RowsAsFile
from parapet.evidence.shelf import Shelf, Unfinished
from parapet.records import snapshot
from parapet.records.keyring import keyring
from parapet.records.models import LogHead

Progress = Callable[[int, int], None]


@frozen
class Backup:
    """A backup that was made. `packs_copied` of its packs were not there before."""

    path: Path
    manifest: Manifest
    packs_copied: int
    bytes_copied: int


def back_up(target: Path, *, progress: Progress | None = None) -> Backup:
    """Write a backup of this home into the folder `target`, beside those that are there.

    progress   is called with the packs done, and all

    Raises RequestRefused when `target` lies in the home, HomeBusy when another backup is written there, HomeUnwritable when
    the disk is full (nothing that was there is harmed), SealBroken when a pack of the vault is missing or was changed.
    """
    home = Path(settings.ENVIRONMENT.home).resolve()
    shelf = Shelf(target)
    if shelf.root == home or home in shelf.root.parents or Path(settings.ENVIRONMENT.vault).resolve() in (
        shelf.root, *shelf.root.parents
    ):  # fmt: skip
        raise RequestRefused(_("A backup inside the home is lost with it: name a folder elsewhere, best on another disk."))
    if shelf.root.exists() and not shelf.root.is_dir():
        raise RequestRefused(_("A backup is written into a folder, and this is a file."))
    key, now = keyring().instance, datetime.now(UTC)
    with shelf.held(), Unfinished(shelf, m.new_id(now, shelf.ids())) as new:
        with snapshot.one_moment():
            root = _root_now()
            packs = snapshot.packs_named()
            new.seal(m.DATABASE, RowsAsFile(snapshot.all_rows()), key)  # type: ignore[arg-type]  # a raw file reads as BinaryIO does
        new.write(m.CHECKPOINT, [sign(key.origin, root.size, root.root(), key.signing()).encode()])
        copied = _Copied(len(packs), progress)
        new.write(m.PACKS, map(m.pack_line, copied.see_to(shelf, packs, key)))
        manifest = Manifest(
            id=new.id,
            at=now,
            software=f"Parapet {parapet.__version__}",
            fingerprint=key.fingerprint,
            generation=key.generation,
            migrations=snapshot.migrations(),
            log_size=root.size,
            root=root.root(),
            packs=len(packs),
            files=new.files(),
        )
        path = new.finish(m.write(manifest, key))
    return Backup(path, manifest, copied.packs_copied, copied.bytes_copied)


def _root_now() -> Frontier:
    head = LogHead.objects.get(number=1)
    root = Frontier.from_bytes(bytes(head.frontier)) if head.frontier else Frontier()
    if root.size != head.size:
        raise LogBroken("The log's head does not have the size that it says.")
    return root


@define
class _Copied:
    """Sees to it that packs are on the shelf, and counts what had to be copied."""

    _total: int
    _progress: Progress | None
    packs_copied: int = 0
    bytes_copied: int = 0

    def see_to(self, shelf: Shelf, names: list[bytes], key: InstanceKey) -> Iterator[Listed]:
        vault = Path(settings.ENVIRONMENT.vault)
        earlier = _earlier(shelf, key)
        known = next(earlier, None)
        for done, raw in enumerate(names, 1):
            name = raw.hex()
            while known is not None and known.name < name:
                known = next(earlier, None)
            listed, new = shelf.keep_pack(vault, name, known if known is not None and known.name == name else None)
            self.packs_copied += new
            self.bytes_copied += listed.size_bytes if new else 0
            if self._progress is not None:
                self._progress(done, self._total)
            yield listed


def _earlier(shelf: Shelf, key: InstanceKey) -> Iterator[Listed]:
    """The packs of the newest backup here that is signed by this home's key and has its list whole."""
    for identity in reversed(shelf.ids()):
        try:
            manifest = shelf.read(identity, key)
        except (BackupBroken, KeyWrong):
            continue
        yield from shelf.checked_list(manifest)
        return
