"""The page that asks somebody signed in to prove that it is still herself."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.signing_in import ways_in
from parapet.actions.enter import prove_by_passkey
from parapet.actions.passphrases import prove_by_passphrase
from parapet.domain.errors import RequestRefused
from parapet.web.carried import still_carried
from parapet.web.frame import Visit, page, show
from parapet.web.proof import inner, place_of, proof_page, proved


@page("GET", "POST")
def proof(request: Visit) -> HttpResponseBase:
    """Ask by what she has, and lead her back; or, with what she had sent, one press before it."""
    sent = request.POST if request.method == "POST" else request.GET
    back, again, refused = inner(sent.get("back", "")), sent.get("again") == "1", ""
    held = still_carried(sent, inner(sent.get("to", ""))) if request.method == "POST" else None
    if request.method == "POST":
        refused = _refusal(request)
        if not refused:
            proved_now = {"held": held, "back": back}
            return show(request, "signin/proved.html", proved_now, here="preferences") if held is not None else redirect(back)
    if not ways_in(request.user).can_prove:
        return redirect(back)
    return proof_page(request, back, held=held, again=again, refused=refused)


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
