"""Search in sealed items: each is opened in memory, compared, and closed again. Nothing about words is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from parapet.records.bulk import find
from parapet.records.faces import unpack_written
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Version
from parapet.records.naming import face_context, item_key_context


def folded(text: str) -> str:
    """As people search: without case and accents."""
    text = text.casefold()
    if text.isascii():  # most are, and are folded already
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class Needle:
    """Words to find, all of them, anywhere in text, subject or the author's names, of any version."""

    def __init__(self, advocate: Advocate, words: str) -> None:
        self._words = [w for w in folded(words).split() if w]
        self._locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))

    def found_in(self, wrapped: Mapping[int, bytes]) -> set[int]:
        """Which of these items (number to wrapped key) hold the words."""
        keys = {item: self._locker.below(key, about=item_key_context(item)) for item, key in wrapped.items()}
        hit: set[int] = set()
        for item, version, sealed in find(Version, ("item_id", "number", "sealed_face"), "item_id", keys):
            if item not in hit and self._in(keys[item].unlock(bytes(sealed), about=face_context(version))):
                hit.add(item)
        return hit

    def _in(self, face: bytes) -> bool:
        item = unpack_written(face)
        author = item.author
        text = folded("\n".join((item.text, item.subject, author.handle, author.name, author.native_id, item.url)))
        return all(word in text for word in self._words)
