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
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import ngettext

from parapet.access.presence import here
from parapet.actions.catch_up import catch_up
from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import KEY_BYTES, Locker, derive
from parapet.web import when
from parapet.web.answers import speak

COOKIE = "parapet_open"
#: After so long she is asked again.
LASTS = timedelta(hours=12)
_KEPT = "own_key"
#: In the session between a passphrase that was right and the second proof: of no use to `Opened`.
_HALF = "half_own_key"


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


def open_now(request: HttpRequest, response: HttpResponseBase, own: bytes) -> None:
    """Her own key is open in this browser from now on; what waited for her is done, and what a rule erased is told."""
    person: Any = request.user
    with here(person.number, own):
        erased = catch_up(person)
    if erased:
        speak(request)
        told = ngettext(
            "%(n)s message was erased by the rule for how long messages are kept, which waited for you to open them.",
            "%(n)s messages were erased by the rule for how long messages are kept, which waited for you to open them.",
            erased,
        )
        messages.success(request, told % {"n": when.number(erased)})
    keep_open(request, response, own)


def keep_open(request: HttpRequest, response: HttpResponseBase, own: bytes) -> None:
    """Keep her own key open for this browser."""
    person: Any = request.user
    until = int((datetime.now(UTC) + LASTS).timestamp())
    _keep(request, response, own, _KEPT, _about(person.number, until), until)


def keep_half(request: HttpRequest, response: HttpResponseBase, person: int, own: bytes, lasts_s: int) -> None:
    """Keep it until the second proof of this person, who is not signed in yet; it opens nothing before that."""
    until = int(datetime.now(UTC).timestamp()) + lasts_s
    _keep(request, response, own, _HALF, _about_half(person, until), until)


def kept_half(request: HttpRequest, person: int) -> bytes | None:
    """What was kept for this person until now; None when nothing was, or it is over."""
    kept = request.session.get(_HALF)
    if kept is None or COOKIE not in request.COOKIES or kept[0] < datetime.now(UTC).timestamp():
        return None
    return _opened(request, kept, _about_half(person, kept[0]))


def _keep(request: HttpRequest, response: HttpResponseBase, own: bytes, name: str, about: bytes, until: int) -> None:
    half = secrets.token_bytes(KEY_BYTES)
    request.session[name] = [until, base64.b64encode(_locker(half).lock(own, about=about)).decode("ascii")]
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
    return _opened(request, kept, _about(person.number, kept[0]))


def _opened(request: HttpRequest, kept: list[Any], about: bytes) -> bytes | None:
    try:
        half = base64.urlsafe_b64decode(request.COOKIES[COOKIE])
        return _locker(half).unlock(base64.b64decode(kept[1]), about=about)
    except (KeyWrong, binascii.Error, ValueError):
        return None


def _locker(half: bytes) -> Locker:
    """Raises KeyWrong when it is not as long as the cookie's."""
    if len(half) != KEY_BYTES:
        raise KeyWrong
    return Locker(derive(half, "open session"))


def _about(person: int, until: int) -> bytes:
    return f"open:{person}:{until}".encode()


def _about_half(person: int, until: int) -> bytes:
    return f"half open:{person}:{until}".encode()
