"""The page that asks somebody signed in to prove that it is still herself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.signing_in import ways_in
from parapet.actions.enter import passkey_question, prove_by_passkey
from parapet.actions.passphrases import prove_by_passphrase
from parapet.domain.errors import RequestRefused
from parapet.web.frame import Visit, page, show
from parapet.web.proof import inner, place_of, proved


@page("GET", "POST")
def proof(request: Visit) -> HttpResponseBase:
    """Ask by what she has, and lead her back."""
    sent = request.POST if request.method == "POST" else request.GET
    back, again, refused = inner(sent.get("back", "")), sent.get("again") == "1", ""
    place = place_of(request)
    if request.method == "POST":
        refused = _refusal(request)
        if not refused:
            return redirect(back)
    ways = ways_in(request.user)
    if not ways.can_prove:
        return redirect(back)
    titles = {each.title for each in ways.accounts}
    context = {
        "back": back,
        "again": again,
        "refused": refused,
        "ways": ways,
        "passkey": passkey_question(place, request.user) if place is not None else None,
        "institutions": [each for each in settings.ENVIRONMENT.institutions if each.title in titles],
    }
    return show(request, "signin/proof.html", context, here="preferences", status=400 if refused else 200)


def _refusal(request: Visit) -> str:
    """Why the proof that was sent does not hold; "" when it does, and is noted."""
    if request.POST.get("do") == "passkey":
        place = place_of(request)
        asked, answer = request.POST.get("ticket", ""), request.POST.get("answer", "")
        if place is None or not prove_by_passkey(request.user, place, asked, answer):
            return _("This passkey is not one of yours.")
        proved(request, "passkey")
        return ""
    try:
        prove_by_passphrase(request.user, request.POST.get("passphrase", ""))
    except RequestRefused as error:
        return error.said(_)
    proved(request, "passphrase")
    return ""
