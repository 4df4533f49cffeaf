"""The channel of Google reviews."""

from __future__ import annotations

import re

from parapet.channels.contract import Head, Manifest
from parapet.channels.csv_stream import column, header_of
from parapet.channels.google_reviews.parse import parse


def _recognise(head: Head) -> int:
    if re.match(rb"(?:\xef\xbb\xbf)?\s*[\[{]", head.start):
        found = b'"reviewId"' in head.start and (b'"starRating"' in head.start or b'"reviewer"' in head.start)
        return 85 if found else 0
    names = {column(name) for name in header_of(head.start)}
    if not names & {"reviewid", "review id"}:
        return 0
    return 90 if names & {"starrating", "reviewer.displayname", "locationname"} else 60 if "comment" in names else 0


MANIFEST = Manifest("google_reviews", "Google", _recognise, parse)
