"""The key file: one line, in the clear or locked under an unlocking key that is kept elsewhere.

    parapet-key-v1 <secret> <checksum>                      in the clear: the form of homes before keys could be changed
    parapet-key-v2 <source> <terms> <body> <checksum>       the form that is written now

`source` says where the unlocking key comes from: `plain` (there is none), `passphrase`, `keyring`, `command`. `terms` name
the lock and say how a passphrase is stretched. The body of a locked file is AES-256-GCM with all before it as associated
data. The checksum tells a damaged file from a wrong passphrase: it covers every letter, and needs no key.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import unicodedata
from pathlib import Path

from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from parapet.domain.errors import HomeUnwritable, KeyMissing, KeyWrong, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.disk import new_file, sync_folder

PLAIN, PASSPHRASE, KEYRING, COMMAND = "plain", "passphrase", "keyring", "command"
SOURCES = (PLAIN, PASSPHRASE, KEYRING, COMMAND)
UNLOCKING_BYTES = 32
_NONCE = 12
_V1 = re.compile(rb"parapet-key-v1 ([A-Za-z0-9_-]{43}) ([0-9a-f]{8})\n?")
_V2 = re.compile(rb"(parapet-key-v2 ([a-z]{5,10}) (\S{1,120})) ([A-Za-z0-9_-]{1,9000}) ([0-9a-f]{16})\n")
_TERMS = re.compile(r"id=([0-9a-f]{16})(?:,m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2}),s=([0-9a-f]{32}))?")
_MAX_BYTES = 10_000


@frozen
class Stretch:
    """How argon2id makes a key of a passphrase. Without words: the second choice of RFC 9106, section 4, for 64 MiB.

    The first choice wants 2 GiB, which a small server does not have; the file says which, so that it can be raised.
    """

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """32 bytes, in half a second. What two keyboards type differently (é in one or two parts) is the same passphrase."""
        said = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")
        stretch = Argon2id(
            salt=salt, length=UNLOCKING_BYTES, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib
        )
        return stretch.derive(said)


@frozen
class Lock:
    """What a key file is locked under. `name` is told in the file, `key` nowhere."""

    source: str
    name: str = ""
    key: bytes = field(default=b"", repr=False)
    stretch: Stretch | None = None
    salt: bytes = b""

    @property
    def terms(self) -> str:
        """As they stand in the file."""
        if self.source == PLAIN:
            return "-"
        if self.stretch is None:
            return f"id={self.name}"
        s = self.stretch
        return f"id={self.name},m={s.memory_kib},t={s.passes},p={s.lanes},s={self.salt.hex()}"


IN_THE_CLEAR = Lock(PLAIN)


def passphrase_lock(passphrase: str, stretch: Stretch | None = None) -> Lock:
    """A new lock under `passphrase`."""
    used, salt = stretch or Stretch(), os.urandom(16)
    return Lock(PASSPHRASE, os.urandom(8).hex(), used.key(passphrase, salt), used, salt)


def lock_under(source: str, key: bytes) -> Lock:
    """A new lock under a key that the system's keyring or a command gives."""
    return Lock(source, os.urandom(8).hex(), key)


@frozen
class Stored:
    """A key file that was read, not opened yet. `form` is 1 or 2; `lock` has no key."""

    form: int
    lock: Lock
    head: bytes
    body: bytes = field(repr=False)

    @property
    def locked(self) -> bool:
        return self.lock.source != PLAIN

    def unlocking(self, passphrase: str) -> bytes:
        """The unlocking key that `passphrase` gives."""
        assert self.lock.stretch is not None
        return self.lock.stretch.key(passphrase, self.lock.salt)

    def opened(self, unlocking: bytes) -> bytes:
        """The body. Raises KeyWrong when the unlocking key is another."""
        if not self.locked:
            return self.body
        try:
            return AESGCM(unlocking).decrypt(self.body[:_NONCE], self.body[_NONCE:], self.head)
        except (InvalidTag, ValueError):
            if self.lock.source == PASSPHRASE:
                raise KeyWrong(_("The passphrase is not the one of this key file.")) from None
            raise KeyWrong(_("What was to unlock the key file does not: it belongs to another one.")) from None


def read(path: Path) -> Stored:
    """Read a key file of either form. Raises KeyMissing when there is none, KeyWrong when it is damaged or something else."""
    try:
        with path.open("rb") as file:
            line = file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise KeyMissing(_("There is no key file here.")) from None
    except OSError as error:
        raise KeyMissing(_("The key file cannot be read (%(reason)s)."), reason=reason_of(error)) from error
    return parsed(line)


def parsed(line: bytes) -> Stored:
    """`read` for bytes. Raises KeyWrong."""
    damaged = KeyWrong(_("The key file is damaged: its checksum does not agree."))
    if old := _V1.fullmatch(line):
        secret = _bytes(old[1])
        if secret is None or not hmac.compare_digest(_checksum_v1(secret), old[2]):
            raise damaged
        return Stored(1, IN_THE_CLEAR, b"", secret)
    new = _V2.fullmatch(line)
    if new is None:
        raise KeyWrong(_("This is no Parapet key file, or it was damaged: it should be one line."))
    head, source, terms, body, told = new.groups()
    opened = _bytes(body)
    if opened is None or not hmac.compare_digest(_checksum(head + b" " + body), told):
        raise damaged
    lock = _lock(source.decode(), terms.decode("utf-8", "replace"))
    if lock is None:
        raise KeyWrong(_("This key file was written by a newer Parapet: install that one first."))
    return Stored(2, lock, head, opened)


def line_of(body: bytes, lock: Lock) -> bytes:
    """The line that keeps `body` under `lock`."""
    head = f"parapet-key-v2 {lock.source} {lock.terms}".encode()
    if lock.source != PLAIN:
        nonce = os.urandom(_NONCE)
        body = nonce + AESGCM(lock.key).encrypt(nonce, body, head)
    told = head + b" " + base64.urlsafe_b64encode(body).rstrip(b"=")
    return told + b" " + _checksum(told) + b"\n"


def keep(path: Path, line: bytes) -> None:
    """Write a key file where none is, for this user only. Killed anywhere, there is none or a whole one.

    Raises RequestRefused, HomeUnwritable.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnwritable(_("The key's folder cannot be made (%(reason)s)."), reason=reason_of(error)) from error
    try:
        with new_file(path) as file:
            file.write(line)
    except FileExistsError:
        raise RequestRefused(_("There is a key here already. A new one would not open what it locked.")) from None
    except OSError as error:
        raise _unwritable(error) from error


def replace(path: Path, line: bytes) -> None:
    """Put `line` in the place of the key file that is there: before a crash the old one, after it the new one, never a part.

    Raises HomeUnwritable; the old file is then as it was.
    """
    there = path.resolve()  # PARAPET_KEY_FILE may be a link to a stick: the link stays
    part = there.with_name(there.name + ".part")
    try:
        part.unlink(missing_ok=True)  # a crash left it
        _write_durably(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), line)
        part.replace(there)
        sync_folder(there.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> HomeUnwritable:
    return HomeUnwritable(_("The key file cannot be written (%(reason)s)."), reason=reason_of(error))


def _lock(source: str, terms: str) -> Lock | None:
    """The lock that a head tells of; None for one that is unknown, or that would take more memory than anybody meant."""
    if source == PLAIN:
        return IN_THE_CLEAR if terms == "-" else None
    found = _TERMS.fullmatch(terms)
    if found is None or source not in SOURCES or (source == PASSPHRASE) != (found[2] is not None):
        return None
    if source != PASSPHRASE:
        return Lock(source, found[1])
    stretch = Stretch(int(found[2]), int(found[3]), int(found[4]))
    sound = 8 * stretch.lanes <= stretch.memory_kib <= 1 << 21 and 1 <= stretch.passes <= 16 and 1 <= stretch.lanes <= 16
    return Lock(source, found[1], stretch=stretch, salt=bytes.fromhex(found[5])) if sound else None


def _bytes(text: bytes) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return None


def _checksum_v1(secret: bytes) -> bytes:
    return hashlib.sha256(b"parapet-key-v1 checksum\0" + secret).hexdigest()[:8].encode()


def _checksum(told: bytes) -> bytes:
    return hashlib.sha256(b"parapet-key-v2 checksum\0" + told).hexdigest()[:16].encode()


def _write_durably(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
