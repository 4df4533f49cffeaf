"""What is known of whether a version is signed by its source, for screens and documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from parapet.access import opening
from parapet.access.views import SourceCard
from parapet.evidence.keys import Locker
from parapet.records.models import Version

_MAX_DOMAINS = 3


def source_card(version: Version, key: Locker, *, before: int | None = None) -> SourceCard | None:
    """The newest check of a version whose leaf is below `before`; None when there is none. Raises KeyWrong."""
    said = opening.source_bytes(version, key, before=before)
    if not said:
        return None
    check = json.loads(said)
    signed = check["learned"].get("signatures", [])
    best = [one for one in signed if one["result"] == check["result"]]
    return SourceCard(
        method=check["method"],
        result=check["result"],
        at=datetime.strptime(check["checked_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        nearness=best[0]["nearness"] if best else "",
        domains=tuple(dict.fromkeys(one["domain"] for one in best))[:_MAX_DOMAINS],
    )
