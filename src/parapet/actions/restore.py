"""Restore a home from a backup into an empty place.

1. The manifest's signature is checked, then every file that it names. Until then nothing is written.
2. A note in the new home says that a restore is under way: every command refuses the home while it is there.
3. The key is put in its place, locked as it was, then the packs, each checked again as it is copied.
4. The rows go in, in one transaction, which stands only if the log then gives the root that was signed.
5. The tables are brought up to date, and the note goes.
Killed anywhere, the same command goes on: packs that are there stay, and the rows are all there or none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from attrs import evolve, frozen

from parapet.domain.errors import BackupBroken, HomeUnwritable, KeyMissing, KeyWrong, RequestRefused, SealBroken, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import keyfile, stream
from parapet.evidence import manifest as m
from parapet.evidence.disk import sync_folder
from parapet.evidence.keyfile import Lock
from parapet.evidence.keys import InstanceKey
from parapet.evidence.manifest import Manifest
from parapet.evidence.rowstream import read_rows
from parapet.evidence.shelf import Shelf, context, install_pack
from parapet.settings.environment import Environment
from parapet.settings.start import configure_for
from parapet.settings.unlocking import instance_key, unlocked

Progress = Callable[[int, int], None]
_FOLDERS = ("keys", "log", "run", "vault")
#: What a home may have before anything is in it.
_HARMLESS = {"keys/instance.key", "keys/instance.key.part", "run/making.lock", "run/keys.lock", "restoring.part"}


@frozen
class Restored:
    """A home that was restored."""

    environment: Environment
    manifest: Manifest


def restore(
    source: Path, home: Path, *, at: str = "", key_file: Path | None = None, progress: Progress | None = None
) -> Restored:
    """Make at `home` the home that the backup `at` of the folder `source` holds; the newest without `at`.

    key_file   the key, which is put into the new home; without it, the key must be where the home's settings have it
    progress   is called with the files done, and all; twice, for checking and for copying

    Raises RequestRefused when the place is not empty or there is no such backup, KeyMissing, KeyWrong, and BackupBroken,
    which names the file, when the backup is not what was signed. Nothing is written then.
    """
    environment = Environment.read(home)
    key, lock = _key(environment, key_file)
    shelf = Shelf(source)
    manifest = shelf.read(_chosen(shelf, at), key)
    key.secret_of(manifest.generation)
    begun = _refuse_what_is_there(environment, manifest.id)
    told = progress or (lambda done, total: None)
    total = manifest.packs + len(manifest.files)
    for done, _checked in enumerate(shelf.check(manifest), 1):
        told(done, total)
    try:
        # Rows of an earlier generation are locked anew once they are in: there are some also when a change of the keys was
        # interrupted, and others worked with the home before it was gone on with.
        _begin(environment, manifest.id, evolve(key, unsettled=key.generation > 1), lock)
        configure_for(environment.home, restoring=True)
        _fill(environment, shelf, manifest, key, begun=begun, told=told)
        environment.unfinished.unlink()
        sync_folder(environment.home)
    except OSError as error:
        raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    return Restored(environment, manifest)


def _key(environment: Environment, key_file: Path | None) -> tuple[InstanceKey, Lock]:
    """The key of the new home, and its lock. Raises KeyMissing, KeyWrong, KeyLocked, RequestRefused."""
    if key_file is None:
        if not environment.key_file.exists():
            raise KeyMissing(_("The key is not in the backup: name your copy of it with --key-file."))
        return unlocked(environment)
    key, lock = unlocked(environment, key_file)
    if environment.key_file.exists() and _held(environment) not in (key, None):
        raise RequestRefused(_("There is another key in this place already."))
    return key, lock


def _held(environment: Environment) -> InstanceKey | None:
    """The key that is in its place; None when a restore that was killed wrote only a part of it."""
    try:
        return instance_key(environment)
    except KeyWrong:
        if not environment.unfinished.exists():
            raise
        environment.key_file.unlink()
        return None


def _chosen(shelf: Shelf, at: str) -> str:
    ids = shelf.ids()
    if not ids or (at and at not in ids):
        raise RequestRefused(_("There is no such backup in this folder."))
    return at or ids[-1]


def _refuse_what_is_there(environment: Environment, identity: str) -> bool:
    """True when a restore of this backup was begun here. Raises RequestRefused when anything else is there."""
    if environment.unfinished.is_file():
        if environment.unfinished.read_text("utf-8").split()[:1] == [identity]:
            return True
        raise RequestRefused(_("Another backup is being restored into this place: end that first, or remove the place."))
    home = environment.home
    there = [path for path in home.rglob("*") if path.relative_to(home).as_posix() not in {*_FOLDERS, *_HARMLESS}]
    there = [path for path in there if path != environment.key_file]
    if there or (not environment.on_postgres and environment.sqlite_file.exists()):
        raise RequestRefused(_("There is something in this place already: a home is restored into an empty one only."))
    return False


def _begin(environment: Environment, identity: str, key: InstanceKey, lock: Lock) -> None:
    environment.make_folders()
    if not environment.unfinished.exists():
        part = environment.unfinished.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{identity}\n")
            file.flush()
            os.fsync(handle)
        part.rename(environment.unfinished)
        sync_folder(environment.home)
    line = keyfile.line_of(key.to_bytes(), lock)
    if not environment.key_file.exists():
        keyfile.keep(environment.key_file, line)
    elif key.unsettled:
        keyfile.replace(environment.key_file, line)


def _fill(environment: Environment, shelf: Shelf, manifest: Manifest, key: InstanceKey, *, begun: bool, told: Progress) -> None:
    from parapet.actions.doubt_restored import promise_doubts
    from parapet.actions.make_home import bring_up_to_date, one_at_a_time
    from parapet.records import snapshot
    from parapet.records.door import doubt_what_was_under_way

    with one_at_a_time(environment):
        empty = snapshot.is_empty()
        if not empty and not (begun and snapshot.holds(manifest.log_size, manifest.root)):
            if not begun:  # the note was ours, and the place is as it was
                environment.unfinished.unlink()
            raise RequestRefused(_("The database is not empty: a home is restored into an empty one only."))
        for done, pack in enumerate(shelf.packs(manifest), 1):
            install_pack(shelf, pack, environment.vault)
            told(done, manifest.packs)
        if empty:
            snapshot.make_tables(manifest.migrations)
            _load(shelf, manifest, key)
        bring_up_to_date()
        doubt_what_was_under_way()
        promise_doubts()
        snapshot.go_on_counting()


def _load(shelf: Shelf, manifest: Manifest, key: InstanceKey) -> None:
    from parapet.records import snapshot

    length = manifest.file(m.DATABASE).size_bytes
    about = context(manifest.id, m.DATABASE)
    try:
        key_then = key.backup_key(manifest.generation)
        rows = stream.reader(shelf.open(manifest.id, m.DATABASE), offset=0, length=length, key=key_then, about=about)
        with rows:
            snapshot.load(read_rows(rows), size=manifest.log_size, root=manifest.root)
    except (KeyWrong, SealBroken):
        raise BackupBroken(_("A file of the backup was changed: %(file)s."), file=f"{manifest.id}/{m.DATABASE}") from None
