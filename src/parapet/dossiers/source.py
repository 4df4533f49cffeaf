"""Whether a message is signed by its source, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from parapet.dossiers import times
from parapet.dossiers.case_file import Exhibit, Signed


def sentence(signed: Signed, words: Mapping[str, str]) -> str:
    """The sentence for a check, without the domain, which is a stranger's word."""
    code = f"signed.{signed.method}.{signed.result}"
    return words[f"{code}.{signed.nearness}"] if signed.result in ("match", "match_part") and signed.nearness else words[code]


def told(exhibit: Exhibit, words: Mapping[str, str], tz: ZoneInfo, lang: str, line: Callable[[str], Any]) -> list[dict[str, Any]]:
    """For each version of which something is known: our sentence with the time, and whose signatures those are."""
    found = []
    for version in exhibit.versions:
        if signed := version.signed:
            which = f"{words['exhibit.version']} {version.number}. " if len(exhibit.versions) > 1 else ""
            at = words["signed.at"].format(at=times.long(signed.at, tz, lang))
            domains = line(", ".join(signed.domains)) if signed.domains else None
            found.append({"said": f"{which}{sentence(signed, words)} {at}", "domains": domains})
    return found
