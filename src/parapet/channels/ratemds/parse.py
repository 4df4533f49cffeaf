"""Rows of ratings: four categories on five points, an anonymous comment, a date without a time.

RateMDs offers no export (ratemds.com/about/faq); the columns are those of monitoring tools, often semicolons, decimal
commas and windows-1252. The date is read as day/month/year, as Canadian tools write it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from parapet.channels.contract import About
from parapet.channels.csv_stream import table
from parapet.channels.text import clean, line, moment, web_address
from parapet.domain.items import Account, Flag, Identifier, IdentifierKind, Item, ItemKind
from parapet.domain.parsed import Found, Parsed, Reason, Refused

#: The four things that RateMDs asks for.
CATEGORIES = frozenset({"staff", "punctuality", "helpfulness", "knowledge"})

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")


def parse(source: BinaryIO, about: About) -> Iterator[Parsed]:
    """One item a row."""
    for each in table(source):
        if isinstance(each, Refused):
            yield each
            continue
        values, row = each
        made = _review(values, row.flags)
        if made is None:
            yield Refused(Reason.BAD_RECORD, row.place, "neither an id nor a comment")
        else:
            yield Found(made, row.raw, row.place, "text/csv")


def _review(values: Mapping[str, str], flags: frozenset[Flag]) -> Item | None:
    def get(*names: str) -> str:
        return next((values[name].strip() for name in names if values.get(name, "").strip()), "")

    text, said = clean(get("comment", "review", "text"))
    doctor, _ = line(get("doctor", "physician", "name"))
    rid, _ = line(get("rating id", "id"))
    url, link = web_address(get("url", "link"))
    if not rid and not text:
        return None
    posted = get("posted", "date")
    marks = {*flags, *said, *link}
    sent_at = _day(posted)
    if sent_at is None:
        marks.add(Flag.IMPLAUSIBLE_TIME)
    place, _ = line(get("location", "clinic", "facility"))
    return Item(
        channel="ratemds",
        uri=url or (f"ratemds:{rid}" if rid else "ratemds:sha256:" + _digest(doctor, posted, text)),
        aliases=(rid,) if rid else (),
        kind=ItemKind.REVIEW,
        author=Account("ratemds"),
        text=text,
        sent_at=sent_at,
        sent_at_as_given=line(posted, 100)[0],
        aimed_at=tuple(
            Identifier(kind, value) for kind, value in ((IdentifierKind.NAME, doctor), (IdentifierKind.PLACE, place)) if value
        ),
        url=url,
        rating=_overall(values),
        flags=marks,
        place=doctor,
    )


def _overall(values: Mapping[str, str]) -> float | None:
    whole = _points(values.get("overall", "") or values.get("rating", ""))
    if whole is not None:
        return whole
    parts = [points for name in CATEGORIES if (points := _points(values.get(name, ""))) is not None]
    return round(sum(parts) / len(parts), 2) if parts else None


def _points(value: str) -> float | None:
    found = re.match(r"([0-5])(?:[.,](\d{1,2}))?$", value.strip())
    points = float(f"{found.group(1)}.{found.group(2) or 0}") if found else 0.0
    return points if 1.0 <= points <= 5.0 else None


def _day(value: str) -> datetime | None:
    found = _DAY.match(value)
    if not found:
        return moment(value)
    day, month, year = (int(part) for part in found.groups())
    if month > 12 >= day:  # an American tool
        day, month = month, day
    try:
        return moment(datetime(year, month, day, tzinfo=UTC).isoformat())
    except ValueError:
        return None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
