"""What was erased does not come back by itself: a keyed digest of its name and content stays, and tells nothing of either.

Name and content together, so that somebody who writes new words under the name of an erased message is heard.
"""

from __future__ import annotations

from collections.abc import Collection

from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.models import Tombstone


def mark(name: bytes, content: bytes) -> bytes:
    """The digest for a name's digest and a content's digest."""
    return keyring().digest_once("erased", f"{name.hex()}:{content.hex()}")


def any_stones() -> bool:
    """False in a home where nothing was erased, which spares every import the digests."""
    return Tombstone.objects.exists()


def found(marks: Collection[bytes]) -> dict[bytes, set[int]]:
    """Those of `marks` that were erased, each with the numbers of the advocates of whom."""
    held: dict[bytes, set[int]] = {}
    for digest, advocate in find(Tombstone, ("digest", "advocate_number"), "digest", marks):
        held.setdefault(bytes(digest), set()).add(advocate)
    return held
