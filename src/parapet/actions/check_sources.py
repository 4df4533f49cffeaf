"""Whether what was learned of the sources of messages is still what the log holds of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from parapet.access import opening
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.canonical import read_leaf
from parapet.evidence.keys import Locker
from parapet.records import models
from parapet.records.naming import source_check_context
from parapet.records.numbers import public


def broken_checks(keys: Mapping[int, Locker | None], item_of: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """A fault ("source_check" and the item's name) for each check of these versions that does not give its digest.

    keys     item to its key, None where that was destroyed
    item_of  version to its item
    """
    rows = list(models.SourceCheck.objects.filter(version__in=list(item_of)).order_by("id"))
    entries = {e.index: e for e in models.LogEntry.objects.filter(index__in=[row.log_index for row in rows], kind="source_check")}
    for row in rows:
        item = item_of[row.version_id]
        if (key := keys.get(item)) is not None and not _holds(row, entries.get(row.log_index), key):
            yield "source_check", public("itm", item)


def _holds(row: models.SourceCheck, entry: models.LogEntry | None, key: Locker) -> bool:
    if entry is None:
        return False
    try:
        said = key.unlock(bytes(row.sealed), about=source_check_context(row.version_id, row.log_index))
        held = read_leaf(opening.leaf_bytes(entry, key))["details"]["sha256"]
    except (KeyWrong, SealBroken, ValueError, KeyError):
        return False
    return bool(hashlib.sha256(said).hexdigest() == held)
