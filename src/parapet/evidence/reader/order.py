"""The leaves of a bag in the order of the log, and the two that end it: that of the export, and the head of the case.

Both are written in one go with the checkpoint, so that they are the last of the log that was signed. Hence the time and
the title that a bag tells are held by the log as its messages are: an old bag cannot be told to be a newer one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from parapet.evidence.reader.facts import title_digest
from parapet.evidence.reader.files import Blame
from parapet.evidence.reader.layout import CASE
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.notes import read_time
from parapet.evidence.reader.withheld import WITHHELD

#: The event that fixes what belongs to a case, and the one before it.
HEAD, EXPORT = "case_head", "export"
#: The event before the first entry that is earlier because the clock was set back.
CLOCK = "clock"
#: That a witness refused the log, having seen another; and that a person knows, and why it is so.
CONTRADICTION, ACKNOWLEDGE = "contradiction", "acknowledge"
#: These name no subject, and lie in the bag of every case.
EVERY_CASE = (CLOCK, CONTRADICTION, ACKNOWLEDGE)
#: Several workers stamp their entries before they queue for the log: this much disorder is honest.
MAX_DISORDER = timedelta(minutes=5)
_CENTURY_S = 100 * 366 * 86_400


def steps_back(leaves: list[Leaf]) -> list[timedelta]:
    """By how much the clock was set back just before each of `leaves`, as the log itself tells."""
    return [_step(leaf) for leaf in leaves]


def newest_times(moments: Iterable[tuple[int, datetime, timedelta]]) -> tuple[list[int], list[datetime]]:
    """The newest time that the log had reached at each place, by the clock as it was then.

    moments  of each entry, in order: place, time, and by how much the clock was set back just before it

    Times of before a step are taken back with it, and not below the first time after it: whatever the log says of its step,
    what it held before that is no younger than the entry that tells of the step.
    """
    places: list[int] = []
    newest: list[datetime] = []
    for place, at, step in moments:
        places.append(place)
        newest.append(max(at, newest[-1] - step) if newest else at)
    return places, newest


def check_order(leaves: list[Leaf], size: int, case: dict[str, Any], blame: Blame) -> None:
    """Blame what is out of order among `leaves`, sorted by place, of a log of `size`; and another time of export.

    Where the log says that the clock was set back, times may start again earlier, by no more than it says.
    """
    try:
        exported = read_time(case.get("exported_at"))
    except ValueError:
        exported = None
        blame("case.form", CASE)
    latest, previous = None, -1
    steps = steps_back(leaves)
    ahead = sum(steps, timedelta(0))  # of the time of export: what the clock will be set back from here on
    for leaf, step in zip(leaves, steps):  # noqa: B905  Python 3.9 has no strict
        if leaf.place == previous:
            blame("log.twice", leaf.file)
        previous = leaf.place
        if not leaf.body or leaf.body == WITHHELD:  # it has its place, and no time that is shown here
            continue
        at = _time(leaf)
        if at is None:
            blame("leaf.form", leaf.file)
            continue
        ahead -= step
        if latest is not None and at < latest - step - MAX_DISORDER:
            blame("time.order", leaf.file, int((latest - at).total_seconds()))
        if exported is not None and at > exported + ahead + MAX_DISORDER:
            blame("time.after_export", leaf.file)
        latest = at if latest is None or step else max(latest, at)
    if leaves and leaves[-1].place != size - 1:
        blame("log.goes_on", leaves[-1].file)
    if leaves and exported is not None and exported != _time(leaves[-1]):
        blame("time.export", CASE)


def check_export(leaves: list[Leaf], case: dict[str, Any], blame: Blame) -> None:
    """Blame another title than that in the leaf before the head, or the want of such a leaf."""
    head, before = leaves[-1:], leaves[-2:-1]
    if not before or before[0].place != head[0].place - 1 or before[0].body.get("kind") != EXPORT:
        blame("export.missing")
        return
    body, title = before[0].body, case.get("title")
    if body.get("subjects") != [case.get("case")]:
        blame("case.other", before[0].file)
    details = body.get("details")
    stated = details.get("title_sha256") if isinstance(details, dict) else None
    if not isinstance(title, str) or stated != title_digest(title):
        blame("case.title", CASE)


def owner_of(body: dict[str, Any]) -> str:
    """What a leaf belongs to: its item, or what it names first."""
    subjects = body.get("subjects")
    owner = subjects[0] if isinstance(subjects, list) and subjects else body.get("item")
    return owner if isinstance(owner, str) else ""


def _step(leaf: Leaf) -> timedelta:
    details = leaf.body.get("details")
    back_s = details.get("seconds_back") if leaf.body.get("kind") == CLOCK and isinstance(details, dict) else 0
    return timedelta(seconds=back_s) if isinstance(back_s, int) and 0 < back_s < _CENTURY_S else timedelta(0)


def _time(leaf: Leaf) -> datetime | None:
    try:
        return read_time(leaf.body.get("at"))
    except ValueError:
        return None
