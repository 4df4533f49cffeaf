"""The API keys of a home: `api-keys.json` in it, one entry a key. Digests only; a key is shown once, when it is made.

A file and no table: what a key opens is judging, and nothing that is kept. Whoever can write this file can write the
database too. A key has 208 random bits, so a plain SHA-256 tells nothing of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from attrs import frozen

from parapet.domain.errors import HomeUnwritable, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _

MAX_KEYS = 1_000
MAX_PER_MINUTE = 60_000
_MAX_BYTES = 1_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"key_[0-9a-f]{8}")


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key as it is kept.

    id          what people call it when they revoke it; not the key
    name        whom or what it was made for, in the owner's words
    digest      SHA-256 of the key, 64 hex digits
    per_minute  requests that it may make a minute
    made        RFC 3339, UTC
    """

    id: str
    name: str
    digest: str
    per_minute: int
    made: str


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    keys: list[ApiKey]


@frozen
class Stamp:
    """By which a file that was replaced is told from the one before."""

    inode: int
    mtime_ns: int
    size: int


def file_in(home: Path) -> Path:
    return home / "api-keys.json"


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def stamp_of(home: Path) -> Stamp | None:
    """None where no key was ever made, or the file cannot be looked at."""
    try:
        found = file_in(home).stat()
    except OSError:
        return None
    return Stamp(found.st_ino, found.st_mtime_ns, found.st_size)


def read(home: Path) -> list[ApiKey]:
    """All keys, oldest first. Raises RequestRefused when the file is not one of ours."""
    try:
        with file_in(home).open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise HomeUnwritable(_("The file of API keys cannot be read (%(reason)s)."), reason=reason_of(error)) from error
    try:
        kept = msgspec.json.decode(raw, type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        kept = _Kept(0, [])
    if kept.version != 1 or len(raw) > _MAX_BYTES or not all(_is_sound(each) for each in kept.keys):
        raise RequestRefused(_("The file of API keys is damaged. Move api-keys.json out of the home, and make new keys."))
    return kept.keys


def _is_sound(key: ApiKey) -> bool:
    shaped = _ID.fullmatch(key.id) and _DIGEST.fullmatch(key.digest)
    return bool(shaped) and 1 <= key.per_minute <= MAX_PER_MINUTE


@contextmanager
def changing(home: Path) -> Iterator[list[ApiKey]]:
    """The keys to change; what the list holds at the end is kept. Two changes at once follow one another.

    Before a crash the old file, after it the new one, never a part of it. Raises HomeUnwritable, RequestRefused.
    """
    try:
        lock = os.open(home / "run" / "api-keys.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = read(home)
        yield keys
        _replace(home, msgspec.json.format(msgspec.json.encode(_Kept(1, keys)), indent=2) + b"\n")
    finally:
        os.close(lock)


def _replace(home: Path, raw: bytes) -> None:
    there = file_in(home)
    part = there.with_name(there.name + ".part")
    try:
        part.unlink(missing_ok=True)  # a crash left it
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.replace(there)
        folder = os.open(home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise HomeUnwritable(_("The home cannot be written (%(reason)s)."), reason=reason_of(error)) from error
