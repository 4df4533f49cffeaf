"""A pause before the next text, for who asked for one: after so many texts a day, the page offers to leave it, hand it over, or go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from parapet.access import items
from parapet.access.exposure import helpers_of, opened_today
from parapet.access.views import ItemCard
from parapet.web.frame import UNMATCHED, Visit, show

#: What the form that goes on sends again.
_ASKED = ("why", "version", "against", "covered")


def paused(
    request: Visit, item_id: str, asked: Mapping[str, Any], *, of: str, whole: Callable[[ItemCard], dict[str, Any]]
) -> HttpResponseBase | None:
    """The pause, in place of what was asked for; None where there is none to make, or she goes on.

    of     the name of the address that was asked
    whole  what the whole page needs, for who has no scripts
    Raises NotFound when the item is not hers.
    """
    most = request.user.reading_limit
    if most is None or "go_on" in request.POST:
        return None
    opened = opened_today(request.user)
    if opened < most:
        return None
    card = items.card(request.user, item_id)
    pause = {
        "opened": opened,
        "most": most,
        "helpers": helpers_of(request.user, card.advocate.id),
        "address": request.build_absolute_uri(reverse("item", args=[item_id])),
        "advocate_id": card.advocate.id,
        "action": reverse(of, args=[item_id]),
        "asked": [(name, asked[name]) for name in _ASKED if asked.get(name)],
        "fragment": of != "item-original",
        "care": card.advocate.role != UNMATCHED and card.advocate.scope is None,
    }
    if request.htmx:
        return render(request, "item/pause.html", {"pause": pause})
    return show(request, "item/item.html", {**whole(card), "pause": pause}, here="inbox", advocate=card.advocate)
