"""Connect a browser: get the extension, trade a code, see which browsers hand in, end one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import browsers as paired
from parapet.access.views import AdvocateCard
from parapet.actions import pair_browser
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import when
from parapet.web.browsers import pack
from parapet.web.frame import UNMATCHED, Visit, mine, page, show
from parapet.web.proof import base_of, browser_of


@page("GET", "POST")
def browsers(request: Visit, advocate_id: str) -> HttpResponseBase:
    """All of them. A POST makes a code, which is shown this once."""
    advocate = _hers(request, advocate_id)
    typed, code, error = browser_of(request), "", ""
    if request.method == "POST":
        typed = request.POST.get("name", "")[:300]
        try:
            code = pair_browser.offer_code(request.user, advocate.id, typed)
        except RequestRefused as refused:
            error = refused.said(_)
    context = {
        "browsers": [_card(card) for card in paired.browsers(request.user, advocate.id)],
        "typed": typed,
        "code": code,
        "address": base_of(request),
        "error": error,
    }
    return show(request, "browsers/browsers.html", context, here="intake", advocate=advocate, status=400 if error else 200)


@page("POST")
def end(request: Visit, browser_id: str) -> HttpResponseBase:
    """Take nothing from it any more."""
    card = paired.browser(request.user, browser_id)
    pair_browser.unpair(request.user, browser_id)
    messages.success(request, _("The browser is ended. What it handed in stays."))
    return redirect("browsers", card.advocate_id)


@page("GET")
def extension(request: Visit) -> HttpResponseBase:
    """The extension, as a file to unpack or to open."""
    response = HttpResponse(pack.packed(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="parapet-extension-{pack.version()}.zip"'
    return response


def _hers(request: Visit, advocate_id: str) -> AdvocateCard:
    advocate, _advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.SORT not in advocate.rights:
        raise NotFound
    return advocate


def _card(card: paired.Paired) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "whose": "" if card.is_own else card.whose,
        "since": when.moment(card.made_at),
        "used": when.moment(card.used_at) if card.used_at else "",
        "taken": when.number(card.taken),
    }
