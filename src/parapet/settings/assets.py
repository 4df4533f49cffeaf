"""The screens' files: one digest for all of them."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

#: Brings files of its own, which are served beside ours.
HTMX = "django-htmx"


def digest(web: Path) -> str:
    """12 hex digits that change when any file in a `static` folder under `web` does, by path or content, or htmx does."""
    h = hashlib.sha256(version(HTMX).encode())
    for folder in sorted(web.glob("**/static")):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            for part in (path.relative_to(web).as_posix().encode(), path.read_bytes()):
                h.update(len(part).to_bytes(8, "big") + part)
    return h.hexdigest()[:12]


def is_ours(_path: str, url: str) -> bool:
    """True: every address under STATIC_URL carries the digest, so its content never changes."""
    return True
