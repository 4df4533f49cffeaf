"""Keys: one random key for each item, wrapped by the advocate's, wrapped by the instance's.

Destroying a key erases what it locked, while the log keeps the leaf. Everything is AES-256-GCM with a random
96-bit nonce in front, so one key must not lock more than 2**32 values (NIST SP 800-38D, section 8.3).

What is locked is bound to what it is *about*: a name known to both sides that is not stored with it ("item 17's
author"). Bytes moved to another row then no longer open, though key and bytes are both genuine.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from pathlib import Path

from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parapet.domain.errors import HomeUnwritable, KeyMissing, KeyWrong, RequestRefused, reason_of
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.disk import sync_folder

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

# A wrapped key and a locked value never pass for one another, even under the same key and name.
_ABOUT_KEY = b"parapet v1 key\0"
_ABOUT_VALUE = b"parapet v1 value\0"


def new_key() -> bytes:
    """32 fresh random bytes from the system."""
    return os.urandom(KEY_BYTES)


class Locker:
    """Locks and opens many small values under one key, without setting the cipher up again for each."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyWrong(_("A key has %(wanted)s bytes; this has %(found)s."), wanted=KEY_BYTES, found=len(key))
        self._cipher = AESGCM(key)

    def lock(self, data: bytes, *, about: bytes) -> bytes:
        """`data` encrypted: 12 bytes of nonce, the ciphertext, 16 bytes of tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, _ABOUT_VALUE + about)

    def unlock(self, locked: bytes, *, about: bytes) -> bytes:
        """The inverse of `lock`. Raises KeyWrong when key, bytes or `about` are not those of the locking."""
        return self._open(locked, _ABOUT_VALUE + about)

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        """Another key, encrypted: 60 bytes."""
        if len(key) != KEY_BYTES:
            raise KeyWrong(_("A key has %(wanted)s bytes; this has %(found)s."), wanted=KEY_BYTES, found=len(key))
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, _ABOUT_KEY + about)

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        """The inverse of `wrap`."""
        return self._open(wrapped, _ABOUT_KEY + about)

    def _open(self, sealed: bytes, about: bytes) -> bytes:
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise KeyWrong(_("What is stored is too short to have been locked."))
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except InvalidTag:
            raise KeyWrong(_("The key does not open this, or the stored bytes were changed.")) from None


class Coder:
    """Makes many short codes under one key, without setting the key up again for each: HMAC-SHA256 (RFC 2104), its first 16 bytes.

    Who has no key makes a code that holds with a chance of 1 in 2**128 a try (NIST SP 800-107, section 5.3.3).
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))

    def code(self, said: bytes) -> bytes:
        """16 bytes that vouch for `said`."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(said)
        outer.update(inner.digest())
        return outer.digest()[:16]


def lock(data: bytes, *, key: bytes, about: bytes) -> bytes:
    """`Locker.lock` for one value."""
    return Locker(key).lock(data, about=about)


def unlock(locked: bytes, *, key: bytes, about: bytes) -> bytes:
    """`Locker.unlock` for one value. Raises KeyWrong."""
    return Locker(key).unlock(locked, about=about)


def wrap(key: bytes, *, under: bytes, about: bytes) -> bytes:
    """`key` encrypted by the key `under`: 60 bytes."""
    return Locker(under).wrap(key, about=about)


def unwrap(wrapped: bytes, *, under: bytes, about: bytes) -> bytes:
    """The inverse of `wrap`. Raises KeyWrong."""
    return Locker(under).unwrap(wrapped, about=about)


def derive(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869). Knowing it tells nothing of `key`."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"parapet v1 " + purpose.encode()).derive(key)


def blind(key: bytes, value: bytes) -> bytes:
    """32 bytes by which equal values are found again without being stored (HMAC-SHA256)."""
    return hmac.digest(key, value, "sha256")


_LINE = re.compile(rb"parapet-key-v1 ([A-Za-z0-9_-]{43}) ([0-9a-f]{8})\n?")


@frozen
class InstanceKey:
    """The key of this home, in a file of one line: `parapet-key-v1 <base64url secret> <checksum>`.

    The checksum tells a damaged file from the file of another home. `fingerprint` may be stored beside the vault,
    so that the wrong key is recognised before anything is opened with it.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def create(cls, path: Path) -> InstanceKey:
        """Make a key and keep it at `path`, for this user only. Never replaces a file.

        Raises RequestRefused when something is there already, HomeUnwritable when it cannot be written.
        """
        made = cls(new_key())
        made.install(path)
        return made

    @classmethod
    def load(cls, path: Path) -> InstanceKey:
        """Read the key. Raises KeyMissing when there is none, KeyWrong when the file is damaged or something else."""
        try:
            with path.open("rb") as file:
                line = file.read(1_024)
        except FileNotFoundError:
            raise KeyMissing(_("There is no key file here.")) from None
        except OSError as error:
            raise KeyMissing(_("The key file cannot be read (%(reason)s)."), reason=reason_of(error)) from error
        match = _LINE.fullmatch(line)
        if match is None:
            raise KeyWrong(_("This is no Parapet key file, or it was damaged: it should be one line."))
        try:
            secret = base64.urlsafe_b64decode(match[1] + b"=")
        except binascii.Error:
            raise KeyWrong(_("The key file is damaged: its checksum does not agree.")) from None
        if not hmac.compare_digest(_checksum(secret), match[2]):
            raise KeyWrong(_("The key file is damaged: its checksum does not agree."))
        return cls(secret)

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name this key and tell nothing of it."""
        return derive(self.secret, "fingerprint")[:8].hex()

    @property
    def origin(self) -> str:
        """The name of this home's log in its signed notes: it tells nothing of whose home it is."""
        return f"parapet/{self.fingerprint}"

    def _line(self) -> bytes:
        text = base64.urlsafe_b64encode(self.secret).rstrip(b"=")
        return b"parapet-key-v1 %s %s\n" % (text, _checksum(self.secret))

    @property
    def for_backups(self) -> bytes:
        """The key that seals the database in a backup."""
        return derive(self.secret, "backup")

    def install(self, path: Path) -> None:
        """Keep this key at `path` too, as `create` does a new one. Raises RequestRefused, HomeUnwritable."""
        _keep(path, self._line())

    def signing(self) -> Ed25519PrivateKey:
        """The key that signs the log's checkpoints. Always the same for one instance key."""
        return Ed25519PrivateKey.from_private_bytes(derive(self.secret, "log checkpoints"))


def _keep(path: Path, line: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnwritable(_("The key's folder cannot be made (%(reason)s)."), reason=reason_of(error)) from error
    try:
        # O_EXCL also refuses a link that leads elsewhere.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RequestRefused(_("There is a key here already. A new one would not open what it locked.")) from None
    except OSError as error:
        raise HomeUnwritable(_("The key file cannot be written (%(reason)s)."), reason=reason_of(error)) from error
    try:
        _write_durably(handle, line)
        sync_folder(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise HomeUnwritable(_("The key file cannot be written (%(reason)s)."), reason=reason_of(error)) from error


def _checksum(secret: bytes) -> bytes:
    return hashlib.sha256(b"parapet-key-v1 checksum\0" + secret).hexdigest()[:8].encode()


def _write_durably(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
