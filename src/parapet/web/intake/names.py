"""Names of what is dropped: a folder's inner paths tell whose files they are, but a browser may send anything."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

MAX_PATH = 400
_ODD = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\\:]")


def paths(said: str, names: Sequence[str]) -> list[str]:
    """One relative path for each uploaded file, in their order.

    said   a JSON list as our script makes it; anything else is passed over
    names  the bare names of the upload, which a path must end in to be believed
    """
    try:
        listed = json.loads(said) if said else []
    except (ValueError, RecursionError):
        listed = []
    if not isinstance(listed, list) or len(listed) != len(names):
        return [_bare(name) for name in names]
    return [_believed(path, _bare(name)) for path, name in zip(listed, names, strict=True)]


def _believed(path: object, name: str) -> str:
    if not isinstance(path, str) or len(path) > MAX_PATH or _ODD.search(path) or path.startswith("/"):
        return name
    parts = PurePosixPath(path).parts
    if not parts or parts[-1] != name or any(part in {".", ".."} for part in path.split("/")):
        return name
    return str(PurePosixPath(*parts))


def _bare(name: str) -> str:
    bare = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return bare[:MAX_PATH] if bare not in {"", ".", ".."} else "file"
