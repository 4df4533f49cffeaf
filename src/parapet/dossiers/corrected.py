"""What people said of an exhibit in the program's place, beside what the program said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from parapet.domain.judgement import Harm, Urgency, Verdict
from parapet.dossiers import times
from parapet.dossiers.case_file import Exhibit

#: How many characters of a reason are printed: all that one may have (`actions/relabel.py`).
MAX_REASON = 1_000


def verdict_in_words(verdict: Verdict, words: Mapping[str, str]) -> str:
    """ "very serious; threat or wish of violence; look at once"."""
    parts = [words[f"severity.{verdict.severity.code}"]]
    parts += [words[f"harm.{harm}"] for harm in Harm if harm in verdict.harms]
    if verdict.urgency is not Urgency.NONE:
        parts.append(words[f"urgency.{verdict.urgency.code}"])
    return "; ".join(parts)


def note(exhibit: Exhibit) -> str:
    """Which words say whose observations these are."""
    return "exhibit.observed.note.person" if exhibit.corrected else "exhibit.observed.note"


def told(
    exhibit: Exhibit, words: Mapping[str, str], tz: ZoneInfo, lang: str, line: Callable[[str, int], Any]
) -> list[dict[str, Any]]:
    """For each version that a person judged: who and when, what she said and why, and what the program said."""
    several = len(exhibit.versions) > 1
    return [
        {
            "who": line(each.who or words["unknown"], MAX_REASON),
            "at": times.long(each.at, tz, lang) + (f" · {words['exhibit.version']} {each.version}" if several else ""),
            "said": verdict_in_words(each.person, words),
            "program": verdict_in_words(each.program, words),
            "reason": line(" ".join(each.reason.split()), MAX_REASON) if each.reason else None,
        }
        for each in exhibit.corrected
    ]
