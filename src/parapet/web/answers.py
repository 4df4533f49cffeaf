"""What every answer needs: the reader's language, and no copy kept by anyone on the way."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from parapet.domain.errors import ParapetError, RequestRefused
from parapet.settings.trouble import known


def speak(request: HttpRequest) -> None:
    """Use the person's language from here on; without a person the browser's stays."""
    person: Any = getattr(request, "user", None)
    if person is not None and person.is_authenticated and person.language:
        translation.activate(person.language)
        request.LANGUAGE_CODE = person.language


def never_kept(response: HttpResponseBase) -> HttpResponseBase:
    """Forbid every cache to keep `response`.

    A kept answer would be a copy of evidence outside the vault, and Back would show a text that was hidden again.
    """
    response["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ("Cookie", "HX-Request"))
    return response


def trouble(request: HttpRequest, status: int, title: str, said: str, advice: str, code: str = "") -> HttpResponse:
    """A calm page: what happened, what to do. Needs neither database nor session."""
    context = {"title": title, "said": said, "advice": advice, "code": code, "theme": "system"}
    response = render(request, "parapet/trouble.html", context, status=status)
    never_kept(response)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    speak(request)
    return trouble(
        request,
        400,
        _("This could not be understood"),
        _("What your browser sent was not complete."),
        _("Go back, and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    speak(request)
    return trouble(request, 403, _("This is closed"), _("You may not do this."), _("Go back to the inbox."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form does not prove that it came from our own page."""
    speak(request)
    return trouble(
        request,
        403,
        _("This form has grown old"),
        _("Parapet could not make sure that the form came from its own page. Nothing was changed."),
        _("Go back, reload the page, and send it again. Cookies must be allowed."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same words whether the thing does not exist or belongs to another."""
    speak(request)
    return trouble(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, or what it names is not for you."),
        _("Check the address, or go back to the inbox."),
    )


def failed(request: HttpRequest) -> HttpResponse:
    """500, or 503 where disk or database would not. Nobody asks the database who is there: it may be what failed."""
    error = sys.exc_info()[1]
    found = known(error) if error is not None else None
    if found is not None:
        return trouble(request, 503, _("That did not work"), found.said(_), _(found.advice), found.code)
    return trouble(
        request,
        500,
        _("Something broke on our side"),
        _("What you had kept is safe. This page could not be made."),
        _("Try again. If it happens again, run “parapet doctor”."),
    )


def refused(request: HttpRequest, error: ParapetError) -> HttpResponse:
    """One of our own errors, with its advice in the reader's language, and what was wrong with a request."""
    status, said = (400, error.said(_)) if isinstance(error, RequestRefused) else (503, "")
    return trouble(request, status, _("That did not work"), said, _(error.advice), error.code)
