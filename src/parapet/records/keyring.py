"""The keys of this home, opened once a process: what records use to seal, to open and to find again."""

from __future__ import annotations

from functools import cache, lru_cache

from django.conf import settings

from parapet.evidence.keys import Coder, InstanceKey, Locker, blind, derive, new_key
from parapet.evidence.vault import Vault


class Keyring:
    """Everything that the instance key opens.

    Values of the home itself (names of persons, profiles, paths, keys of sources) are locked under a key derived
    from it. An advocate's key is random, wrapped by another derived key, and wraps the random keys of her items.
    Digests use one derived key for each domain, so that a handle and a URI of the same letters do not agree.
    """

    def __init__(self, instance: InstanceKey) -> None:
        self.instance = instance
        self._home = Locker(derive(instance.secret, "home values"))
        self._wrapping = Locker(derive(instance.secret, "advocate keys"))
        self._domains: dict[str, bytes] = {}
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
        return self._home.unlock(sealed, about=about)

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
        return self._home.unwrap(wrapped, about=about)

    def new_advocate_key(self, number: int) -> bytes:
        """A fresh key for the advocate of this number, wrapped for her row."""
        return self._wrapping.wrap(new_key(), about=_advocate(number))

    def advocate(self, number: int, wrapped: bytes) -> Locker:
        """What wraps and unwraps the keys of this advocate's items. Kept open for the process."""
        locker = self._advocates.get(number)
        if locker is None:
            locker = self._advocates[number] = Locker(self._wrapping.unwrap(wrapped, about=_advocate(number)))
        return locker

    def forget_advocate(self, number: int) -> None:
        """Keep the key of an advocate who was erased no longer."""
        self._advocates.pop(number, None)

    def digest(self, domain: str, value: str) -> bytes:
        """32 bytes by which `value` is found again within `domain` and tell nothing of it."""
        return self._digest(domain, value)

    def digest_once(self, domain: str, value: str) -> bytes:
        """`digest` for values that do not come again."""
        key = self._domains.get(domain)
        if key is None:
            key = self._domains[domain] = derive(self.instance.secret, f"digest {domain}")
        return blind(key, value.encode("utf-8", "surrogatepass"))

    def number(self, domain: str, value: str) -> int:
        """The first 63 bits of `digest`, for columns that are compared and counted but need not be beyond doubt."""
        return int.from_bytes(self.digest(domain, value)[:8], "big") >> 1

    def number_once(self, domain: str, value: str) -> int:
        """`number` for values that do not come again."""
        return int.from_bytes(self.digest_once(domain, value)[:8], "big") >> 1


def _advocate(number: int) -> bytes:
    return f"advocate:{number}".encode()


@cache
def keyring() -> Keyring:
    """The keys of the home that this process serves. Raises KeyMissing, KeyWrong."""
    return Keyring(InstanceKey.load(settings.ENVIRONMENT.key_file))


@cache
def vault() -> Vault:
    """The vault of the home that this process serves."""
    return Vault(settings.ENVIRONMENT.vault)
