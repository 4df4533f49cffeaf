"""Whether a key that a program shows is one of this home's."""

from __future__ import annotations

import threading
from pathlib import Path

import structlog

from parapet.domain.errors import ParapetError
from parapet.records.api_keys import ApiKey, Stamp, digest_of, read, stamp_of

_log = structlog.get_logger("parapet.access")
_lock = threading.Lock()
_known: tuple[Path, Stamp | None, dict[str, ApiKey]] | None = None


def holder(home: Path, key: str) -> ApiKey | None:
    """Whose `key` is, or None: never made, revoked, or nobody can tell because the file is damaged.

    A key that was revoked counts no longer from the next request on: the file is looked at each time, and read when it changed.
    """
    global _known
    stamp = stamp_of(home)
    with _lock:
        if _known is None or _known[:2] != (home, stamp):
            _known = (home, stamp, _by_digest(home))
        return _known[2].get(digest_of(key))


def listed(home: Path) -> list[ApiKey]:
    """All keys of the home, oldest first. Raises RequestRefused when the file is damaged."""
    return read(home)


def _by_digest(home: Path) -> dict[str, ApiKey]:
    try:
        return {each.digest: each for each in read(home)}
    except ParapetError as error:  # nobody comes in, and whoever keeps the home is told why
        _log.error("api keys cannot be read", exc_info=error)
        return {}
