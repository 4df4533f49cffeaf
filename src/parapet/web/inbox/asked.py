"""What the address of an inbox asks for: filters from and to a query string. What makes no sense is passed over.

Words stand in no address: there, `search` names what `searches` holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from parapet.access.views import Filters
from parapet.domain.judgement import Harm, Severity, Urgency

MAX_WORDS = 200
_NAME = re.compile(r"[A-Za-z0-9_-]{1,24}\Z")
_ITEM = re.compile(r"itm_[0-9a-z]{13}\Z")
_SENDER = re.compile(r"snd_[0-9a-z]{13}\Z")
Level = TypeVar("Level", bound=IntEnum)


def filters(query: QueryDict, words: str = "") -> Filters:
    """The filters that a query string or a form names, and `words` to search for."""
    until = _day(query.get("until", ""))
    return Filters(
        channel=_matching(query.get("channel", ""), _NAME),
        harm=next((harm for harm in Harm if harm == query.get("harm")), None),
        severity=_level(Severity, query.get("severity", "")),
        urgency=_level(Urgency, query.get("urgency", "")),
        lang=_matching(query.get("lang", ""), _NAME),
        sender=_matching(query.get("sender", "").strip().lower(), _SENDER),
        since=_midnight(_day(query.get("since", ""))),
        until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        words=words,
        unsure=query.get("unsure") == "1",
        own=query.get("own") == "1",
        around=_matching(query.get("around", ""), _ITEM),
    )


def words(form: QueryDict) -> str:
    """What a form asks to search for, without the spaces that nobody meant."""
    return " ".join(form.get("words", "").replace("\0", "").split())[:MAX_WORDS]


def query(asked: Filters, search: str = "") -> dict[str, str]:
    """The other way round: what a link or a form must carry to ask the same again. `search` names the words."""
    said = {
        "channel": asked.channel,
        "harm": asked.harm.value if asked.harm else "",
        "severity": asked.severity.code if asked.severity is not None else "",
        "urgency": asked.urgency.code if asked.urgency is not None else "",
        "lang": asked.lang,
        "sender": asked.sender,
        "since": timezone.localtime(asked.since).date().isoformat() if asked.since else "",
        "until": (timezone.localtime(asked.until).date() - timedelta(days=1)).isoformat() if asked.until else "",
        "search": search if asked.words else "",
        "unsure": "1" if asked.unsure else "",
        "own": "1" if asked.own else "",
        "around": asked.around,
    }
    return {name: value for name, value in said.items() if value}


def link(asked: Mapping[str, str], **more: str) -> str:
    """A query string with its question mark. `more` replaces what is asked; an empty value takes it away."""
    return "?" + urlencode({name: value for name, value in {**asked, **more}.items() if value})


def _matching(value: str, pattern: re.Pattern[str]) -> str:
    return value if pattern.match(value) else ""


def _level(levels: type[Level], code: str) -> Level | None:
    return next((level for level in levels if level.name.lower() == code and level.value > 0), None)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    if day is None:
        return None
    try:
        made = timezone.make_aware(datetime.combine(day, time.min))
        made.utctimetuple()
    except (ValueError, OverflowError):
        return None
    return made
