"""Write the log into a folder that any web server can serve: the newest checkpoint with its cosignatures, and the tiles.

After c2sp.org/tlog-tiles, without entry bundles: what a leaf says is sealed, and a leaf's salted hash, which is in the tiles,
is all that others need for proofs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from parapet.access.checkpoints import cosigned_note
from parapet.actions.sign_checkpoint import origin, public_key, sign_checkpoint
from parapet.domain.errors import HomeUnwritable, LogBroken, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.checkpoint import open_note
from parapet.evidence.disk import sync_folder
from parapet.evidence.log import HASH_BYTES, Subtrees
from parapet.evidence.tiles import WIDTH, tile_path, tiles_of
from parapet.records.tiles import read_tile, tiled_tree

_MAX_NOTE_BYTES = 100_000


@frozen
class Published:
    """What lies in the folder now."""

    size: int
    tiles: int
    written: int


def publish_log(folder: Path) -> Published:
    """Bring `folder` up to the newest checkpoint. Tiles that are there are left; the checkpoint is replaced last, in one step.

    Raises RequestRefused when the log is empty, or the folder holds a checkpoint that this log does not continue; HomeUnwritable.
    """
    try:
        _make_open(folder)
        with _one_at_a_time(folder):
            return _publish(folder)
    except OSError as error:
        raise HomeUnwritable(_("The folder cannot be written (%(reason)s)."), reason=reason_of(error)) from error


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Of two that publish at once, the second begins when the first is done: an older checkpoint never replaces a newer one."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _publish(folder: Path) -> Published:
    checkpoint = sign_checkpoint()
    if checkpoint is None:
        raise RequestRefused(_("The log is still empty: there is nothing to publish."))
    tree = tiled_tree(checkpoint.size)
    _check_continues(folder / "checkpoint", tree)
    count = written = 0
    for level, number, width in tiles_of(checkpoint.size):
        count += 1
        place = folder / tile_path(level, number, width)
        if not (place.is_file() and place.stat().st_size == width * HASH_BYTES):
            _write(place, read_tile(level, number, width))
            written += 1
    _write(folder / "checkpoint", cosigned_note(checkpoint.size).encode())
    _drop_outgrown(folder, checkpoint.size)
    return Published(checkpoint.size, count, written)


def _check_continues(place: Path, tree: Subtrees) -> None:
    """Whoever read what was published before must find it in what comes."""
    if not place.exists():
        return
    refused = RequestRefused(
        _("The folder holds the checkpoint of another log, or of a longer one. Look into it before you publish over it.")
    )
    with place.open("rb") as file:
        raw = file.read(_MAX_NOTE_BYTES)
    try:
        there = open_note(raw.decode("utf-8"), [public_key()])
        if there.origin != origin() or there.root != tree.root(there.size):
            raise refused
    except (LogBroken, UnicodeDecodeError):
        raise refused from None


def _write(place: Path, content: bytes) -> None:
    """Atomically, readable by all: a web server of another user serves it."""
    _make_open(place.parent)
    partial = place.with_name(f".{place.name}.new")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        partial.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_folder(place.parent)


def _make_open(folder: Path) -> None:
    """Make what is missing of a path, so that other users can go through it; what is there keeps its rights."""
    if not folder.is_dir():
        _make_open(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def _drop_outgrown(folder: Path, size: int) -> None:
    """Remove tiles that were not full when they were written and are now: the specification lets them go."""
    for level, number, width in tiles_of(size):
        if width == WIDTH:
            old = folder / f"{tile_path(level, number)}.p"
            if old.is_dir():
                for each in old.iterdir():
                    each.unlink()
                old.rmdir()
