"""What the accounts behind messages had sent their advocates before, in one query. Inside a transaction that holds the log.

An account is the same only by what its platform calls it, on the same channel. A name is nobody's: whoever has only a name has no history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from django.db import connection

from parapet.domain.judgement import FAR_BACK, History, Sent, mask_of
from parapet.records.bulk import moment, run, stored_times
from parapet.triage.context import DAY, GRAVE_HARMS, MONTH, WEEK


@frozen
class Contact:
    """A message whose history is asked for. `by_platform`: the platform itself names the account, which is not only a name."""

    item: int
    advocate: int
    sender: int
    channel: str
    sent_at: datetime
    by_platform: bool


def histories(contacts: Sequence[Contact]) -> dict[int, History]:
    """Item to its history, by what the rows of the queue say now: the gravest of what stands for each earlier message.

    Of what waits to be judged, they say only that it came. What is judged as its copies are counts by its own words, which are
    not abusive. Each message costs at most FAR_BACK rows, whatever was sent.
    """
    stored = stored_times()
    asked = [
        (c.item, c.advocate, c.sender, c.channel, *(stored(c.sent_at - span) for span in (timedelta(), DAY, WEEK, MONTH)))
        for c in contacts
    ]
    if not asked:
        return {}
    if connection.vendor == "postgresql":
        rows = run(_POSTGRESQL, [list(column) for column in zip(*asked, strict=True)])
        found = {item: counts for item, *counts in rows}
    else:
        found = {item: json.loads(counts) for item, counts in run(_SQLITE, [json.dumps(asked)])}
    return {c.item: _history(c.by_platform, *found[c.item]) for c in contacts}


def _history(by_platform: bool, messages: int, *counts: Any) -> History:
    """`messages` and `counts` in the order of `_ANSWER`."""
    if not messages:
        return History(by_platform)
    ever, day, week, month = (Sent(*(messages, *counts)[start : start + 3]) for start in range(0, 12, 3))
    first = counts[-1]
    return History(
        by_platform, ever, day, week, month, moment(datetime.fromisoformat(first) if isinstance(first, str) else first)
    )


def _counts(spans: Iterable[str]) -> str:
    """For each span, in SQL: how many, how many abusive, how many grave."""
    grave = mask_of(GRAVE_HARMS)
    kinds = ("", " AND i.severity > 0", f" AND (i.harms & {grave}) <> 0")
    return ", ".join(f"sum(CASE WHEN {span}{kind} THEN 1 ELSE 0 END)" for span in spans for kind in kinds)


_ANSWER = f"{_counts(('1 = 1', 'i.sent_at >= w.day', 'i.sent_at >= w.week', 'i.sent_at >= w.month'))}, min(i.sent_at)"
_EARLIER = f"""
  SELECT e.sent_at, CASE WHEN e.as_copies THEN 0 ELSE e.severity END AS severity, CASE WHEN e.as_copies THEN 0 ELSE e.harms END AS harms
  FROM records_item e
  WHERE e.advocate_id = w.advocate AND e.sender = w.sender AND e.channel = w.channel AND e.sent_at <= w.until AND e.number <> w.item
  ORDER BY e.sent_at DESC, e.number DESC LIMIT {FAR_BACK}"""  # noqa: S608 - our own words
# SQLite knows no LATERAL: there, what is counted comes as one value.
_SQLITE = f"""
WITH w AS MATERIALIZED (
  SELECT json_extract(value, '$[0]') AS item, json_extract(value, '$[1]') AS advocate, json_extract(value, '$[2]') AS sender,
    json_extract(value, '$[3]') AS channel, json_extract(value, '$[4]') AS until, json_extract(value, '$[5]') AS day,
    json_extract(value, '$[6]') AS week, json_extract(value, '$[7]') AS month
  FROM json_each(%s)
)
SELECT w.item, (SELECT json_array({_ANSWER}) FROM ({_EARLIER}) AS i) FROM w
"""  # noqa: S608 - our own words
_POSTGRESQL = f"""
SELECT w.item, s.* FROM unnest(
  %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]
) AS w(item, advocate, sender, channel, until, day, week, month)
CROSS JOIN LATERAL (SELECT {_ANSWER} FROM ({_EARLIER}) AS i) AS s
"""  # noqa: S608 - our own words
