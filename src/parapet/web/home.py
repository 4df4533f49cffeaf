"""The start, the health check, and the language of the signed-out."""

from __future__ import annotations

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from parapet.access import people
from parapet.access.counsel import channels_to
from parapet.access.organisations import OrganisationCard, invitations_to, organisations_of
from parapet.access.referred import referred_to
from parapet.access.supporting import supporting
from parapet.domain.belonging import Role
from parapet.web import frame


@frame.page("GET")
def start(request: frame.Visit) -> HttpResponseBase:
    """To the inbox last looked at; for somebody who acts for nobody yet, to what was referred to her, to whom she supports, to where she is invited or serves,
    or to where she can enrol herself."""
    advocates = people.advocates_of(request.user, scoped=True)
    card = frame.current(request, advocates)
    if card is None and (referred_to(request.user) or channels_to(request.user)):
        return redirect("referred")
    if card is None and supporting(request.user).asked:
        return redirect("supporting")
    if card is None and (invitations_to(request.user) or any(_serves(each) for each in organisations_of(request.user))):
        return redirect("organisations")
    if card is None or all(each.role == frame.UNMATCHED for each in advocates):
        return redirect("protected")
    return redirect("inbox", card.id)


def _serves(card: OrganisationCard) -> bool:
    """Whether she is there for others: a member comes to be protected."""
    return card.role is not Role.MEMBER


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """ "ok" when the database answers; 503 when not. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language before signing in. Afterwards the person's own setting holds."""
    response = redirect("login")
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
