"""Whether what was learned from corrections still opens, and what the log says is in use is there."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.access.layers import USE, all_said, opened
from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import Locker
from parapet.records import models
from parapet.records.numbers import public


def broken_layers(advocate: models.Advocate, key: Locker) -> Iterator[str]:
    """The name of each layer of hers that does not open; her own when the one in use is not there."""
    there = set()
    for row in models.Layer.objects.filter(advocate=advocate).order_by("number"):
        try:
            there.add(opened(row, key).sha256)
        except (KeyWrong, ValueError):
            yield public("lay", row.number)
    said = next(all_said(advocate), {})
    if said.get("step") == USE and said["sha256"] not in there:
        yield advocate.id
