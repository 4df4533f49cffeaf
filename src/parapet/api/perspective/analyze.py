"""The scores of a text, and of its sentences."""

from __future__ import annotations

import math
import re
from typing import Any

from parapet.access.judging import judge, one_at_a_time
from parapet.api.perspective.asked import Asked, primary
from parapet.api.perspective.attributes import scores
from parapet.api.perspective.errors import bad_request
from parapet.domain.judgement import Assessment

#: More sentences than this are told several at a time.
MAX_SPANS = 100
#: ISO 639's "undetermined".
UNKNOWN = "und"

_END = re.compile(r"[.!?…]+[\"'»”)\]]*(?=\s|\Z)|\n+")


def analyze(asked: Asked) -> dict[str, Any]:
    """The answer of comments:analyze. Raises Refused when nobody can tell the language."""
    declared = primary(asked.languages[0]) if asked.languages else ""
    with one_at_a_time:
        whole = judge().assess(asked.text.text, lang=declared)
        if not asked.languages and not _is_understood(whole):
            raise bad_request("LANGUAGE_DETECTION_FAILED", "Unable to detect language")
        spans = [(0, len(asked.text.text))]
        if asked.with_spans:
            spans = sentences(asked.text.text) or spans
        parts = (
            [whole] if len(spans) == 1 else [judge().assess(asked.text.text[a:b], lang=whole.lang or declared) for a, b in spans]
        )
        told = _scores(asked, whole, list(zip(spans, parts, strict=True)))
    found = [whole.lang or UNKNOWN]
    answer: dict[str, Any] = {"attributeScores": told} if told else {}
    answer |= {"languages": list(asked.languages) or found, "detectedLanguages": found}
    if asked.client_token:
        answer["clientToken"] = asked.client_token
    return answer


def _is_understood(judged: Assessment) -> bool:
    """False for a language that is neither of ours, unless a rule has heard something all the same."""
    return judged.lang != "" or any(why.startswith("rule:") for why in judged.reason)


def _scores(asked: Asked, whole: Assessment, parts: list[tuple[tuple[int, int], Assessment]]) -> dict[str, Any]:
    text = asked.text.text
    summary = scores(whole, text, asked.thresholds)
    told = [name for name, least in asked.thresholds.items() if summary[name] >= least]
    places = [asked.text.span(*span) for span, _judged in parts]
    each = [scores(judged, text[span[0] : span[1]], told) for span, judged in parts]
    return {
        name: {
            "spanScores": [
                {"begin": begin, "end": end, "score": _score(there[name])}
                for (begin, end), there in zip(places, each, strict=True)
            ],
            "summaryScore": _score(summary[name]),
        }
        for name in told
    }


def _score(value: float) -> dict[str, Any]:
    return {"value": value, "type": "PROBABILITY"}


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences are, without the spaces between; at most MAX_SPANS, neighbours together where there are more."""
    found = []
    start = 0
    for end in [*(m.end() for m in _END.finditer(text)), len(text)]:
        said = text[start:end]
        if said.strip():
            found.append((start + len(said) - len(said.lstrip()), start + len(said.rstrip())))
        start = end
    step = math.ceil(len(found) / MAX_SPANS) or 1
    return [(found[at][0], found[min(at + step, len(found)) - 1][1]) for at in range(0, len(found), step)]
