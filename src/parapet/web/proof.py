"""Who she is, in this browser: how she came in, and whether she proved it lately.

What cannot be undone, and what lets others in, takes a proof of the last minutes from who has something to prove it by. Who comes in
by links alone is not asked.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from parapet.access.signing_in import ways_in
from parapet.actions.enter import passkey_question, signed_in
from parapet.signon.passkeys import Place
from parapet.web.answers import never_kept
from parapet.web.carried import Carried, carried
from parapet.web.frame import Visit, show

#: Kept in the session: how and when she came in, when she proved herself last, and by what.
CAME, PROVED, PROVED_BY = "came", "proved", "proved_by"
FRESH_S = 10 * 60
#: Django wants to be told by which door a person came; sessions name it.
BACKEND = "django.contrib.auth.backends.ModelBackend"
P = ParamSpec("P")
View = Callable[Concatenate[Visit, P], HttpResponseBase]
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def let_in(request: HttpRequest, person: Any, how: str, guesses: int = 0) -> None:
    """Sign `person` in here, in a session of her own, and write it into the log. `how` as `signed_in` takes it."""
    logout(request)  # a way in of one person must not inherit another's session
    login(request, person, backend=BACKEND)
    request.session[CAME] = {"how": how, "at": time.time(), "browser": browser_of(request)}
    proved(request, how.partition("_")[0])
    signed_in(person, how, guesses)


def proved(request: HttpRequest, by: str) -> None:
    """She proved just now who she is, by a "link", a "passphrase", a "passkey" or an "institution"."""
    request.session[PROVED], request.session[PROVED_BY] = time.time(), by


def must_prove(request: HttpRequest) -> bool:
    """Whether she has to prove it before she goes on."""
    person: Any = request.user
    return not 0 <= time.time() - request.session.get(PROVED, 0) <= FRESH_S and ways_in(person).can_prove


def proven(view: View[P]) -> View[P]:
    """Let a view answer only who proved lately that it is herself; anybody else is asked first. Goes beneath `page`."""

    @wraps(view)
    def answer(request: Visit, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return ask_for_proof(request) if must_prove(request) else view(request, *args, **kwargs)

    return cast("View[P]", answer)


def ask_for_proof(request: Visit) -> HttpResponse:
    """Ask, and lead back to where she was. What she sent is carried along, and hers to send again; not where the page changes in
    part, and no files: then she comes back to the page."""
    back = request.get_full_path() if request.method == "GET" else urlsplit(request.headers.get("Referer", "")).path
    held = None if getattr(request, "htmx", False) else carried(request)
    if held is not None:
        asked = proof_page(request, inner(back), held=held)
        never_kept(asked)
        return asked
    there = f"{reverse('proof')}?{urlencode({'back': inner(back), 'again': int(request.method != 'GET')})}"
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": there})
    return redirect(there)


def proof_page(request: Visit, back: str, *, held: Carried | None = None, again: bool = False, refused: str = "") -> HttpResponse:
    """The page that asks. back: where to go then; held: what she sent, to be sent again; again: she sent what is not held."""
    ways, place = ways_in(request.user), place_of(request)
    titles = {each.title for each in ways.accounts}
    context = {
        "back": back,
        "held": held,
        "again": again,
        "refused": refused,
        "ways": ways,
        "passkey": passkey_question(place, request.user) if place is not None else None,
        "institutions": [each for each in settings.ENVIRONMENT.institutions if each.title in titles],
    }
    return show(request, "signin/proof.html", context, here="preferences", status=400 if refused else 200)


def inner(path: str) -> str:
    """`path` where it is a page of ours; the start otherwise, so that no address leads out of the house."""
    try:
        resolve(urlsplit(path).path)
    except (Resolver404, ValueError):
        return reverse("start")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else reverse("start")


def place_of(request: HttpRequest) -> Place | None:
    """Where passkeys hold here; None where browsers make none: without https but on this machine, and at a bare number."""
    parts = urlsplit(settings.ENVIRONMENT.public_url or f"{request.scheme}://{request.get_host()}")
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host and (parts.scheme == "https" or host == "localhost"):
            return Place(host, f"{parts.scheme}://{parts.netloc}")
    return None


def base_of(request: HttpRequest) -> str:
    """The address of this home as browsers know it, without a slash at its end."""
    public: str = settings.ENVIRONMENT.public_url
    return public.rstrip("/") or f"{request.scheme}://{request.get_host()}"


def address_of(request: HttpRequest) -> str:
    """From where a request comes, for counting guesses.

    Behind a proxy all come from the proxy: there it is what the proxy itself added last. A proxy that adds nothing lets a
    visitor write what she likes; what counts by name does not ask it.
    """
    if settings.ENVIRONMENT.public_url:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))


def browser_of(request: HttpRequest) -> str:
    """The browser in two words of ours, "Firefox · Linux"; what it says of itself is not kept."""
    says = request.headers.get("User-Agent", "")[:500]
    names = (next((name for mark, name in table if mark in says), "") for table in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, names))
