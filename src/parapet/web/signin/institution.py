"""To an institution and back: to come in, to make an account there one's own, to prove anew who one is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parapet.access.organisations import open_to
from parapet.actions.institutions import ENTER, LINK, PROVE, Arrived, arrive, set_out
from parapet.domain.errors import NotFound, OutsideRefused, OutsideUnreachable, RequestRefused
from parapet.web.answers import never_kept, speak
from parapet.web.frame import Visit, page, show
from parapet.web.proof import base_of, inner, proved, proven
from parapet.web.signin.views import door_page, enter_as, half_way

#: The cookie that holds the trip, sealed. Lax: it is sent when the institution sends the browser back.
COOKIE = "parapet_trip"
_LIFE_S = 600
_MAX_ANSWER_CHARS = 5_000


@require_safe
def at_institution(request: HttpRequest, institution: str) -> HttpResponseBase:
    """On the way to come in: straight there."""
    try:
        there, trip = set_out(institution, ENTER, _back(request, institution))
    except NotFound:
        raise Http404 from None
    except (OutsideRefused, OutsideUnreachable) as error:
        return _did_not_work(request, error)
    return _with_trip(redirect(there), trip)


@page("POST")
def link(request: Visit, institution: str) -> HttpResponseBase:
    """On the way to make an account there one's own. A page with a link: forms lead nowhere else from here (the pages' policy)."""
    return _link(request, institution)


@page("POST")
def prove(request: Visit, institution: str) -> HttpResponseBase:
    """On the way to prove who one is."""
    return _set_out(request, institution, PROVE, inner(request.POST.get("back", "")))


@require_safe
def from_institution(request: HttpRequest, institution: str) -> HttpResponseBase:
    """Back again, with the institution's word or without."""
    user: Any = request.user
    traveller = user if user.is_authenticated else None
    speak(request)
    sent = {name: request.GET.get(name, "") for name in ("state", "code", "iss") if name in request.GET}
    answer = {name: value for name, value in sent.items() if len(value) <= _MAX_ANSWER_CHARS}
    try:
        arrived = arrive(institution, request.COOKIES.get(COOKIE, ""), _back(request, institution), answer, traveller=traveller)
    except NotFound:
        raise Http404 from None
    except (OutsideRefused, OutsideUnreachable, RequestRefused) as error:
        return _did_not_work(request, error)
    response = _arrived(request, arrived)
    response.delete_cookie(COOKIE, path=reverse("login"))
    return never_kept(response)


def _arrived(request: HttpRequest, arrived: Arrived) -> HttpResponseBase:
    user: Any = request.user
    if arrived.purpose == LINK:
        messages.success(request, _("From now on you can sign in with your account there."))
        if open_to(user):
            messages.info(request, _("You may now join its organisation here, if you want to: under Settings, Organisations."))
        return redirect(inner(arrived.back_to))
    if arrived.person is None:
        if arrived.purpose == PROVE:
            messages.error(request, _("That was not you, or not just now. Nothing was changed."))
            return redirect("proof")
        # The same whether somebody has such an account or nobody: who is known here is not told.
        return door_page(
            request,
            _("This account does not open Parapet here. Come in by a link first, and add the account in your settings."),
            403,
        )
    if arrived.purpose == PROVE:
        proved(request, "institution")
        return redirect(inner(arrived.back_to))
    return half_way(request, arrived.person, "institution") if arrived.twice else enter_as(request, arrived.person, "institution")


@proven
def _link(request: Visit, institution: str) -> HttpResponseBase:
    return _set_out(request, institution, LINK, reverse("signing-in"))


def _set_out(request: Visit, institution: str, purpose: str, back_to: str) -> HttpResponseBase:
    try:
        there, trip = set_out(institution, purpose, _back(request, institution), traveller=request.user, back_to=back_to)
    except (OutsideRefused, OutsideUnreachable) as error:
        messages.error(request, error.said(_))
        return redirect("signing-in")
    title = next(each.title for each in settings.ENVIRONMENT.institutions if each.name == institution)
    return _with_trip(show(request, "signin/there.html", {"there": there, "title": title}, here="preferences"), trip)


def _with_trip(response: HttpResponseBase, trip: str) -> HttpResponseBase:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, trip, max_age=_LIFE_S, path=reverse("login"), secure=secure, httponly=True, samesite="Lax")
    return never_kept(response)


def _back(request: HttpRequest, institution: str) -> str:
    return f"{base_of(request)}{reverse('from-institution', args=[institution])}"


def _did_not_work(request: HttpRequest, error: OutsideRefused | OutsideUnreachable | RequestRefused) -> HttpResponseBase:
    if request.user.is_authenticated:
        messages.error(request, error.said(_))
        return never_kept(redirect("signing-in"))
    return door_page(request, error.said(_))
