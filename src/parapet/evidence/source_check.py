"""What was learned of a message's source as bytes, and the leaf that holds their digest."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from parapet.domain.source import SourceCheck
from parapet.evidence.canonical import salt
from parapet.evidence.seal import event_body, stamp

# Keys in ASCII and no floats: canonical, as `canonical.leaf` would write it. This runs for every message that comes in.
_encoder = msgspec.json.Encoder(order="sorted")
KIND, FORMAT = "source_check", "parapet-source-v1"


def source_bytes(check: SourceCheck, *, item_id: str, version: int, at: datetime) -> bytes:
    """Canonical JSON, as it lies in a bag: `source.json`. Each time another: it carries its own salt."""
    return _encoder.encode(
        {
            "format": FORMAT,
            "item": item_id,
            "version": version,
            "method": str(check.method),
            "result": str(check.result),
            "checked_at": stamp(at),
            "learned": dict(check.learned),
            # The leaf that holds the digest of all this is shown beside a message that is withheld: it must confirm no guess.
            "salt": salt(),
        }
    )


def source_body(check: SourceCheck, said: bytes, *, item_id: str, version: int, at: datetime) -> dict[str, Any]:
    """The leaf over `said`, which `source_bytes` gave. It holds codes and a digest: no name of anybody."""
    details: dict[str, str | int] = {
        "version": version,
        "method": str(check.method),
        "result": str(check.result),
        "sha256": hashlib.sha256(said).hexdigest(),
    }
    return event_body(kind=KIND, at=at, subjects=[item_id], details=details)
