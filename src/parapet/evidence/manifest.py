"""The manifest of a backup: what it holds, signed by the log's key. The form is in docs/reference/evidence.md.

A manifest names the files of its backup with size and digest. The packs are too many for a signed note: they stand in
a list of their own, which the manifest names.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from attrs import frozen

from parapet.domain.errors import BackupBroken, KeyWrong, LogBroken
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.checkpoint import open_text, sign_text, verifier_key
from parapet.evidence.keys import InstanceKey
from parapet.evidence.log import HASH_BYTES
from parapet.evidence.seal import stamp

_TITLE = "parapet backup v1"
DATABASE, PACKS, CHECKPOINT, MANIFEST = "database.sealed", "packs.txt", "checkpoint.txt", "manifest.txt"
#: What a manifest lists; it lies beside them.
LISTED = (CHECKPOINT, DATABASE, PACKS)
ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
_AT = "%Y%m%dT%H%M%SZ"
_NUMBER = r"(0|[1-9][0-9]{0,18})"
_FILE = re.compile(rf"([a-z.]{{1,40}}) {_NUMBER} ([0-9a-f]{{64}})")
_PACK = re.compile(rf"([0-9a-f]{{32}}) {_NUMBER} ([0-9a-f]{{64}})\n")
_MIGRATION = re.compile(r"([a-z_]{1,40}) ([a-z0-9_]{1,120})")
_GENERATION = re.compile(r"([1-9][0-9]?)")
_LOG = re.compile(rf"{_NUMBER} (\S+)")


@frozen
class Listed:
    """A file by name, size and SHA-256 (64 hex digits)."""

    name: str
    size_bytes: int
    sha256: str


@frozen
class Manifest:
    """What a backup says of itself.

    fingerprint  of the key that opens it, which is not in it
    generation   of the home's keys under which it is
    migrations   "app name" of the newest one of each of our apps: the form in which the rows are
    log_size, root  of the log at the moment of the backup
    packs        how many packs are listed
    files        in the order of `LISTED`
    """

    id: str
    at: datetime
    software: str
    fingerprint: str
    migrations: tuple[tuple[str, str], ...]
    log_size: int
    root: bytes
    packs: int
    files: tuple[Listed, ...]
    generation: int = 1

    def file(self, name: str) -> Listed:
        """What is said of one of `LISTED`."""
        return self.files[LISTED.index(name)]


def new_id(at: datetime, earlier: Iterable[str] = ()) -> str:
    """A name for the backup of this moment: it sorts after all `earlier`, and no two are the same."""
    newest = max((read_id(identity) for identity in earlier), default=at)
    if newest >= at.replace(microsecond=0):  # within one second; or the clock was set back
        at = max(at, newest + timedelta(seconds=1))
    return f"{at.astimezone(UTC):{_AT}}-{os.urandom(4).hex()}"


def read_id(identity: str) -> datetime:
    """The time in a backup's name, the first there is when the digits are none."""
    try:
        return datetime.strptime(identity.partition("-")[0], _AT).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def write(manifest: Manifest, key: InstanceKey) -> str:
    """`manifest` as a note signed with the log's key."""
    lines = [
        _TITLE,
        f"id {manifest.id}",
        f"at {stamp(manifest.at)}",
        f"software {manifest.software}",
        f"key {manifest.fingerprint}",
        *([f"generation {manifest.generation}"] if manifest.generation > 1 else []),  # the form before there were any
        *(f"migration {app} {name}" for app, name in manifest.migrations),
        f"log {manifest.log_size} {base64.b64encode(manifest.root).decode()}",
        f"packs {manifest.packs}",
        *(f"file {each.name} {each.size_bytes} {each.sha256}" for each in manifest.files),
    ]
    return sign_text("\n".join(lines) + "\n", key.origin, key.signing())


def read(note: str, key: InstanceKey) -> Manifest:
    """The manifest in `note`, once the signature by `key` holds.

    Raises KeyWrong when it names another key, BackupBroken when it is not as it was signed.
    """
    named = re.search(r"^key ([0-9a-f]{16})$", note, re.MULTILINE)
    if named and named[1] != key.fingerprint:
        raise KeyWrong(
            _("This backup opens with the key %(wanted)s; the key here is %(found)s."), wanted=named[1], found=key.fingerprint
        )
    try:
        return _parsed(open_text(note, [verifier_key(key.origin, key.signing())]))
    except (LogBroken, ValueError, KeyError):
        raise BackupBroken(_("The manifest of the backup is not as it was signed.")) from None


def _parsed(text: str) -> Manifest:
    """Raises ValueError for anything that `write` would not give."""
    title, *lines = text.removesuffix("\n").split("\n")
    if title != _TITLE:
        raise ValueError("another kind of note")
    said: dict[str, list[str]] = {}
    for line in lines:
        word, _space, rest = line.partition(" ")
        said.setdefault(word, []).append(rest)
    [at], [software], [fingerprint], [packs] = said["at"], said["software"], said["key"], said["packs"]
    [identity] = said["id"]
    [generation] = said.get("generation", ["1"])
    size, root = _match(_LOG, *said["log"])
    files = tuple(Listed(name, int(length), sha256) for name, length, sha256 in (_match(_FILE, f) for f in said["file"]))
    try:
        hashed = base64.b64decode(root, validate=True)
    except binascii.Error:
        raise ValueError("a root is base64") from None
    if ID.fullmatch(identity) is None or tuple(f.name for f in files) != LISTED or len(hashed) != HASH_BYTES:
        raise ValueError("a manifest of another form")
    return Manifest(
        id=identity,
        at=datetime.fromisoformat(at),
        software=software,
        fingerprint=fingerprint,
        migrations=tuple((app, name) for app, name in (_match(_MIGRATION, m) for m in said["migration"])),
        log_size=int(size),
        root=hashed,
        packs=int(packs),
        files=files,
        generation=int(*_match(_GENERATION, generation)),
    )


def pack_line(pack: Listed) -> bytes:
    """A line of the list of packs, which is sorted by name."""
    return f"{pack.name} {pack.size_bytes} {pack.sha256}\n".encode()


def read_packs(lines: Iterable[bytes]) -> Iterator[Listed]:
    """The packs of a list whose digest was checked. Raises BackupBroken."""
    for line in lines:
        try:
            name, size, sha256 = _match(_PACK, line.decode())
        except ValueError:
            raise BackupBroken(_("The list of packs of the backup has a line that is none.")) from None
        yield Listed(name, int(size), sha256)


def _match(form: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = form.fullmatch(text)
    if found is None:
        raise ValueError("not of the form that is written here")
    return found.groups()
