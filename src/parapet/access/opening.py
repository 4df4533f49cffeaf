"""Opening what is sealed. Only this room calls it for a person, and logs that it did."""

from __future__ import annotations

from parapet.domain.items import Item as Content
from parapet.evidence.keys import Locker
from parapet.evidence.vault import Slot
from parapet.records.chain import leaf_context
from parapet.records.faces import unpack_item
from parapet.records.keyring import keyring, vault
from parapet.records.models import Advocate, Item, LogEntry, SourceCheck, Version
from parapet.records.naming import face_context, item_key_context, original_context, source_check_context


def locker_of(advocate: Advocate) -> Locker:
    """What opens the keys of this advocate's items; of one whose material is closed, what locks for her, unless somebody is present
    who was let in. Then opening raises KeyClosed."""
    return keyring().advocate(advocate.number, bytes(advocate.wrapped_key))


def item_key(item: Item, advocate: Locker) -> Locker:
    """The key of one item: one that only locks, where its advocate's does. Raises KeyWrong."""
    return advocate.below(bytes(item.wrapped_key), about=item_key_context(item.number))


def face(version: Version, key: Locker) -> Content:
    """The working copy of a version."""
    return unpack_item(face_bytes(version, key))


def face_bytes(version: Version, key: Locker) -> bytes:
    """The working copy as the log's leaf digests it."""
    return key.unlock(bytes(version.sealed_face), about=face_context(version.number))


def original_bytes(version: Version, key: Locker) -> bytes:
    """The bytes exactly as received. Raises KeyWrong when the vault's copy was changed."""
    sealed = vault().read(Slot(version.pack, version.offset, version.length))
    return key.unlock(sealed, about=original_context(version.number))


def leaf_bytes(entry: LogEntry, key: Locker) -> bytes:
    """What a leaf of the log says."""
    return key.unlock(bytes(entry.sealed_leaf), about=leaf_context(entry.index))


def source_bytes(version: Version, key: Locker, *, before: int | None = None) -> bytes:
    """What was last learned of a version's source, as the log (below `before`) holds its digest; b"" when nothing was."""
    rows = SourceCheck.objects.filter(version=version)
    if before is not None:
        rows = rows.filter(log_index__lt=before)
    row = rows.order_by("-log_index").first()
    return key.unlock(bytes(row.sealed), about=source_check_context(version.number, row.log_index)) if row else b""
