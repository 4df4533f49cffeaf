"""What a request asks for: checked in Perspective's order, with its own errors."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from parapet.api.perspective import form
from parapet.api.perspective.attributes import ELSEWHERE, SCORED
from parapet.api.perspective.errors import Refused, bad_form, bad_request, language_not_supported
from parapet.api.perspective.markup import Read, as_read

MAX_TEXT_BYTES = 20_480
_SPOKEN = ("en", "fr")
_TEXT_TYPES = {"": "PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED": "PLAIN_TEXT", "PLAIN_TEXT": "PLAIN_TEXT", "HTML": "HTML"}
_SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW")


@frozen
class Asked:
    """A sound request.

    text        what is judged, and the way back to what was sent
    thresholds  attribute, as it was spelt, to the least score that is told
    languages   as given; empty for "find out"
    """

    text: Read
    thresholds: dict[str, float]
    languages: tuple[str, ...]
    with_spans: bool
    client_token: str


def read_analyze(raw: bytes) -> Asked:
    """From a body of comments:analyze. Raises Refused."""
    given = form.read(raw, form.ANALYZE)
    text = _text(given)
    thresholds = _thresholds(given)
    languages = _languages(given, next(iter(thresholds), "TOXICITY"))
    foreign = [name for name in thresholds if name not in SCORED]
    if foreign and not given.get("dropUnsupportedAttributes"):
        raise language_not_supported(foreign[0], requested=languages or ("en",), detected=())
    kept = {name: least for name, least in thresholds.items() if name in SCORED}
    return Asked(text, kept, languages, bool(given.get("spanAnnotations")), given.get("clientToken", ""))


def read_suggest(raw: bytes) -> dict[str, Any]:
    """The fields of a body of comments:suggestscore. Raises Refused."""
    given = form.read(raw, form.SUGGEST)
    _text(given)
    _languages(given, "TOXICITY")
    if not given.get("attributeScores"):
        raise bad_request("INVALID_REQUEST", "Missing attribute_scores")
    for name in given["attributeScores"]:
        _known(name)
    return given


def _text(given: dict[str, Any]) -> Read:
    comment = given.get("comment", {})
    said, kind = comment.get("text", ""), comment.get("type", "")
    if not said.strip():
        raise bad_request("COMMENT_EMPTY", "Comment must be non-empty.")
    if len(said.encode("utf-8")) > MAX_TEXT_BYTES:
        raise bad_request("COMMENT_TOO_LONG", "Comment text too long.")
    context = given.get("context", {})
    entries = [comment, *context.get("entries", ()), *context.get("articleAndParentComment", {}).values()]
    if any(each.get("type", "") not in _TEXT_TYPES for each in entries):
        raise bad_request("INVALID_REQUEST", "Unknown text type")
    if context.get("entries") and context.get("articleAndParentComment"):
        raise bad_request(
            "INVALID_REQUEST",
            "Context can have either entries or article_and_parent_comment, but both fields were populated.",
        )
    read = as_read(said, html=_TEXT_TYPES[kind] == "HTML")
    if not read.text.strip():
        raise bad_request("COMMENT_EMPTY", "Comment must be non-empty.")
    return read


def _thresholds(given: dict[str, Any]) -> dict[str, float]:
    requested = given.get("requestedAttributes", {})
    if not requested:
        raise bad_request("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
    for at, (name, how) in enumerate(requested.items()):
        _known(name)
        score_type = how.get("scoreType", "PROBABILITY")
        if score_type not in _SCORE_TYPES:
            raise bad_form(f"Invalid value at 'requested_attributes[{at}].value.score_type'.", "requested_attributes")
        if _SCORE_TYPES.index(score_type) > 1:
            raise bad_request("INVALID_REQUEST", f"Requested score type {score_type} is not supported by attribute {name}")
    return {name: how.get("scoreThreshold", 0.0) for name, how in requested.items()}


def _known(name: str) -> None:
    if name not in SCORED and name not in ELSEWHERE:
        raise bad_request("INVALID_REQUEST", f"Unknown requested attribute: {name[:64]}")


def _languages(given: dict[str, Any], attribute: str) -> tuple[str, ...]:
    languages = tuple(each for each in given.get("languages", ()) if each)
    if any(primary(each) not in _SPOKEN for each in languages):
        raise language_not_supported(attribute, requested=[each[:35] for each in languages[:20]], detected=())
    return languages


def primary(language: str) -> str:
    """ "fr" of "fr-CA"."""
    return language.replace("_", "-").split("-")[0].lower()


__all__ = ["MAX_TEXT_BYTES", "Asked", "Refused", "primary", "read_analyze", "read_suggest"]
