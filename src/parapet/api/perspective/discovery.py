"""The discovery document: from it Google's client libraries build their methods, `comments().analyze(body=...)`.

The form: https://developers.google.com/discovery/v1/reference/apis. Without an `auth` part, so that clients look for no Google account.
"""

from __future__ import annotations

from typing import Any

from parapet.api.perspective import form

VERSION = "v1alpha1"
_TYPES = {"string": "string", "bool": "boolean", "number": "number", "integer": "integer"}


def document(origin: str) -> dict[str, Any]:
    """For a home that is reached at `origin`, "https://parapet.example.org"."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"commentanalyzer:{VERSION}",
        "name": "commentanalyzer",
        "version": VERSION,
        "title": "Perspective-compatible comment analyzer of Parapet",
        "description": "Scores texts as Perspective did. Keeps none of them.",
        "protocol": "rest",
        "rootUrl": f"{origin}/",
        "servicePath": "",
        "baseUrl": f"{origin}/",
        "batchPath": "batch",
        "parameters": _parameters(),
        "schemas": _schemas(),
        "resources": {"comments": {"methods": {"analyze": _method("analyze"), "suggestscore": _method("suggestscore")}}},
    }


def _method(name: str) -> dict[str, Any]:
    kind = {"analyze": "AnalyzeComment", "suggestscore": "SuggestCommentScore"}[name]
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": f"{VERSION}/comments:{name}",
        "flatPath": f"{VERSION}/comments:{name}",
        "httpMethod": "POST",
        "parameterOrder": [],
        "parameters": {},
        "request": {"$ref": f"{kind}Request"},
        "response": {"$ref": f"{kind}Response"},
    }


def _parameters() -> dict[str, Any]:
    texts = {name: {"type": "string", "location": "query"} for name in ("key", "fields", "quotaUser", "$.xgafv")}
    alt = {"type": "string", "location": "query", "default": "json", "enum": ["json"], "enumDescriptions": ["JSON"]}
    return {**texts, "alt": alt, "prettyPrint": {"type": "boolean", "location": "query", "default": "true"}}


def _schemas() -> dict[str, Any]:
    score = {"value": {"type": "number", "format": "float"}, "type": {"type": "string"}}
    place = {"type": "integer", "format": "int32"}
    many = {"type": "array", "items": {"type": "string"}}
    scored = {"type": "object", "additionalProperties": {"$ref": "AttributeScores"}}
    tables = {
        "TextEntry": {"text": {"type": "string"}, "type": {"type": "string"}},
        "Score": score,
        "SpanScore": {"begin": place, "end": place, "score": {"$ref": "Score"}},
        "AttributeScores": {
            "summaryScore": {"$ref": "Score"},
            "spanScores": {"type": "array", "items": {"$ref": "SpanScore"}},
        },
        "AnalyzeCommentRequest": _shape(form.ANALYZE)["properties"],
        "AnalyzeCommentResponse": {
            "attributeScores": scored,
            "languages": many,
            "detectedLanguages": many,
            "clientToken": {"type": "string"},
        },
        "SuggestCommentScoreRequest": _shape(form.SUGGEST)["properties"],
        "SuggestCommentScoreResponse": {
            "clientToken": {"type": "string"},
            "detectedLanguages": many,
            "requestedLanguages": many,
        },
    }
    return {name: {"id": name, "type": "object", "properties": properties} for name, properties in tables.items()}


def _shape(kind: form.Kind) -> dict[str, Any]:
    """A kind of `form` as JSON Schema has it, so that what is told and what is read cannot part."""
    if isinstance(kind, str):
        return {"type": _TYPES[kind]}
    if isinstance(kind, list):
        return {"type": "array", "items": _shape(kind[0])}
    if "*" in kind:
        return {"type": "object", "additionalProperties": _shape(kind["*"])}
    return {"type": "object", "properties": {name: _shape(each) for name, each in kind.items()}}
