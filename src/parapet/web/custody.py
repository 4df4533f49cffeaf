"""Entries of the log in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from django.utils.translation import gettext as _

from parapet.access.views import CustodyLine
from parapet.web import when, words


class Entry(TypedDict):
    what: str
    who: str
    at: str
    iso: str
    index: str


def entries(lines: Iterable[CustodyLine]) -> list[Entry]:
    """Custody as a timeline shows it."""
    return [
        {
            "what": words.word("custody", line.kind) if line.as_written else _("This entry is not as it was written"),
            "who": (line.who or _("the program")) if line.as_written else _("not known"),
            "at": when.exact(line.at),
            "iso": line.at.isoformat(),
            "index": when.number(line.log_index),
        }
        for line in lines
    ]
