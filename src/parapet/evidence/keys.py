"""Keys: one random key for each item, wrapped by the advocate's, wrapped by the instance's.

Destroying a key erases what it locked, while the log keeps the leaf. Everything is AES-256-GCM with a random
96-bit nonce in front, so one key must not lock more than 2**32 values (NIST SP 800-38D, section 8.3).

What is locked is bound to what it is *about*: a name known to both sides that is not stored with it ("item 17's
author"). Bytes moved to another row then no longer open, though key and bytes are both genuine.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parapet.domain.errors import KeyLocked, KeyWrong, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import keyfile

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
    #: True for one that locks and cannot open (`evidence/boxes.py`).
    closed = False

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

    def below(self, wrapped: bytes, *, about: bytes) -> Locker:
        """What locks and opens under the key that is wrapped here. Raises KeyWrong."""
        return Locker(self.unwrap(wrapped, about=about))

    def _open(self, sealed: bytes, about: bytes) -> bytes:
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise KeyWrong(_("What is stored is too short to have been locked."))
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except InvalidTag:
            raise KeyWrong(_("The key does not open this, or the stored bytes were changed.")) from None


class Coder:
    """HMAC-SHA256 (RFC 2104) of many short values under one key, without setting the key up again for each."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))

    def code(self, said: bytes) -> bytes:
        """16 bytes that vouch for `said`: without the key, a try holds once in 2**128 (NIST SP 800-107, section 5.3.3)."""
        return self.digest(said)[:16]

    def digest(self, value: bytes) -> bytes:
        """All 32 bytes, by which equal values are found again without being stored."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value)
        outer.update(inner.digest())
        return outer.digest()


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


#: More changes of the keys than anybody makes; a recovery sheet of so many still has a few pages.
MAX_GENERATIONS = 99
_UNSETTLED = 1


@frozen
class InstanceKey:
    """The secrets of this home. `secret` is there from the beginning and stays: digests, the log's signature and its name.

    later      what the keys of the home were changed to, oldest first: the secrets of generations 2, 3, ...
    unsettled  a change is under way: rows may still be under an earlier generation

    What is locked and wrapped is under the newest generation; the earlier ones open old backups. The first generation is
    `secret` itself. `evidence/keyfile.py` keeps all this in a file.
    """

    secret: bytes = field(repr=False)
    later: tuple[bytes, ...] = field(default=(), repr=False)
    unsettled: bool = field(default=False, eq=False)

    @classmethod
    def create(cls, path: Path) -> InstanceKey:
        """Make a key and keep it at `path` in the clear, for this user only. Never replaces a file.

        Raises RequestRefused when something is there already, HomeUnwritable when it cannot be written.
        """
        made = cls(new_key())
        made.install(path)
        return made

    @classmethod
    def load(cls, path: Path) -> InstanceKey:
        """Read a key that is in the clear. `settings.unlocking` reads the others.

        Raises KeyMissing when there is none, KeyWrong when the file is damaged or something else, KeyLocked.
        """
        stored = keyfile.read(path)
        if stored.locked:
            raise KeyLocked(_("The key file is locked."))
        return cls.from_bytes(stored.opened(b""))

    @classmethod
    def from_bytes(cls, body: bytes) -> InstanceKey:
        """The inverse of `to_bytes`; 32 bytes alone are the secret, as the first form of the file had it. Raises KeyWrong."""
        if len(body) == KEY_BYTES:
            return cls(body)
        flags, count, secrets = *body[:2].ljust(2, b"\xff"), body[2:]
        parts = [secrets[i : i + KEY_BYTES] for i in range(0, len(secrets), KEY_BYTES)]
        if flags > _UNSETTLED or not 1 <= count <= MAX_GENERATIONS or len(secrets) != count * KEY_BYTES:
            raise KeyWrong(_("This key file was written by a newer Parapet: install that one first."))
        return cls(parts[0], tuple(parts[1:]), bool(flags))

    def to_bytes(self) -> bytes:
        """A byte that says whether a change is under way, one for how many generations, and their secrets."""
        return bytes([_UNSETTLED * self.unsettled, self.generation]) + self.secret + b"".join(self.later)

    @property
    def generation(self) -> int:
        """The newest one's number: 1, and one more for each change of the keys."""
        return 1 + len(self.later)

    def secret_of(self, generation: int) -> bytes:
        """The secret of a generation. Raises KeyWrong when it is newer than this key file."""
        if not 1 <= generation <= self.generation:
            raise KeyWrong(
                _("This is under generation %(wanted)s of the keys; the key here ends at %(found)s: use a newer copy of it."),
                wanted=generation,
                found=self.generation,
            )
        return (self.secret, *self.later)[generation - 1]

    def renewed(self) -> InstanceKey:
        """With a new generation, not settled yet. Raises RequestRefused when there are too many."""
        if self.generation == MAX_GENERATIONS:
            raise RequestRefused(_("The keys of this home were changed as often as they can be."))
        return evolve(self, later=(*self.later, new_key()), unsettled=True)

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name this home's key, whatever its generation, and tell nothing of it."""
        return derive(self.secret, "fingerprint")[:8].hex()

    @property
    def origin(self) -> str:
        """The name of this home's log in its signed notes: it tells nothing of whose home it is."""
        return f"parapet/{self.fingerprint}"

    @property
    def for_backups(self) -> bytes:
        """The key that seals the database in a backup made now."""
        return self.backup_key(self.generation)

    def backup_key(self, generation: int) -> bytes:
        """The key that seals the database in a backup of that generation. Raises KeyWrong."""
        return derive(self.secret_of(generation), "backup")

    def install(self, path: Path) -> None:
        """Keep this key at `path` too, in the clear, as `create` does a new one. Raises RequestRefused, HomeUnwritable."""
        keyfile.keep(path, keyfile.line_of(self.to_bytes(), keyfile.IN_THE_CLEAR))

    def signing(self) -> Ed25519PrivateKey:
        """The key that signs the log's checkpoints. Always the same for one home."""
        return Ed25519PrivateKey.from_private_bytes(derive(self.secret, "log checkpoints"))
