"""A mailbox that is opened by signing in at its service: to the service, and back with its word or without."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from parapet.access import connections as watched
from parapet.access.views import AdvocateCard
from parapet.actions import mail_sign_in as sign_in
from parapet.domain.errors import NotFound, OutsideRefused, OutsideUnreachable, RequestRefused
from parapet.web.answers import never_kept
from parapet.web.connections import bluesky
from parapet.web.connections.forms import ServiceMailbox
from parapet.web.connections.hers import hers
from parapet.web.connections.words import fault
from parapet.web.frame import Visit, page, show
from parapet.web.proof import base_of

#: The cookie that holds the trip, sealed. Lax: it is sent when the service sends the browser back.
COOKIE = "parapet_mail_trip"
_LIFE_S = 600
_MAX_ANSWER_CHARS = 5_000


@page("GET", "POST")
def new_service_mailbox(request: Visit, advocate_id: str, service: str) -> HttpResponseBase:
    """Say whose mailbox it is and what of it is watched; then on to the service."""
    advocate = hers(request, advocate_id)
    named = sign_in.service_named(service)
    form = ServiceMailbox(request.POST) if request.method == "POST" else ServiceMailbox()
    if form.is_bound and form.is_valid():
        told = form.told(all_mail=named.all_mail)
        there, trip = sign_in.set_out(request.user, advocate.id, service, told, _back(request, service))
        return _on(request, there, trip, named.title, advocate)
    context = {
        "service": named,
        "typed": form.typed({"folders": "INBOX", "what": "all" if named.all_mail else "folders"}),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
    }
    status = 400 if form.is_bound else 200
    return show(request, "connections/service.html", context, here="intake", advocate=advocate, status=status)


@page("POST")
def sign_in_again(request: Visit, connection_id: str) -> HttpResponseBase:
    """To the service once more, for a mailbox or an account that it opens no longer."""
    card = watched.connection(request.user, connection_id)
    advocate = hers(request, card.advocate_id)
    if card.permitted:
        return bluesky.sign_in_again(request, card, advocate)
    named = sign_in.service_named(card.service)
    there, trip = sign_in.set_out_again(request.user, connection_id, _back(request, named.name))
    return _on(request, there, trip, named.title, advocate)


@page("GET")
def from_service(request: Visit, service: str) -> HttpResponseBase:
    """Back again, with the service's word or without."""
    sent = {name: request.GET.get(name, "") for name in ("state", "code", "error") if name in request.GET}
    answer = {name: value for name, value in sent.items() if len(value) <= _MAX_ANSWER_CHARS}
    ticket = request.COOKIES.get(COOKIE, "")
    try:
        sign_in.service_named(service)
        back = sign_in.come_back(request.user, service, ticket, answer, _back(request, service))
    except NotFound:
        raise Http404 from None
    except (OutsideRefused, OutsideUnreachable, RequestRefused) as error:
        messages.error(request, _said(error))
        begun = sign_in.where_it_began(request.user, service, ticket)
        response = redirect("connections", begun.advocate_id) if begun is not None else redirect("intake")
    else:
        said = _("The mailbox is connected. What comes is taken in within seconds.")
        messages.success(request, said if back.is_new else _("The mailbox is open again, and what came meanwhile is taken in."))
        response = redirect("connections", back.advocate_id)
    response.delete_cookie(COOKIE, path=reverse("mail-services"))
    return never_kept(response)


@page("GET")
def mail_services(request: Visit) -> HttpResponseBase:
    """Where the cookie of a trip belongs; there is nothing to see."""
    raise NotFound


def _said(error: OutsideRefused | OutsideUnreachable | RequestRefused) -> str:
    """What happened; of the mailbox itself, in the words that its connection would have."""
    if error.sentence:
        return error.said(_)
    if error.code == "outside.sign_in_refused":
        return _(
            "The mailbox did not open. Perhaps you signed in there as somebody else, or IMAP is not allowed for this account."
        )
    why: tuple[Promise, Promise] = fault(error.code, "mail")
    return f"{why[0]} {why[1]}"


def _on(request: Visit, there: str, trip: str, title: str, advocate: AdvocateCard) -> HttpResponseBase:
    """A page with a link: forms lead nowhere else from here (the pages' policy)."""
    context: dict[str, Any] = {"there": there, "title": title}
    response = show(request, "connections/there.html", context, here="intake", advocate=advocate)
    secure = settings.SESSION_COOKIE_SECURE
    path = reverse("mail-services")
    response.set_cookie(COOKIE, trip, max_age=_LIFE_S, path=path, secure=secure, httponly=True, samesite="Lax")
    return never_kept(response)


def _back(request: Visit, service: str) -> str:
    return f"{base_of(request)}{reverse('from-mail-service', args=[service])}"
