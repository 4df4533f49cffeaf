"""A Mastodon account, connected and changed: by the page of its own server, or with a token that was made there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import connections as watched
from parapet.access.views import AdvocateCard
from parapet.actions import connect, connect_mastodon
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, RequestRefused, SignInRefused
from parapet.web.connections.forms import Code, MastodonAccount
from parapet.web.connections.hers import hers
from parapet.web.connections.words import CODE_REFUSED, fault
from parapet.web.frame import Visit, page, show

Trouble = tuple[Any, Any] | None
_NEVER = {"reported_before": False, "blocked_before": False}


@page("GET", "POST")
def new_mastodon(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Connect an account: what is wrong is said here."""
    advocate = hers(request, advocate_id)
    return _account(request, advocate, None)


def change_mastodon(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Change what is watched, or sign in anew."""
    return _account(request, advocate, card)


def _account(request: Visit, advocate: AdvocateCard, card: watched.Watched | None) -> HttpResponseBase:
    if request.method == "POST" and "trip" in request.POST:
        return _back(request, advocate, card)
    known = card is not None
    form = MastodonAccount(request.POST if request.method == "POST" else None, known=known, inside=connect.inside_is_allowed())
    trouble: Trouble = None
    if form.is_bound and form.is_valid():
        try:
            before = {"reported_before": card.reports, "blocked_before": card.blocks} if card else _NEVER
            if form.goes_there(**before):
                kept = connect_mastodon.set_out(request.user, advocate.id, form.told(), connection_id=card.id if card else "")
                return _waiting(request, advocate, card, kept)
            if card is None:
                connect.connect(request.user, advocate.id, "mastodon", form.told())
            else:
                connect.change_connection(request.user, card.id, form.told())
        except (OutsideUnreachable, OutsideRefused) as error:
            trouble = fault(error.code, "mastodon")
        except RequestRefused as error:
            trouble = (error.said(_), "")
        else:
            return _connected(request, advocate, known=known)
    return _form(request, form, advocate, card=card, trouble=trouble)


def _back(request: Visit, advocate: AdvocateCard, card: watched.Watched | None) -> HttpResponseBase:
    """She comes back from her server with a code."""
    kept, form = request.POST.get("trip", ""), Code(request.POST)
    try:
        trip = connect_mastodon.trip_of(request.user, advocate.id, kept)
        if not form.is_valid():
            return _waiting(request, advocate, card, kept, errors=form.first_errors(), status=400)
        connect_mastodon.come_back(request.user, advocate.id, trip, form.cleaned_data["code"])
    except SignInRefused:
        return _waiting(request, advocate, card, kept, trouble=CODE_REFUSED, status=400)
    except (OutsideUnreachable, OutsideRefused) as error:
        return _waiting(request, advocate, card, kept, trouble=fault(error.code, "mastodon"), status=400)
    except RequestRefused as error:
        known = card is not None
        return _form(request, MastodonAccount(None, known=known), advocate, card=card, trouble=(error.said(_), ""), status=400)
    return _connected(request, advocate, known=bool(trip.connection))


def _connected(request: Visit, advocate: AdvocateCard, *, known: bool) -> HttpResponseBase:
    said = _("The connection works, and is kept as you wrote it.") if known else ""
    messages.success(request, said or _("The account is connected. What is written to you there is taken in within seconds."))
    return redirect("connections", advocate.id)


def _waiting(
    request: Visit,
    advocate: AdvocateCard,
    card: watched.Watched | None,
    kept: str,
    *,
    errors: dict[str, str] | None = None,
    trouble: Trouble = None,
    status: int = 200,
) -> HttpResponse:
    """The page beside which she says yes on her server."""
    trip = connect_mastodon.trip_of(request.user, advocate.id, kept)
    context = {
        "known": card,
        "kept": kept,
        "page": trip.page,
        "server": trip.told["host"],
        "reports": trip.told["reports"],
        "blocks": trip.told.get("blocks"),
        "errors": errors or {},
        "trouble": trouble,
    }
    return show(request, "connections/mastodon_code.html", context, here="intake", advocate=advocate, status=status)


def _form(
    request: Visit,
    form: MastodonAccount,
    advocate: AdvocateCard,
    *,
    card: watched.Watched | None = None,
    trouble: Trouble = None,
    status: int = 200,
) -> HttpResponse:
    kept: dict[str, Any] = {"messages": card.messages, "reports": card.reports, "blocks": card.blocks} if card is not None else {}
    context = {
        "known": card,
        "typed": form.typed(kept),
        "errors": form.first_errors(),
        "trouble": trouble,
    }
    status = 400 if form.is_bound else status
    return show(request, "connections/mastodon.html", context, here="intake", advocate=advocate, status=status)
