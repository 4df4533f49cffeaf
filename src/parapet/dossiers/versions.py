"""The table of an exhibit's versions: when each was taken in, where it stands in the log, and who outside attests it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from parapet.dossiers import times
from parapet.dossiers.case_file import Exhibit, Version


def told(
    exhibit: Exhibit,
    words: Mapping[str, str],
    tz: ZoneInfo,
    lang: str,
    line: Callable[[str], dict[str, Any]],
    number: Callable[[int], str],
) -> list[dict[str, Any]]:
    """A row for each version, the first first."""
    return [
        {
            "n": str(v.number),
            "at": times.utc(v.captured_at),
            "log": str(v.log_index),
            "size": number(v.size_bytes) if v.size_bytes else "",
            "sha256": v.sha256 or words["exhibit.withheld"],
            "attested": _attested(v, words, tz, lang),
            "attested_by": line(v.attested.by) if v.attested else None,
        }
        for v in exhibit.versions
    ]


def _attested(version: Version, words: Mapping[str, str], tz: ZoneInfo, lang: str) -> str:
    if version.attested is None:
        return ""
    code = "attested.witness" if version.attested.witness else "attested.time"
    return words[code].format(at=times.long(version.attested.at, tz, lang))
