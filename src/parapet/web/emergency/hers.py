"""The advocate's own page: who may be let in in an emergency, and every request that there was."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.emergency_plans import emergency_plan
from parapet.actions.name_for_emergency import MOST, name_for_emergency
from parapet.domain.errors import RequestRefused
from parapet.web.emergency import said
from parapet.web.frame import Visit, page, show
from parapet.web.proof import ask_for_proof, must_prove


@page("GET", "POST")
def plan(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Whom she named, and a form to name others or nobody."""
    if request.method != "POST":
        return _page(request, advocate_id)
    emergency_plan(request.user, advocate_id)  # before a proof is asked: a stranger learns nothing by the asking
    if must_prove(request):
        return ask_for_proof(request)
    codes = [code for code in request.POST.getlist("person")[: 2 * MOST] if code]
    codes += request.POST.get("code", "").split()[:MOST]
    try:
        changed = name_for_emergency(request.user, advocate_id, codes)
    except RequestRefused as error:
        return _page(request, advocate_id, trouble=error.said(_), status=400)
    messages.success(request, _("It is kept, from this moment on.") if changed else _("It is so already."))
    return redirect("emergency-plan", advocate_id)


def _page(request: Visit, advocate_id: str, *, trouble: str = "", status: int = 200) -> HttpResponse:
    found = emergency_plan(request.user, advocate_id)
    ticked = set(request.POST.getlist("person")) if trouble else {each.id for each in found.people if each.on}
    context = {
        "people": [{"id": each.id, "name": each.name, "on": each.id in ticked, "here": each.here} for each in found.people],
        "anybody": any(each.on for each in found.people),
        "works": found.works,
        "closed": found.closed,
        "requests": [said.request(card) for card in found.requests],
        "code": request.POST.get("code", "") if trouble else "",
        "trouble": trouble,
    }
    return show(request, "emergency/plan.html", context, here="emergency-plan", advocate=found.advocate, status=status)
