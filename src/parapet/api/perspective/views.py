"""The addresses of Perspective. Nothing that is sent here is kept or logged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from parapet.api.perspective import errors
from parapet.api.perspective.admission import admit, place
from parapet.api.perspective.analyze import analyze as analysed
from parapet.api.perspective.asked import read_analyze, read_suggest
from parapet.api.perspective.discovery import VERSION, document
from parapet.settings.perspective import KEYS, OFF

#: Far over what a comment and its context may have in JSON; under what Django would refuse in words of its own.
MAX_BODY_BYTES = 2 * 1024 * 1024
#: Browsers on other sites may call with a key, as they could call Perspective. No cookie is looked at here.
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, X-Goog-Api-Key, X-Goog-Api-Client",
    "Access-Control-Max-Age": "3600",
}


@csrf_exempt
def analyze(request: HttpRequest) -> HttpResponse:
    """POST v1alpha1/comments:analyze."""
    return _answered(request, "POST", lambda: analysed(read_analyze(_body(request))))


@csrf_exempt
def suggestscore(request: HttpRequest) -> HttpResponse:
    """POST v1alpha1/comments:suggestscore: checked, thanked for, and let go. What a stranger suggests teaches nothing here."""

    def thanked() -> dict[str, Any]:
        given = read_suggest(_body(request))
        answer: dict[str, Any] = {"requestedLanguages": given["languages"]} if given.get("languages") else {}
        return answer | ({"clientToken": given["clientToken"]} if given.get("clientToken") else {})

    return _answered(request, "POST", thanked)


@csrf_exempt
def discovery(request: HttpRequest) -> HttpResponse:
    """GET $discovery/rest?version=v1alpha1: for anybody, as Google gave it."""

    def told() -> dict[str, Any]:
        if request.GET.get("version", VERSION) != VERSION:
            raise errors.not_found()
        return document(settings.ENVIRONMENT.public_url or f"{request.scheme}://{request.get_host()}")

    return _answered(request, "GET", told, for_anybody=True)


def _answered(
    request: HttpRequest, method: str, answer: Callable[[], dict[str, Any]], *, for_anybody: bool = False
) -> HttpResponse:
    """Google's JSON, whatever happens. A home that did not open this door has no such address."""
    if settings.ENVIRONMENT.perspective == OFF:
        raise Http404
    if request.method == "OPTIONS":
        return _sent(204, None)
    try:
        if request.method != method:
            raise errors.not_found()
        with place(), _heard_out(request):
            if not for_anybody:
                admit(request)
            return _sent(200, answer())
    except errors.Refused as refused:
        return _sent(refused.code, refused.as_json())
    except Exception as error:  # the process's edge: the log has its class and place, the program that asked a form it knows
        structlog.get_logger("parapet.api").error("a request for scores failed", exc_info=error)
        return _sent(500, errors.broken().as_json())


def _body(request: HttpRequest) -> bytes:
    """Raises Refused before anything is read when too much is announced."""
    if _announced(request) > MAX_BODY_BYTES:
        raise errors.too_large(MAX_BODY_BYTES)
    return request.body


@contextmanager
def _heard_out(request: HttpRequest) -> Iterator[None]:
    """Whoever is refused is read to the end: else the connection closes under a client that means to go on with it."""
    try:
        yield
    except errors.Refused:
        if not hasattr(request, "_body") and _announced(request) <= MAX_BODY_BYTES:
            with suppress(OSError):  # the client is gone
                while request.read(1 << 16):
                    pass
        raise


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _sent(status: int, told: dict[str, Any] | None) -> HttpResponse:
    body = b"" if told is None else msgspec.json.encode(told)
    response = HttpResponse(body, status=status, content_type="application/json; charset=UTF-8")
    response["Cache-Control"] = "no-store, private"
    if settings.ENVIRONMENT.perspective == KEYS:
        for name, value in _CROSS_ORIGIN.items():
            response[name] = value
    return response
