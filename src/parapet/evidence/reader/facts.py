"""What a bag says in words that people read, made from the log's leaves alone: writer and checker agree to the byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from parapet.evidence.reader.erased import erased_facts
from parapet.evidence.reader.withheld import WITHHELD

_SHOWN = (
    "at",
    "channel",
    "media_type",
    "sha256",
    "size",
    "content_sha256",
    "face_sha256",
    "source_mark",
    "source_sha256",  # in bags of the first homes
    "member",
    "pointer",
    "offset",
    "length",
)


def item_facts(item: str, versions: list[tuple[int, dict[str, Any], int, bytes]]) -> bytes:
    """The bytes of an item's `item.json`. Each version is (number, leaf, index in the log, leaf hash); the leaf of an erased one is empty."""
    shown = []
    for number, leaf, index, hashed in versions:
        if not leaf:
            shown.append(erased_facts(number, index, hashed))
            continue
        if leaf == WITHHELD:
            shown.append({"version": number, "log_index": index, "leaf_hash": hashed.hex(), "withheld": True})
            continue
        facts = {name: leaf[name] for name in _SHOWN if name in leaf}
        shown.append({"version": number, "log_index": index, "leaf_hash": hashed.hex(), **facts})
    text = json.dumps({"item": item, "versions": shown}, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def title_digest(title: str) -> str:
    """What the leaf of an export holds of the case's title. The leaf's own salt keeps the title from being guessed."""
    return hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()
