"""Where browsers come by: a code is traded for a token, and captures are handed in. No cookie is looked at here, and nothing can be
read: an answer says whether a capture was taken, and else what a person should know.

The extension calls from an origin of its own. A web page of another site that calls is turned away before anything is looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

import structlog
from attrs import define, field
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from parapet.actions.hand_in import MAX_CAPTURE_BYTES, NoCapture, browser_of, hand_in, may_hand_in
from parapet.actions.pair_browser import pair
from parapet.domain.errors import NotFound, ParapetError
from parapet.web.browsers import words
from parapet.web.proof import address_of

PER_MINUTE = 30
#: Of the threads that serve pages, as many as uploads may hold at once.
PLACES = 2
_MAX_PAIR_BYTES = 1_000
_PIECE = 1 << 16
_ORIGIN = re.compile(r"chrome-extension://[a-p]{32}|moz-extension://[0-9a-f-]{36}")
_places = threading.BoundedSemaphore(PLACES)
log = structlog.get_logger("parapet.browsers")


class Turned(Exception):
    """The request is answered with this status. reason: for a person to read, or nothing."""

    def __init__(self, status: int, reason: Any = "", wait_s: int = 0) -> None:
        super().__init__(status)
        self.status, self.reason, self.wait_s = status, reason, wait_s


@define
class Meter:
    """How often each browser came in the last minute: counts in this process only, and begins anew with it."""

    clock: Callable[[], float] = time.monotonic
    _came: dict[int, list[float]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def takes(self, number: int) -> bool:
        """Count one capture of this browser; False when the minute's are used up."""
        with self._lock:
            now = self.clock()
            self._came = {each: came for each, came in self._came.items() if came[-1] > now - 60}
            came = [at for at in self._came.get(number, []) if at > now - 60]
            if len(came) >= PER_MINUTE:
                return False
            self._came[number] = [*came, now]
            return True


meter = Meter()


@csrf_exempt
def pair_one(request: HttpRequest) -> HttpResponse:
    """POST api/v1/browsers: {"code"} for {"token"}, once."""
    return _answered(request, {"POST": _pair})


@csrf_exempt
def captures(request: HttpRequest) -> HttpResponse:
    """POST api/v1/captures: one capture file as the body. GET: whether it would be taken, so that it is not sent in vain."""
    return _answered(request, {"GET": _may, "POST": _take})


def _pair(request: HttpRequest) -> HttpResponse:
    if _announced(request) > _MAX_PAIR_BYTES:
        raise Turned(413)
    try:
        code = json.loads(request.read(_MAX_PAIR_BYTES + 1))["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Turned(401) from None
    if not isinstance(code, str):
        raise Turned(401)
    token, wait_s = pair(code[:100], address_of(request))
    if wait_s:
        raise Turned(429, wait_s=wait_s)
    if not token:
        raise Turned(401)
    return _sent(201, {"token": token})


def _may(request: HttpRequest) -> HttpResponse:
    if not may_hand_in(_browser(request)):
        raise Turned(403, words.NO_LONGER)
    return _sent(204, None)


def _take(request: HttpRequest) -> HttpResponse:
    browser = _browser(request)
    if not may_hand_in(browser):
        raise Turned(403, words.NO_LONGER)
    if _announced(request) > MAX_CAPTURE_BYTES:
        raise Turned(413, words.TOO_LARGE)
    if not meter.takes(browser.number):
        raise Turned(429, words.TOO_OFTEN, wait_s=60)
    if not _places.acquire(blocking=False):
        raise Turned(429, words.TOO_OFTEN, wait_s=5)
    try:
        # It may lie in the clear for a moment: inside the home then, and without a name.
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            said = request.headers.get("X-Parapet-Sha256", "").lower()
            if _received(request, file) != said:
                raise Turned(422, words.DAMAGED)
            try:
                is_new = hand_in(browser, file)
            except NoCapture as fault:
                log.warning("a capture was not taken", reason=str(fault.reason))
                raise Turned(422, words.NOT_READ) from None
            except NotFound:
                raise Turned(403, words.NO_LONGER) from None
    finally:
        _places.release()
    return _sent(201 if is_new else 200, {})


def _received(request: HttpRequest, file: IO[bytes]) -> str:
    """Its body into `file`, and the SHA-256 of it. Raises Turned as soon as it is too much."""
    digest, size = hashlib.sha256(), 0
    while piece := request.read(_PIECE):
        size += len(piece)
        if size > MAX_CAPTURE_BYTES:
            raise Turned(413, words.TOO_LARGE)
        digest.update(piece)
        file.write(piece)
    file.seek(0)
    return digest.hexdigest()


def _browser(request: HttpRequest) -> Any:
    """Whose token it is; from here on the answer is in that person's language. Raises Turned, the same for every other token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    found = browser_of(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Turned(401)
    if found.person.language:
        translation.activate(found.person.language)
    return found


def _answered(request: HttpRequest, ways: dict[str, Callable[[HttpRequest], HttpResponse]]) -> HttpResponse:
    origin = request.headers.get("Origin", "")
    if origin and not _ORIGIN.fullmatch(origin):
        return _sent(403, {})
    try:
        if request.method == "OPTIONS":
            response = _sent(204, None)
        elif request.method not in ways:
            raise Turned(405)
        else:
            response = ways[request.method](request)
    except Turned as turned:
        _hear_out(request)
        response = _sent(turned.status, {"reason": str(turned.reason)} if turned.reason else {})
        if turned.wait_s:
            response["Retry-After"] = str(turned.wait_s)
        if turned.status == 401:
            response["WWW-Authenticate"] = "Bearer"
    except ParapetError as error:
        log.warning("a capture could not be kept", code=error.code)
        response = _sent(503, {})
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = ", ".join(ways)
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, X-Parapet-Sha256"
        response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response


def _hear_out(request: HttpRequest) -> None:
    """A little that was sent with what is turned away is read: else the connection closes under the answer."""
    if _announced(request) <= _PIECE:
        with suppress(OSError):
            request.read(_PIECE)


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _sent(status: int, told: dict[str, Any] | None) -> HttpResponse:
    response = HttpResponse(b"" if told is None else json.dumps(told), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store, private"
    return response
