"""A person's own key between two requests: in her session, sealed under a key that only a cookie of her browser holds.

The cookie is kept nowhere here, goes along with requests from our own pages alone, and ends with the browser. Whoever has the database and
the home's key has one half, and whoever has the cookie the other.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from parapet.access.presence import here
from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import KEY_BYTES, Locker, derive

COOKIE = "parapet_open"
#: After so long she is asked again.
LASTS = timedelta(hours=12)
_KEPT = "own_key"


class Opened:
    """The middleware: who opened her material is present while her request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = _held(request) if COOKIE in request.COOKIES else None
        if own is None:
            return self.get_response(request)
        person: Any = request.user
        with here(person.number, own):
            return self.get_response(request)


def keep_open(request: HttpRequest, response: HttpResponseBase, own: bytes) -> None:
    """Keep her own key open for this browser."""
    person: Any = request.user
    half = secrets.token_bytes(KEY_BYTES)
    until = int((datetime.now(UTC) + LASTS).timestamp())
    sealed = _locker(half).lock(own, about=_about(person.number, until))
    request.session[_KEPT] = [until, base64.b64encode(sealed).decode("ascii")]
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(half).decode("ascii"),
        httponly=True,
        samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def shut(request: HttpRequest, response: HttpResponseBase) -> None:
    """Close it again in this browser."""
    request.session.pop(_KEPT, None)
    response.delete_cookie(COOKIE, samesite="Strict")


def _held(request: HttpRequest) -> bytes | None:
    """Her own key; None when it is not open, or no longer."""
    person: Any = request.user
    kept = request.session.get(_KEPT) if person.is_authenticated else None
    if kept is None or kept[0] < datetime.now(UTC).timestamp():
        return None
    try:
        half = base64.urlsafe_b64decode(request.COOKIES[COOKIE])
        return _locker(half).unlock(base64.b64decode(kept[1]), about=_about(person.number, kept[0]))
    except (KeyWrong, binascii.Error, ValueError):
        return None


def _locker(half: bytes) -> Locker:
    """Raises KeyWrong when it is not as long as the cookie's."""
    if len(half) != KEY_BYTES:
        raise KeyWrong
    return Locker(derive(half, "open session"))


def _about(person: int, until: int) -> bytes:
    return f"open:{person}:{until}".encode()
