"""A Bluesky account, connected and changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import connections as watched
from parapet.access.views import AdvocateCard
from parapet.actions import connect
from parapet.web.connections.forms import BlueskyAccount
from parapet.web.connections.hers import hers
from parapet.web.connections.tried import Trouble, tried
from parapet.web.frame import Visit, page, show


@page("GET", "POST")
def new_bluesky(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Connect an account: it is signed in to at once, so that what is wrong is said here."""
    advocate = hers(request, advocate_id)
    form = BlueskyAccount(request.POST) if request.method == "POST" else BlueskyAccount()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        _made, trouble = tried("bluesky", lambda: connect.connect(request.user, advocate.id, "bluesky", form.told()))
        if trouble is None:
            messages.success(request, _("The account is connected. What is written to you there is taken in within seconds."))
            return redirect("connections", advocate.id)
    return _form(request, form, advocate, trouble=trouble)


def change_bluesky(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Change how an account is signed in to."""
    form = BlueskyAccount(request.POST, known=True) if request.method == "POST" else BlueskyAccount(known=True)
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        _made, trouble = tried("bluesky", lambda: connect.change_connection(request.user, card.id, form.told()))
        if trouble is None:
            messages.success(request, _("The connection works, and is kept as you wrote it."))
            return redirect("connections", advocate.id)
    return _form(request, form, advocate, card=card, trouble=trouble)


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
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
    }
    return show(
        request, "connections/bluesky.html", context, here="intake", advocate=advocate, status=400 if form.is_bound else 200
    )
