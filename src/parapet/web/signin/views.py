"""Coming in: by a one-time link, a passphrase, a passkey, or an account at an institution; and going out."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parapet.access.signing_in import offers_passphrase, person_of, ways_in
from parapet.actions.enter import check_code, enter_by_passkey, enter_by_passphrase, passkey_question, prove_by_passkey
from parapet.actions.own_keys import opened_by
from parapet.actions.sign_in import redeem
from parapet.domain.errors import ParapetError
from parapet.web.answers import never_kept, speak
from parapet.web.frame import show
from parapet.web.opened import COOKIE, keep_half, keep_open, kept_half, open_now
from parapet.web.proof import address_of, let_in, place_of

log = structlog.get_logger("parapet.web")

MAX_TOKEN = 200
#: Kept in the session between a passphrase that was right and the second proof: who, how, how many guesses, when.
HALF = "half"
_HALF_S = 10 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponseBase:
    """What somebody sees who is not signed in: the ways in."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return never_kept(redirect("start"))
        return _door(request)
    if request.POST.get("do") == "passkey":
        place = place_of(request)
        asked, answer = request.POST.get("ticket", ""), request.POST.get("answer", "")
        person = enter_by_passkey(place, asked, answer) if place is not None else None
        if person is None:
            return _door(request, _("This passkey does not open Parapet here."), status=400)
        return enter_as(request, person, "passkey")
    entry = enter_by_passphrase(request.POST.get("name", ""), request.POST.get("passphrase", ""), address_of(request))
    if entry.wait_s:
        return _later(request, entry.wait_s)
    if entry.person is None:
        return _door(request, _("The name or the passphrase is not right."), status=400)
    own = opened_by(entry.person, request.POST.get("passphrase", ""))
    if entry.twice:
        response = half_way(request, entry.person, "passphrase", entry.guesses)
        if own is not None:
            keep_half(request, response, entry.person.number, own, _HALF_S)
        return response
    return _with_key(request, enter_as(request, entry.person, "passphrase", entry.guesses), own)


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """The second proof, after a passphrase or an institution's word."""
    half = request.session.get(HALF)
    person = person_of(half["person"]) if half and 0 <= time.time() - half["at"] <= _HALF_S else None
    if half is None or person is None:
        return never_kept(redirect("login"))
    place = place_of(request)
    if request.method == "POST":
        if request.POST.get("do") == "passkey":
            asked, answer = request.POST.get("ticket", ""), request.POST.get("answer", "")
            if place is not None and prove_by_passkey(person, place, asked, answer):
                return _second_right(request, person, f"{half['how']}_passkey", half["guesses"])
        elif check_code(person, request.POST.get("code", "")):
            return _second_right(request, person, f"{half['how']}_code", half["guesses"])
    tried = request.method == "POST"
    refused = _("That is not right. A code counts once, and after ten tries one has to wait.") if tried else ""
    context = {"refused": refused, "ways": ways_in(person), "passkey": passkey_question(place, person) if place else None}
    return never_kept(_signed_out(request, "signin/second.html", context, status=400 if tried else 200))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button; only its POST redeems the link, because mail scanners and previews open links."""
    if request.method != "POST":
        speak(request)
        return never_kept(_signed_out(request, "signin/enter.html", {}))
    person = redeem(token[:MAX_TOKEN])
    if person is None:
        return _door(request, worn=True, status=410)
    return enter_as(request, person, "link")


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign out; also for somebody who already is."""
    logout(request)
    response = redirect("login")
    response.delete_cookie(COOKIE, samesite="Strict")
    return never_kept(response)


def enter_as(request: HttpRequest, person: Any, how: str, guesses: int = 0) -> HttpResponseBase:
    """Sign her in. Who came by a link and has nothing else yet is asked once what she wants to sign in with from now on.

    Not the person of a laptop that nobody else reaches: she goes on with links unless she looks for more.
    """
    let_in(request, person, how, guesses)
    ways = ways_in(person)
    shared = person.invited_by is not None or not settings.ENVIRONMENT.is_for_this_machine
    return never_kept(redirect("welcome" if how == "link" and shared and not (ways.any or ways.put_off) else "start"))


def _second_right(request: HttpRequest, person: Any, how: str, guesses: int) -> HttpResponseBase:
    """Let her in after both proofs, with her own key where the passphrase of the first opened it."""
    own = kept_half(request, person.number)  # before the session of the first proof ends
    return _with_key(request, enter_as(request, person, how, guesses), own)


def _with_key(request: HttpRequest, response: HttpResponseBase, own: bytes | None) -> HttpResponseBase:
    if own is not None:
        try:
            open_now(request, response, own)
        except ParapetError as error:  # what waits for her can wait; she is in, and the page of her key tells of it
            log.warning("her key is open, and what waited for it was not done", code=error.code)
            keep_open(request, response, own)
    return response


def half_way(request: HttpRequest, person: Any, how: str, guesses: int = 0) -> HttpResponseBase:
    """The first proof was right: ask for the second."""
    logout(request)
    request.session[HALF] = {"person": person.number, "how": how, "guesses": guesses, "at": time.time()}
    return never_kept(redirect("second"))


def door_page(request: HttpRequest, refused: str, status: int = 400) -> HttpResponseBase:
    """The ways in, and why none of them opened."""
    return _door(request, refused, status=status)


def _door(request: HttpRequest, refused: str = "", *, worn: bool = False, status: int = 200) -> HttpResponse:
    typed = offers_passphrase() or not settings.ENVIRONMENT.is_for_this_machine
    place = place_of(request)
    context = {
        "worn": worn,
        "refused": refused,
        "typed": typed,
        "name": request.POST.get("name", "")[:200] if typed else "",
        "passkey": passkey_question(place) if typed and place is not None else None,
        "institutions": settings.ENVIRONMENT.institutions,
    }
    response = _signed_out(request, "signin/door.html", context, status=status)
    never_kept(response)
    return response


def _later(request: HttpRequest, wait_s: int) -> HttpResponse:
    minutes = -(-wait_s // 60)
    said = _("That was tried too often. Try again in %(n)s min, or come in by a passkey or a link.") % {"n": minutes}
    response = _door(request, said, status=429)
    response["Retry-After"] = str(wait_s)
    return response


def _signed_out(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, template, {"languages": settings.LANGUAGES, "no_bar": True, **context}, status=status)
