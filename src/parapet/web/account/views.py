"""How a person signs in: a passphrase, passkeys, an app for codes, accounts at institutions; and where she is signed in."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.sign_ins import SignIn, sign_ins
from parapet.access.signing_in import sessions_of, ways_in
from parapet.actions.end_sessions import end_other_sessions, end_session
from parapet.actions.institutions import unlink
from parapet.actions.passphrases import MAX_CHARS, MIN_CHARS, remove_passphrase, set_passphrase
from parapet.actions.second_factors import (
    add_app,
    add_passkey,
    app_of,
    new_app,
    new_passkey,
    put_off,
    remove_app,
    remove_passkey,
    renew_codes,
)
from parapet.domain.errors import RequestRefused
from parapet.signon.one_time import app_address, square_of
from parapet.web import when
from parapet.web.account import words
from parapet.web.frame import Visit, page, show
from parapet.web.proof import PROVED_BY, ask_for_proof, must_prove, place_of, proved, proven

#: Codes for paper that were just made, sealed in the session until they are shown: once.
_CODES = "codes"


@page("GET", "POST")
def signing_in(request: Visit) -> HttpResponseBase:
    """All of it on one page. Whatever is changed takes a proof of the last minutes, but for ending sessions: that makes nothing worse."""
    if request.method != "POST":
        return _page(request, codes=request.session.pop(_CODES, None))
    asked = request.POST.get("do", "")
    if asked in ("end", "end-others"):
        return _ended(request, asked)
    if must_prove(request):
        return ask_for_proof(request)
    try:
        return _changed(request, asked)
    except RequestRefused as error:
        return _page(request, refused=error.said(_), status=400)


@page("GET", "POST")
@proven
def passphrase(request: Visit) -> HttpResponseBase:
    """Choose a passphrase, and the name that goes with it."""
    refused = ""
    if request.method == "POST":
        refused = _choose(request)
        if not refused:
            messages.success(request, _("Your passphrase is kept. Other browsers were signed out."))
            return redirect("signing-in")
    ways = ways_in(request.user)
    context = {**_typed(request, ways.name), "ways": ways, "refused": refused, "must_know": _must_know(request)}
    return show(request, "account/passphrase.html", context, here="preferences", status=400 if refused else 200)


@page("GET", "POST")
@proven
def app(request: Visit) -> HttpResponseBase:
    """Set an app for codes up: the square, and a first code."""
    asked, refused, secret = request.POST.get("ticket", ""), "", None
    if request.method == "POST":
        try:
            codes = add_app(request.user, asked, request.POST.get("code", ""))
        except RequestRefused as error:
            refused = error.said(_)
            secret = app_of(request.user, asked)
        else:
            _keep_codes(request, codes)
            messages.success(request, _("From now on a code is asked for beside your passphrase."))
            return redirect("signing-in")
    ways = ways_in(request.user)
    if not (ways.has_passphrase or ways.accounts):
        return redirect("passphrase")
    if secret is None:
        secret, asked = new_app(request.user)
    context = {
        "refused": refused,
        "ticket": asked,
        "square": square_of(app_address(secret, ways.name or request.user.name)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return show(request, "account/app.html", context, here="preferences", status=400 if refused else 200)


@page("GET", "POST")
@proven
def welcome(request: Visit) -> HttpResponseBase:
    """Whoever came by a link chooses by what she comes in from now on, or says later."""
    refused = ""
    if request.method == "POST":
        if request.POST.get("do") == "later":
            put_off(request.user)
            return redirect("start")
        refused = _add_passkey(request) if request.POST.get("do") == "passkey" else _choose(request)
        if not refused:
            messages.success(request, _("It is kept. You can change it in your settings."))
            return redirect("signing-in" if _CODES in request.session else "start")
    place = place_of(request)
    context = {
        **_typed(request, ""),
        "refused": refused,
        "passkey": new_passkey(request.user, place) if place is not None else None,
        "institutions": settings.ENVIRONMENT.institutions,
        "ways": ways_in(request.user),
    }
    return show(request, "account/welcome.html", context, here="preferences", status=400 if refused else 200)


@page("GET")
def history(request: Visit) -> HttpResponseBase:
    """How she signed in, what she changed of that, and when sessions of hers were ended: her own, as the log has it."""
    before = request.GET.get("before", "")
    found = sign_ins(request.user, int(before) if re.fullmatch(r"[0-9]{1,18}", before) else None)
    lines = [
        {
            "said": _said(line),
            "at": when.exact(line.at),
            "day": when.day(timezone.localtime(line.at).date(), weekday=True),
            "iso": line.at.isoformat(),
            "index": when.number(line.log_index),
        }
        for line in found.lines
    ]
    context = {
        "days": [(day, list(some)) for day, some in groupby(lines, key=lambda line: line["day"])],
        "older": f"?before={found.more}" if found.more is not None else "",
        "later": bool(before),
    }
    return show(request, "account/history.html", context, here="preferences")


def _said(line: SignIn) -> str:
    """What happened, in one sentence to herself."""
    if not line.as_written:
        return _("This entry is not as it was written: nothing of it can be believed.")
    told, count = line.details, int(line.details.get("count", 0))
    if line.kind == "sessions_end" and line.others:
        said = ngettext(
            "%(who)s, of your organisation, signed you out of %(n)s browser.",
            "%(who)s, of your organisation, signed you out of %(n)s browsers.",
            count,
        )
        return said % {"who": line.by or _("Somebody"), "n": when.number(count)}
    if line.kind == "sessions_end":
        said = ngettext("You signed %(n)s browser out.", "You signed %(n)s browsers out.", count)
        return said % {"n": when.number(count)}
    if line.kind == "guesses":
        said = ngettext(
            "Somebody guessed at your passphrase %(n)s time, and was stopped.",
            "Somebody guessed at your passphrase %(n)s times, and was stopped.",
            count,
        )
        return said % {"n": when.number(count)}
    key = ".".join(str(part) for part in (line.kind, told.get("step"), told.get("factor")) if part)
    how = words.HOW.get(str(told.get("how", "")))
    if key not in words.SENTENCES or (line.kind == "sign_in" and how is None):
        return str(words.CUSTODY[line.kind])  # of a version that is not this one
    said = str(words.SENTENCES[key]) % {"how": str(how or "")}
    guesses = int(told.get("guesses", 0))
    if not guesses:
        return said
    wrong = ngettext("%(n)s wrong passphrase was typed before.", "%(n)s wrong passphrases were typed before.", guesses)
    return f"{said} {wrong % {'n': when.number(guesses)}}"


def _changed(request: Visit, asked: str) -> HttpResponseBase:
    """Do what one of the forms asks for. Raises RequestRefused."""
    person = request.user
    if asked == "passkey":
        refused = _add_passkey(request)
        if refused:
            return _page(request, refused=refused, status=400)
        messages.success(request, _("The passkey is kept."))
    elif asked == "remove-passkey":
        remove_passkey(person, request.POST.get("passkey", ""))
        messages.success(request, _("The passkey opens nothing here any more. Delete it on your device as well."))
    elif asked == "remove-app":
        remove_app(person)
        messages.success(request, _("No code of an app is asked for any more."))
    elif asked == "codes":
        _keep_codes(request, renew_codes(person))
    elif asked == "remove-passphrase":
        remove_passphrase(person, old=request.POST.get("old", ""))
        messages.success(request, _("The passphrase is removed."))
    elif asked == "unlink":
        unlink(person, request.POST.get("account", ""))
        messages.success(request, _("This account does not sign you in any more."))
    return redirect("signing-in")


def _ended(request: Visit, asked: str) -> HttpResponseBase:
    if asked == "end":
        gone = end_session(request.user, request.POST.get("session", ""))
    else:
        gone = end_other_sessions(request.user, request.session.session_key)
    said = ngettext("%(n)s browser is signed out.", "%(n)s browsers are signed out.", gone) % {"n": when.number(gone)}
    messages.success(request, said)
    return redirect("signing-in")


def _choose(request: Visit) -> str:
    """Set the passphrase that was sent; why not, or ""."""
    given = request.POST
    new = given.get("new", "")
    if new != given.get("again", ""):
        return _("The two passphrases are not the same. Type it twice.")
    old = given.get("old", "")
    try:
        set_passphrase(request.user, new, old=old if old or _must_know(request) else None, name=given.get("name", ""))
    except RequestRefused as error:
        return error.said(_)
    end_other_sessions(request.user, request.session.session_key)
    request.session.cycle_key()
    proved(request, "passphrase")
    return ""


def _add_passkey(request: Visit) -> str:
    """Keep the passkey that was made; why not, or ""."""
    place = place_of(request)
    if place is None:
        return _("Passkeys cannot be made at this address.")
    asked, answer = request.POST.get("ticket", ""), request.POST.get("answer", "")
    had_none = not ways_in(request.user).can_prove
    try:
        _keep_codes(request, add_passkey(request.user, place, asked, answer, request.POST.get("label", "")))
    except RequestRefused as error:
        return error.said(_)
    if had_none:  # she would else be asked for it at once
        proved(request, "passkey")
    return ""


def _must_know(request: Visit) -> bool:
    """Whether she must type the passphrase that she has. Not when she proved herself otherwise: then she may have lost it."""
    return ways_in(request.user).has_passphrase and request.session.get(PROVED_BY, "passphrase") == "passphrase"


def _keep_codes(request: Visit, codes: tuple[str, ...]) -> None:
    if codes:
        request.session[_CODES] = list(codes)


def _typed(request: Visit, name: str) -> dict[str, Any]:
    return {"name": request.POST.get("name", name)[:200], "min_chars": MIN_CHARS, "max_chars": MAX_CHARS}


def _page(request: Visit, *, codes: list[str] | None = None, refused: str = "", status: int = 200) -> HttpResponse:
    ways, place = ways_in(request.user), place_of(request)
    sessions = [
        {
            "id": card.id,
            "browser": card.browser or _("A browser"),
            "how": str(words.HOW.get(card.how, "")),
            "began": when.moment(card.began) if card.began else "",
            "here": card.here,
        }
        for card in sessions_of(request.user, request.session.session_key)
    ]
    linked = {each.title for each in ways.accounts}
    context = {
        "ways": ways,
        "codes": codes,
        "refused": refused,
        "sessions": sessions,
        "codes_left": ngettext("%(n)s code on paper is left.", "%(n)s codes on paper are left.", ways.codes_left)
        % {"n": when.number(ways.codes_left)},
        "passkeys": [
            (each.id, each.name, when.day(each.made), when.day(each.used) if each.used else "") for each in ways.passkeys
        ],
        "accounts": [(each.id, each.title, when.day(each.made)) for each in ways.accounts],
        "institutions": [each for each in settings.ENVIRONMENT.institutions if each.title not in linked],
        "passkey": new_passkey(request.user, place) if place is not None else None,
    }
    return show(request, "account/signing_in.html", context, here="preferences", status=status)
