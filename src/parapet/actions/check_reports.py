"""Whether the reports of an advocate's messages, and the blocks of those who wrote them, are what the log tells of."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.access import block_steps as blocks
from parapet.access import opening
from parapet.access.report_steps import all_steps
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.evidence.keys import Locker
from parapet.records import models


def broken_reports(advocate: models.Advocate, hers: Locker) -> Iterator[str]:
    """Public names of messages whose reports were changed, moved, added or taken away."""
    entries = models.LogEntry.objects.filter(advocate_number=advocate.number, kind="platform_report")
    rows = models.Report.objects.filter(advocate=advocate)
    numbers = {*entries.values_list("item_number", flat=True), *rows.values_list("item_id", flat=True)}
    for item in models.Item.objects.filter(number__in=[n for n in numbers if n is not None]).order_by("number"):
        try:
            found = all_steps(item, opening.item_key(item, hers))
        except (SealBroken, KeyWrong):
            yield item.id
            continue
        if set(rows.filter(item=item).values_list("number", flat=True)) != set(found):
            yield item.id


def broken_blocks(advocate: models.Advocate, hers: Locker) -> Iterator[str]:
    """Public names of messages whose blocks were changed, moved, added or taken away."""
    entries = models.LogEntry.objects.filter(advocate_number=advocate.number, kind=blocks.KIND)
    rows = models.Block.objects.filter(advocate=advocate)
    numbers = {*entries.values_list("item_number", flat=True), *rows.values_list("item_id", flat=True)}
    for item in models.Item.objects.filter(number__in=[n for n in numbers if n is not None]).order_by("number"):
        try:
            found = blocks.all_steps(item, opening.item_key(item, hers))
        except (SealBroken, KeyWrong):
            yield item.id
            continue
        if set(rows.filter(item=item).values_list("number", flat=True)) != set(found):
            yield item.id
