"""The keys of this home, opened once a process: what records use to seal, to open and to find again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from django.conf import settings

from parapet.domain.errors import KeyWrong
from parapet.domain.errors import gettext_noop as _
from parapet.evidence.keys import Coder, InstanceKey, Locker, derive, new_key
from parapet.evidence.vault import Vault
from parapet.records.keylock import InUse
from parapet.settings.unlocking import instance_key


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
        self._advocates: dict[int, Locker] = {}
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
        """What wraps and unwraps the keys of this advocate's items. Kept open for the process."""
        locker = self._advocates.get(number)
        if locker is None:
            locker = self._advocates[number] = Locker(self.advocate_key(number, wrapped))
        return locker

    def forget_advocate(self, number: int) -> None:
        """Keep the key of an advocate who was erased no longer."""
        self._advocates.pop(number, None)

    def advocate_key(self, number: int, wrapped: bytes) -> bytes:
        """The key itself, for who wraps it anew."""
        try:
            return self._wrapping.unwrap(wrapped, about=_advocate(number))
        except KeyWrong:
            return _first([g.wrapping.unwrap for g in self._earlier], wrapped, _advocate(number))

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


def _advocate(number: int) -> bytes:
    return f"advocate:{number}".encode()


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
