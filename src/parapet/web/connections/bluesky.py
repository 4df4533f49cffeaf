"""A Bluesky account, connected and changed: by the page of its own server, or with an app password that was made there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from parapet.access import connections as watched
from parapet.access.views import AdvocateCard
from parapet.actions import connect, connect_bluesky
from parapet.web.connections.forms import BlueskyAccount
from parapet.web.connections.hers import hers
from parapet.web.connections.tried import Trouble, tried
from parapet.web.frame import Visit, page, show
from parapet.web.proof import base_of

#: In the session: what is needed once she is back, sealed. A cookie of its own would be too small for ten names.
TRIP = "bluesky_trip"
_MAX_ANSWER_CHARS = 5_000
NOT_BEGUN = gettext_lazy("That took more than ten minutes, or it was begun in another browser. Nothing was connected.")


@page("GET", "POST")
def new_bluesky(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Connect an account: what is wrong is said here."""
    return _account(request, hers(request, advocate_id), None)


def change_bluesky(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Change what is watched, or how it is signed in to."""
    return _account(request, advocate, card)


def _account(request: Visit, advocate: AdvocateCard, card: watched.Watched | None) -> HttpResponseBase:
    base, known = base_of(request), card is not None
    offered, permitted = connect_bluesky.is_offered(base), card is not None and card.permitted
    given = request.POST if request.method == "POST" else None
    form = BlueskyAccount(given, known=known, offered=offered, permitted=permitted)
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        if form.goes_there(messages_before=card is not None and card.messages):
            gone, trouble = tried("bluesky", lambda: _set_out(request, advocate.id, form.told(), card))
            if gone is not None:
                return _on(request, gone, advocate)
        else:
            _made, trouble = tried("bluesky", lambda: _kept(request, advocate.id, form.told(), card))
            if trouble is None:
                return _connected(request, advocate.id, known=known)
    return _form(request, form, advocate, card=card, trouble=trouble)


def _kept(request: Visit, advocate_id: str, told: dict[str, Any], card: watched.Watched | None) -> None:
    if card is None:
        connect.connect(request.user, advocate_id, "bluesky", told)
    else:
        connect.change_connection(request.user, card.id, told)


def _set_out(request: Visit, advocate_id: str, told: dict[str, Any], card: watched.Watched | None) -> connect_bluesky.Gone:
    known = card.id if card is not None else ""
    gone = connect_bluesky.set_out(request.user, advocate_id, told, base_of(request), connection_id=known)
    request.session[TRIP] = [advocate_id, gone.kept]
    return gone


def sign_in_again(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """To the page of its server once more, for an account that it opens no longer."""
    gone, trouble = tried("bluesky", lambda: _set_out(request, advocate.id, {}, card))
    if gone is not None:
        return _on(request, gone, advocate)
    assert trouble is not None
    messages.error(request, f"{trouble[0]} {trouble[1]}")
    return redirect("connections", advocate.id)


@page("GET")
def from_bluesky(request: Visit) -> HttpResponseBase:
    """Back again, with the server's word or without."""
    sent = {name: request.GET.get(name, "") for name in ("state", "iss", "code", "error")}
    answer = {name: value for name, value in sent.items() if len(value) <= _MAX_ANSWER_CHARS}
    advocate_id, kept = request.session.pop(TRIP, ("", ""))
    if not advocate_id:
        messages.error(request, str(NOT_BEGUN))
        return redirect("intake")
    trip, trouble = tried("bluesky", lambda: connect_bluesky.trip_of(request.user, advocate_id, kept))
    if trip is not None:
        way = trip
        _made, trouble = tried(
            "bluesky", lambda: connect_bluesky.come_back(request.user, advocate_id, way, answer, base_of(request))
        )
        if trouble is None:
            return _connected(request, advocate_id, known=bool(trip.connection))
    assert trouble is not None
    messages.error(request, f"{trouble[0]} {trouble[1]}".strip())
    return redirect("connections", advocate_id)


@require_safe
def client_metadata(request: HttpRequest) -> HttpResponse:
    """What servers read of this home before they let it in: an address, and the public half of a key. Open to everybody."""
    told = connect_bluesky.document()
    if told is None:
        return JsonResponse({}, status=404)
    return JsonResponse(told, headers={"Cache-Control": "public, max-age=600"})


def _connected(request: Visit, advocate_id: str, *, known: bool) -> HttpResponseBase:
    said = _("The connection works, and is kept as you wrote it.") if known else ""
    messages.success(request, said or _("The account is connected. What is written to you there is taken in within seconds."))
    return redirect("connections", advocate_id)


def _on(request: Visit, gone: connect_bluesky.Gone, advocate: AdvocateCard) -> HttpResponse:
    """A page with a link: forms lead nowhere else from here (the pages' policy)."""
    context = {"there": gone.page, "server": gone.server}
    return show(request, "connections/bluesky_there.html", context, here="intake", advocate=advocate)


def _form(
    request: Visit,
    form: BlueskyAccount,
    advocate: AdvocateCard,
    *,
    card: watched.Watched | None = None,
    trouble: Trouble | None = None,
) -> HttpResponse:
    kept: dict[str, Any] = {}
    if card is not None:
        kept = {
            "user": card.account,
            "host": card.server,
            "messages": card.messages,
            "blocks": card.blocks,
            "public": card.public,
        }
        kept["names"] = "\n".join(card.names)
    context = {
        "known": card,
        "offered": form.offered,
        "lasts": connect_bluesky.lasts(),
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
    }
    return show(
        request, "connections/bluesky.html", context, here="intake", advocate=advocate, status=400 if form.is_bound else 200
    )
