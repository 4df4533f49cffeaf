"""The channel of RateMDs."""

from __future__ import annotations

from parapet.channels.contract import Head, Manifest
from parapet.channels.csv_stream import column, header_of
from parapet.channels.ratemds.parse import CATEGORIES, parse


def _recognise(head: Head) -> int:
    names = {column(name) for name in header_of(head.start)}
    categories = len(names & CATEGORIES)
    if "rating id" in names and (categories or "doctor" in names):
        return 90
    return 75 if categories >= 3 and names & {"comment", "review"} else 0


MANIFEST = Manifest("ratemds", "RateMDs", _recognise, parse)
