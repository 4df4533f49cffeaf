"""Coming in by a one-time link, and going out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parapet.actions.sign_in import redeem
from parapet.web.answers import never_kept, speak
from parapet.web.frame import show

MAX_TOKEN = 200
#: Django wants to be told by which door a person came; sessions name it.
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
def door(request: HttpRequest) -> HttpResponseBase:
    """What somebody sees who is not signed in: how to get a link."""
    if request.user.is_authenticated:
        return never_kept(redirect("start"))
    return never_kept(_signed_out(request, "signin/door.html"))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button; only its POST redeems the link, because mail scanners and previews open links."""
    if request.method != "POST":
        speak(request)
        return never_kept(_signed_out(request, "signin/enter.html"))
    person = redeem(token[:MAX_TOKEN])
    if person is None:
        return never_kept(_signed_out(request, "signin/door.html", worn=True, status=410))
    logout(request)  # a link for one person must not inherit another's session
    login(request, person, backend=BACKEND)
    return never_kept(redirect("start"))


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign out; also for somebody who already is."""
    logout(request)
    return never_kept(redirect("login"))


def _signed_out(request: HttpRequest, template: str, *, worn: bool = False, status: int = 200) -> HttpResponseBase:
    return show(request, template, {"worn": worn, "languages": settings.LANGUAGES, "no_bar": True}, status=status)
