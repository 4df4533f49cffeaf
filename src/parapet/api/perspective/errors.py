"""Errors as Google gives them: {"error": {"code", "message", "status", "details"}}. No message repeats a text or a key.

The error model: https://google.aip.dev/193. The names of Perspective's own kinds: conversationai/perspectiveapi, 2-api/limits.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SERVICE = "commentanalyzer.googleapis.com"
_RPC = "type.googleapis.com/google.rpc."


class Refused(Exception):
    """The request is answered with this error.

    code     the HTTP status
    status   its name in google.rpc.Code
    details  further objects, each with its "@type"
    """

    def __init__(self, code: int, status: str, message: str, details: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.code, self.status, self.message, self.details = code, status, message, list(details)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            told["details"] = self.details
        return {"error": told}


# Who asks


def unregistered() -> Refused:
    return Refused(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def key_invalid() -> Refused:
    message = "API key not valid. Please pass a valid API key."
    localized = {"@type": _RPC + "LocalizedMessage", "locale": "en-US", "message": message}
    return Refused(400, "INVALID_ARGUMENT", message, [_info("API_KEY_INVALID", service=_SERVICE), localized])


def quota_exceeded(consumer: str, per_minute: int) -> Refused:
    """consumer  the key's id, which is no secret"""
    name = "Analysis requests (AnalyzeComment)"
    return Refused(
        429,
        "RESOURCE_EXHAUSTED",
        f"Quota exceeded for quota metric '{name}' and limit '{name} per minute' of service '{_SERVICE}' for consumer '{consumer}'.",
        [
            _info(
                "RATE_LIMIT_EXCEEDED",
                service=_SERVICE,
                consumer=consumer,
                quota_metric="CommentAnalyzerService/analyze_requests",
                quota_limit="AnalyzeRequestsPerMinutePerProject",
                quota_limit_value=str(per_minute),
                quota_location="global",
            )
        ],
    )


def busy() -> Refused:
    return Refused(503, "UNAVAILABLE", "The service is currently unavailable.")


def broken() -> Refused:
    return Refused(500, "INTERNAL", "Internal error encountered.")


def not_found() -> Refused:
    return Refused(404, "NOT_FOUND", "Requested entity was not found.")


def _info(reason: str, **metadata: str) -> dict[str, Any]:
    return {"@type": _RPC + "ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


# The form of what is sent


def too_large(max_bytes: int) -> Refused:
    return Refused(400, "INVALID_ARGUMENT", f"Request payload size exceeds the limit: {max_bytes} bytes.")


def bad_form(said: str, field: str = "") -> Refused:
    """field  the path of what is wrong, "comment.text"; "" for the whole."""
    violation = {"field": field, "description": said} if field else {"description": said}
    return Refused(400, "INVALID_ARGUMENT", said, [{"@type": _RPC + "BadRequest", "fieldViolations": [violation]}])


# What is asked


def bad_request(error_type: str, message: str, **more: Any) -> Refused:
    """One of Perspective's own kinds; `more` goes beside the kind."""
    detail = {"@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error", "errorType": error_type, **more}
    return Refused(400, "INVALID_ARGUMENT", message, [detail])


def language_not_supported(attribute: str, *, requested: Sequence[str], detected: Sequence[str]) -> Refused:
    about: dict[str, Any] = {"detectedLanguages": list(detected)} if detected else {}
    if requested:
        about["requestedLanguages"] = list(requested)
    about["attribute"] = attribute
    languages = ", ".join(requested or detected)
    return bad_request(
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        f"Attribute {attribute} does not support request languages: {languages}",
        languageNotSupportedByAttributeError=about,
    )
