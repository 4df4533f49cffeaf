"""The keys of this home, opened once a process: what records use to seal, to open and to find again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from django.conf import settings

from parapet.domain.errors import KeyClosed, KeyWrong
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.boxes import Opener, Sealer, public_of
from parapet.evidence.keys import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Coder, InstanceKey, Locker, derive, new_key
from parapet.evidence.vault import Vault
from parapet.records import presence
from parapet.records.keylock import InUse
from parapet.settings.unlocking import instance_key

#: How the row of a closed advocate begins, and what is added to the name that it is bound to.
CLOSED, _CLOSED = b"pcl1", b":closed"
#: The same of one who closed her material, and opened it to the home again: its items and cases keep their forms.
AGAIN, _AGAIN = b"pop1", b":opened again"
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES


class Generation:
    """What one generation of the home's keys locks and wraps with."""

    def __init__(self, secret: bytes) -> None:
        self.home = Locker(derive(secret, "home values"))
        self.wrapping = Locker(derive(secret, "advocate keys"))


class Keyring:
    """Everything that the instance key opens.

    Values of the home itself (names of persons, profiles, paths, keys of sources) are locked under a key derived
    from its newest generation. An advocate's key is random, wrapped by another derived key, and wraps the random keys of
    her items. Digests use one derived key for each domain, so that a handle and a URI of the same letters do not agree;
    they are of the secret that stays, for what is only found again by its digest cannot be digested anew.

    While a change of the keys is under way, what an earlier generation locked still opens. Afterwards it does not: who has
    an old key file could otherwise make rows that are believed.
    """

    def __init__(self, instance: InstanceKey, in_use: InUse | None = None) -> None:
        self.instance, self.in_use = instance, in_use
        newest = Generation(instance.secret_of(instance.generation))
        self._home, self._wrapping = newest.home, newest.wrapping
        earlier = range(instance.generation - 1, 0, -1) if instance.unsettled else ()
        self._earlier = [Generation(instance.secret_of(number)) for number in earlier]
        self._domains: dict[str, Coder] = {}
        self._advocates: dict[int, tuple[bytes, Locker]] = {}
        #: Vouches for public halves of keys and for makers of boxes (`evidence/boxes.py`).
        self.boxes = Coder(derive(instance.secret, "boxes"))
        #: Vouches for what stands in the clear beside the log's leaves (`records/vouching.py`).
        self.log_rows = Coder(derive(instance.secret, "log rows"))
        # A thread's root and a busy account are digested for every message of theirs.
        self._digest = lru_cache(maxsize=16_384)(self.digest_once)

    def lock(self, data: bytes, *, about: bytes) -> bytes:
        """`data` sealed under the home's key."""
        return self._home.lock(data, about=about)

    def unlock(self, sealed: bytes, *, about: bytes) -> bytes:
        """The inverse of `lock`. Raises KeyWrong."""
        try:
            return self._home.unlock(sealed, about=about)
        except KeyWrong:
            return _first([g.home.unlock for g in self._earlier], sealed, about)

    def lock_text(self, text: str, *, about: bytes) -> bytes:
        """`lock` for words."""
        return self.lock(text.encode("utf-8", "surrogatepass"), about=about)

    def unlock_text(self, sealed: bytes, *, about: bytes) -> str:
        """The inverse of `lock_text`."""
        return self.unlock(sealed, about=about).decode("utf-8", "surrogatepass")

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        """A key of the home's own (a source's) wrapped: 60 bytes."""
        return self._home.wrap(key, about=about)

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        """The inverse of `wrap`. Raises KeyWrong."""
        try:
            return self._home.unwrap(wrapped, about=about)
        except KeyWrong:
            return _first([g.home.unwrap for g in self._earlier], wrapped, about)

    def new_advocate_key(self, number: int) -> bytes:
        """A fresh key for the advocate of this number, wrapped for her row."""
        return self.wrap_advocate_key(number, new_key())

    def advocate(self, number: int, wrapped: bytes) -> Locker:
        """What wraps and unwraps the keys of this advocate's items. Kept open for the process while the home's key opens it.

        Of one who closed her material (`actions/close_material.py`) it opens where somebody is present who was let in
        (`records/presence.py`); elsewhere it locks, and opening raises KeyClosed.
        """
        if is_closed(wrapped):
            return self._closed(number, wrapped)
        held = self._advocates.get(number)
        if held is None or held[0] != wrapped:
            keys = self.advocate_keys(number, wrapped)
            held = self._advocates[number] = wrapped, Opener(keys, self.boxes) if is_open_again(wrapped) else Locker(keys[0])
        return held[1]

    def _closed(self, number: int, wrapped: bytes) -> Locker:
        generation, public = self.closed_to(number, wrapped)
        ring = presence.ring_of(number, generation, self.boxes)
        if ring is None:
            return Sealer(public, self.boxes)
        if public_of(ring.keys[0]) != public:
            raise KeyWrong(_("What comes in is not sealed for the key of who was let in: a row was changed."))
        return ring.opener

    def closed_to(self, number: int, wrapped: bytes) -> tuple[int, bytes]:
        """The generation of a closed advocate's key, and the public half for which what comes in is sealed. Raises KeyWrong."""
        sealed, about = wrapped[len(CLOSED) :], _closed_advocate(number)
        try:
            told = self._wrapping.unlock(sealed, about=about)
        except KeyWrong:
            told = _first([g.wrapping.unlock for g in self._earlier], sealed, about)
        return int.from_bytes(told[:4], "big"), told[4:]

    def close_to(self, number: int, generation: int, public: bytes) -> bytes:
        """What stands in the row of an advocate in place of her wrapped key once she closed: the inverse of `closed_to`."""
        return CLOSED + self._wrapping.lock(generation.to_bytes(4, "big") + public, about=_closed_advocate(number))

    def forget_advocate(self, number: int) -> None:
        """Keep the key of an advocate who was erased no longer."""
        self._advocates.pop(number, None)

    def advocate_key(self, number: int, wrapped: bytes) -> bytes:
        """The key itself, for who wraps it anew. Raises KeyClosed for one that the home's key does not open."""
        return self.advocate_keys(number, wrapped)[0]

    def advocate_keys(self, number: int, wrapped: bytes) -> tuple[bytes, ...]:
        """That, and the earlier ones of who opened to the home again what she had closed: the newest first. Raises as `advocate_key`."""
        if is_closed(wrapped):
            raise KeyClosed
        again = is_open_again(wrapped)
        sealed, about = (wrapped[len(AGAIN) :], _advocate(number) + _AGAIN) if again else (wrapped, _advocate(number))
        wrapping = [self._wrapping, *(g.wrapping for g in self._earlier)]
        held = _first([each.unlock if again else each.unwrap for each in wrapping], sealed, about)
        return tuple(held[at : at + KEY_BYTES] for at in range(0, len(held), KEY_BYTES))

    def open_again(self, number: int, keys: Sequence[bytes]) -> bytes:
        """What stands in the row of an advocate who opened to the home again what she had closed: the inverse of `advocate_keys`."""
        return AGAIN + self._wrapping.lock(b"".join(keys), about=_advocate(number) + _AGAIN)

    def wrap_advocate_key(self, number: int, key: bytes) -> bytes:
        """`key` wrapped for the row of the advocate of this number."""
        return self._wrapping.wrap(key, about=_advocate(number))

    def digest(self, domain: str, value: str) -> bytes:
        """32 bytes by which `value` is found again within `domain` and tell nothing of it."""
        return self._digest(domain, value)

    def digest_once(self, domain: str, value: str) -> bytes:
        """`digest` for values that do not come again."""
        coder = self._domains.get(domain)
        if coder is None:
            coder = self._domains[domain] = Coder(derive(self.instance.secret, f"digest {domain}"))
        return coder.digest(value.encode("utf-8", "surrogatepass"))

    def number(self, domain: str, value: str) -> int:
        """The first 63 bits of `digest`, for columns that are compared and counted but need not be beyond doubt."""
        return int.from_bytes(self.digest(domain, value)[:8], "big") >> 1

    def number_once(self, domain: str, value: str) -> int:
        """`number` for values that do not come again."""
        return int.from_bytes(self.digest_once(domain, value)[:8], "big") >> 1


def _first(ways: list[Callable[..., bytes]], sealed: bytes, about: bytes) -> bytes:
    """By the first of `ways` that opens it. Raises KeyWrong when none does."""
    for open_it in ways:
        try:
            return open_it(sealed, about=about)
        except KeyWrong:
            continue
    raise KeyWrong(_("The key does not open this, or the stored bytes were changed."))


def is_closed(wrapped: bytes) -> bool:
    """True for what stands in the row of an advocate whose key the home's does not open. A wrapped key is shorter."""
    return wrapped.startswith(CLOSED) and len(wrapped) > WRAPPED_BYTES


def is_open_again(wrapped: bytes) -> bool:
    """True for what stands in the row of an advocate who opened to the home again what she had closed. A wrapped key is shorter."""
    return wrapped.startswith(AGAIN) and len(wrapped) > WRAPPED_BYTES


def relock_advocate(new: Locker, plain: bytes, *, about: bytes) -> bytes:
    """The row's value under another generation of the home's keys, of what `reopen_advocate` gave."""
    if len(plain) == KEY_BYTES:
        return new.wrap(plain, about=about)
    if plain.startswith(AGAIN):  # no generation is so high
        return AGAIN + new.lock(plain[len(AGAIN) :], about=about + _AGAIN)
    return CLOSED + new.lock(plain, about=about + _CLOSED)


def reopen_advocate(old: Locker, wrapped: bytes, *, about: bytes) -> bytes:
    """What an advocate's row holds under the home's key: her key; to whom it is closed (4 bytes more); or, marked, all her keys."""
    if is_open_again(wrapped):
        return AGAIN + old.unlock(wrapped[len(AGAIN) :], about=about + _AGAIN)
    return old.unlock(wrapped[len(CLOSED) :], about=about + _CLOSED) if is_closed(wrapped) else old.unwrap(wrapped, about=about)


def _advocate(number: int) -> bytes:
    return f"advocate:{number}".encode()


def _closed_advocate(number: int) -> bytes:
    return _advocate(number) + _CLOSED


@cache
def keyring() -> Keyring:
    """The keys of the home that this process serves. Raises KeyMissing, KeyWrong, KeyLocked; HomeBusy while they are changed."""
    environment = settings.ENVIRONMENT
    in_use = InUse(environment.run)  # first: what is read afterwards stays true
    return Keyring(instance_key(environment), in_use)


@cache
def vault() -> Vault:
    """The vault of the home that this process serves."""
    return Vault(settings.ENVIRONMENT.vault)
