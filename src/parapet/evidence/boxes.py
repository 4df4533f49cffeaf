"""Locking for somebody who is not there: what is sealed with a public key, only the key behind it opens.

Every key of 32 bytes has a pair (X25519, RFC 7748) that follows from it, so that no private half is stored anywhere. A box is made
with a pair of its maker's own, used for no one else: both public halves go into the derived key (HKDF-SHA256), and what a value is
about is bound to it as under any other key.

    "pbx1" <maker's public half, 32> <code, 16> <nonce, 12> <ciphertext> <tag, 16>     a value or a key in a box
    "pky1" <public half, 32> <code, 16> <a key, wrapped or in a box>                   a key that others lock under who cannot open it

The codes are made by the home. Without that of a key's public half, whoever writes rows could have what comes later sealed for
herself; without that of a box's maker, she could put words of her own into boxes that open.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Coder, Locker, derive

PUBLIC_BYTES = 32
CODE_BYTES = 16
_BOX, _KEY = b"pbx1", b"pky1"
_BOX_HEAD = len(_BOX) + PUBLIC_BYTES + CODE_BYTES
_KEY_HEAD = len(_KEY) + PUBLIC_BYTES + CODE_BYTES
#: Makers of whom the agreed key is remembered; one maker seals a whole batch.
_REMEMBERED = 1_024


def public_of(key: bytes) -> bytes:
    """The public half of the pair that follows from `key`: 32 bytes, which tell nothing of it."""
    return _pair_of(key).public_key().public_bytes_raw()


class Sealer(Locker):
    """Locks with a public key, and opens nothing: that raises KeyClosed.

    public  32 bytes
    vouch   makes the codes over the public halves of keys that are wrapped
    """

    __slots__ = ("_head", "_vouch", "public")
    closed = True

    def __init__(self, public: bytes, vouch: Coder) -> None:
        maker = X25519PrivateKey.generate()
        mine = maker.public_key().public_bytes_raw()
        super().__init__(_agreed(maker, mine, public, public))
        self.public, self._vouch, self._head = public, vouch, _BOX + mine + _maker_code(mine, public, vouch)

    def lock(self, data: bytes, *, about: bytes) -> bytes:
        return self._head + super().lock(data, about=about)

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        return _key_head(key, about, self._vouch) + self._head + super().wrap(key, about=about)

    def below(self, wrapped: bytes, *, about: bytes) -> Locker:
        """What locks under the key that is wrapped, and opens nothing. Raises KeyWrong when its public half is not vouched for,
        KeyClosed when it has none."""
        if not wrapped.startswith(_KEY):
            raise KeyClosed
        public, code = wrapped[len(_KEY) : _KEY_HEAD - CODE_BYTES], wrapped[_KEY_HEAD - CODE_BYTES : _KEY_HEAD]
        if not hmac.compare_digest(code, _code(public, about, self._vouch)):
            raise KeyWrong(_("The key does not open this, or the stored bytes were changed."))
        return Sealer(public, self._vouch)

    def _open(self, sealed: bytes, about: bytes) -> bytes:
        raise KeyClosed


class Opener(Locker):
    """Locks under the first of `keys`, and opens what any of them locked, and what is in a box for any of them."""

    __slots__ = ("_agreed", "_lockers", "_pairs", "_vouch")

    def __init__(self, keys: Sequence[bytes], vouch: Coder) -> None:
        super().__init__(keys[0])
        self._lockers = [Locker(key) for key in keys]
        self._pairs = [_pair_of(key) for key in keys]
        self._vouch = vouch
        self._agreed: dict[tuple[int, bytes], AESGCM] = {}

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        return _key_head(key, about, self._vouch) + super().wrap(key, about=about)

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        if wrapped.startswith(_KEY):
            try:
                return super().unwrap(wrapped[_KEY_HEAD:], about=about)
            except KeyWrong:
                pass  # a wrapped key of the plain form may begin with the same letters, once in four thousand million
        return super().unwrap(wrapped, about=about)

    def below(self, wrapped: bytes, *, about: bytes) -> Locker:
        return Opener((self.unwrap(wrapped, about=about),), self._vouch)

    def _open(self, sealed: bytes, about: bytes) -> bytes:
        if sealed.startswith(_BOX) and len(sealed) >= _BOX_HEAD + NONCE_BYTES + TAG_BYTES:
            head, body = sealed[len(_BOX) : _BOX_HEAD], sealed[_BOX_HEAD:]
            for index in range(len(self._pairs)):
                try:
                    return self._cipher_of(index, head).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], about)
                except (InvalidTag, KeyWrong):
                    continue
        for locker in self._lockers:
            try:
                return locker._open(sealed, about)
            except KeyWrong:
                continue
        raise KeyWrong(_("The key does not open this, or the stored bytes were changed."))

    def _cipher_of(self, index: int, head: bytes) -> AESGCM:
        """What opens the boxes of one maker for one of the keys. Raises KeyWrong when the home did not make it."""
        cipher = self._agreed.get((index, head))
        if cipher is None:
            maker, code = head[:PUBLIC_BYTES], head[PUBLIC_BYTES:]
            pair = self._pairs[index]
            taker = pair.public_key().public_bytes_raw()
            if not hmac.compare_digest(code, _maker_code(maker, taker, self._vouch)):
                raise KeyWrong(_("The key does not open this, or the stored bytes were changed."))
            if len(self._agreed) >= _REMEMBERED:
                self._agreed.clear()
            cipher = self._agreed[index, head] = AESGCM(_agreed(pair, maker, taker, maker))
        return cipher


def between(own: bytes, other: bytes) -> Locker:
    """What two people lock and open with, and nobody else: each makes it of her own key and the other's public half.

    No home can make it, whatever it vouches for; so the two compare the halves by another way. With her own public half it is hers alone.
    Raises KeyWrong for a half with which everybody would agree on the same.
    """
    pair = _pair_of(own)
    try:
        shared = pair.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise KeyWrong(_("This is no public key.")) from None
    halves = b"".join(sorted((pair.public_key().public_bytes_raw(), other)))
    return Locker(HKDF(SHA256(), KEY_BYTES, salt=None, info=b"parapet v1 between\0" + halves).derive(shared))


def _pair_of(key: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(derive(key, "sealing pair"))


def _agreed(mine: X25519PrivateKey, maker: bytes, taker: bytes, other: bytes) -> bytes:
    """The key that `mine` and the public half `other` agree on, for boxes from `maker` to `taker`. Raises KeyWrong for a half
    with which everybody would agree on the same."""
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise KeyWrong(_("This is no public key.")) from None
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"parapet v1 box\0" + maker + taker).derive(shared)


def _key_head(key: bytes, about: bytes, vouch: Coder) -> bytes:
    public = public_of(key)
    return _KEY + public + _code(public, about, vouch)


def _code(public: bytes, about: bytes, vouch: Coder) -> bytes:
    return vouch.code(b"sealing key\0" + public + about)


def _maker_code(maker: bytes, taker: bytes, vouch: Coder) -> bytes:
    return vouch.code(b"box\0" + maker + taker)
