"""The columns of judgement of an item's row, from what stands for its versions; and the counts with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from django.db import connection

from parapet.actions.tallies import STANDING, Key, Standing, add, judged, surfaced
from parapet.domain.judgement import BY_OTHERS, Assessment, Severity, Urgency, mask_of
from parapet.records import models
from parapet.records.bulk import find

#: By the ordinal of each version that is judged, what stands for it.
Stands = Mapping[int, Assessment]


def labels(judgement: Assessment) -> dict[str, str | int | list[str]]:
    """What a judgement says, in codes."""
    return {
        "severity": judgement.severity.code,
        "urgency": judgement.urgency.code,
        "harms": sorted(judgement.harms),
        "abstain": int(judgement.abstain),
    }


def standings(items: Collection[int]) -> dict[int, Standing]:
    """The rows of these items. The log's head is locked: nobody else changes what they say until this transaction ends."""
    return {s.number: s for s in (Standing(*row) for row in find(models.Item, STANDING, "number", items))}


def settle(rows: Mapping[int, Standing], stands: Mapping[int, Stands]) -> None:
    """Let each row say what stands for its item's versions, and the counts follow. Inside the transaction of the change."""
    changes: Counter[Key] = Counter()
    for number, row in rows.items():
        changes.subtract(judged(row))
        was_own = row.own
        _say(row, stands[number])
        if row.own != was_own:
            changes.update(surfaced(row))
        changes.update(judged(row))
    _write(rows)
    add(changes)


def _say(row: Standing, stands: Stands) -> None:
    """The row shows the gravest version: an edit must not hide what was first said. The rest is the newest's."""
    row.severity = max(int(each.severity) for each in stands.values())
    row.urgency = max(int(each.urgency) for each in stands.values())
    row.harms = 0
    for each in stands.values():
        row.harms |= mask_of(each.harms)
    row.as_copies = row.harms > 0 and all(not BY_OTHERS.isdisjoint(each.reason) for each in stands.values() if each.harms)
    newest = stands[max(stands)]
    row.abstain = newest.abstain
    row.lang = (newest.lang or row.lang)[:8]
    row.assessed = True
    # So grave that it is shown in the queue though in the advocate's own name: somebody may have written it in her place.
    grave = row.severity >= Severity.MEDIUM or row.urgency >= Urgency.SAME_DAY
    row.own = bool(row.in_own_name) and not grave


def _write(rows: Mapping[int, Standing]) -> None:
    """One statement for many rows: an order of magnitude quicker than `bulk_update`."""
    said = [
        (i.own, i.assessed, i.abstain, i.severity, i.urgency, i.harms, i.as_copies, i.lang, i.severity, i.urgency, i.number)
        for i in rows.values()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            # What is graver than when somebody was done with it needs a person again.
            "UPDATE records_item SET own=%s, assessed=%s, abstain=%s, severity=%s, urgency=%s, harms=%s, as_copies=%s, lang=%s, "
            "sorted_at=CASE WHEN severity < %s OR urgency < %s THEN NULL ELSE sorted_at END WHERE number=%s",
            said,
        )
