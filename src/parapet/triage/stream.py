"""The contract of `parapet triage --jsonl`: a line in, a line out, in order, as they come.

In:  {"id": ..., "text": "...", "lang"?: "en", "channel"?: "...", "subject"?: "...", "rating"?: 1.0}
Out: {"id", "abusive", "probabilities", "labels", "severity", "urgency", "indicators", "abstain", "lang", "reason", "model"}
A line that cannot be read gives {"id", "error": {"line", "code"}} in its place, and the stream goes on. Empty lines give nothing.
Escaped lone surrogates are read, for platforms cut texts in the middle of a pair; in the answer a replacement sign stands for them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from parapet.domain.judgement import Assessment, Harm
from parapet.triage.lines import bounded_lines
from parapet.triage.triage import Request, Triage

#: A longer line is refused, not read.
MAX_LINE_BYTES = 64 * 1024 * 1024

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class _BadLine(ValueError):
    def __init__(self, code: str, name: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.name = name


def triage_stream(triage: Triage, source: BinaryIO) -> Iterator[bytes]:
    """`triage_lines` of a file or pipe, never holding more of it than one line of the largest size."""
    return triage_lines(triage, bounded_lines(source, MAX_LINE_BYTES))


def triage_lines(triage: Triage, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Judge each line as it comes; each answer ends with a newline. Takes no line before the last answer was taken."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name: object = None
        try:
            name, request = _request(line)
            said = as_json(triage.assess_many([request])[0])
        except _BadLine as bad:
            yield _encode({"id": bad.name, "error": {"line": number, "code": bad.code}})
        except Exception:  # the judge failed at this text: the other lines have a right to theirs, and this one says so
            yield _encode({"id": name, "error": {"line": number, "code": "not_judged"}})
        else:
            yield _encode({"id": name, **said})


def as_json(assessment: Assessment) -> dict[str, Any]:
    """An assessment with the stable names of the contract."""
    return {
        "abusive": round(assessment.abusive, 6),
        "probabilities": {h.value: round(assessment.probabilities[h], 6) for h in Harm},
        "labels": [h.value for h in Harm if h in assessment.harms],
        "severity": assessment.severity.code,
        "urgency": assessment.urgency.code,
        "indicators": [
            {"code": i.code, "words": _sound(i.words), "start": i.start, "end": i.end, "urgency": i.urgency.code}
            for i in assessment.indicators
        ],
        "abstain": assessment.abstain,
        "lang": assessment.lang,
        "reason": list(assessment.reason),
        "model": assessment.model,
    }


def _request(line: bytes) -> tuple[object, Request]:
    if len(line) > MAX_LINE_BYTES:
        raise _BadLine("too_long")
    row = _decoded(line)
    if not isinstance(row, dict):
        raise _BadLine("not_an_object")
    name = row.get("id")
    if not (name is None or isinstance(name, str | int)) or isinstance(name, bool):
        raise _BadLine("id_not_text_or_number")
    text = row.get("text")
    if not isinstance(text, str):
        raise _BadLine("text_missing" if text is None else "text_not_text", name)
    lang, channel, subject = (value if isinstance(value := row.get(key), str) else "" for key in ("lang", "channel", "subject"))
    return name, Request(text, lang=lang, channel=channel, subject=subject, rating=_rating(row.get("rating")))


def _decoded(line: bytes) -> Any:
    try:
        return _decoder.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(line.decode("utf-8-sig"))  # lone surrogates, and whole numbers of more than 64 bits
    except (ValueError, RecursionError):
        raise _BadLine("not_json") from None


def _rating(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        rating = float(given)
    except OverflowError:
        return None
    return rating if math.isfinite(rating) else None


def _sound(words: str) -> str:
    """Lone surrogates cannot be written as UTF-8; a reader sees a replacement sign."""
    return words.encode("utf-8", "replace").decode("utf-8")


def _encode(row: dict[str, Any]) -> bytes:
    try:
        return _encoder.encode(row) + b"\n"
    except (UnicodeEncodeError, OverflowError):  # an id with a lone surrogate, or a very large one, goes back as it came
        return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
