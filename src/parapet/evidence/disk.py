"""Writing so that it is still there after the power fails."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make names created in `folder` durable. A file's own fsync does not (see fsync(2), notes)."""
    if os.name == "nt":  # Windows journals names itself, and cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folders(folder: Path, *, under: Path) -> None:
    """Make `folder` and what is missing above it down from `under`, durably, for this user only."""
    if folder.is_dir():
        return
    if folder != under:
        make_folders(folder.parent, under=under)
        folder.mkdir(mode=0o700, exist_ok=True)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)
