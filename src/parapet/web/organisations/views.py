"""Where a person belongs: what she is invited to, joins, looks at, leaves; and what ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import organisations as access
from parapet.access.people import advocates_of
from parapet.actions.gather_all import gather_for
from parapet.actions.join_organisation import decline_invitation, join_organisation
from parapet.actions.leave_organisation import leave_organisation, put_away
from parapet.web import when
from parapet.web.frame import Visit, page, show
from parapet.web.organisations import said


@page("GET")
def organisations(request: Visit) -> HttpResponseBase:
    """All of it: what ended, what waits for an answer, where she belongs, and the code by which somebody can invite her."""
    person = request.user
    context = {
        "notices": [said.notice(each) for each in access.notices_to(person)],
        "invitations": [said.card(each) for each in access.invitations_to(person)],
        "belongs": [said.card(each) for each in access.organisations_of(person)],
        "open": [said.card(each) for each in access.open_to(person)],
        "code": "" if person.invited_by is not None else person.id,
    }
    return show(request, "organisations/list.html", context, here="organisations")


@page("GET")
def one(request: Visit, organisation_id: str) -> HttpResponseBase:
    """One of them: who serves there; for an administrator who belongs."""
    return organisation(request, organisation_id)


@page("POST")
def join(request: Visit, organisation_id: str) -> HttpResponseBase:
    """Belong from now on."""
    role = join_organisation(request.user, organisation_id)
    messages.success(request, _("You belong to it from now on: %(role)s.") % {"role": said.role(role)})
    return redirect("organisation", organisation_id)


@page("POST")
def decline(request: Visit, organisation_id: str) -> HttpResponseBase:
    """Say no."""
    decline_invitation(request.user, organisation_id)
    messages.success(request, _("You declined. Nobody there sees your name."))
    return redirect("organisations")


@page("GET", "POST")
def leave(request: Visit, organisation_id: str) -> HttpResponseBase:
    """See what ends with it; leave."""
    if request.method == "POST":
        leave_organisation(request.user, organisation_id)
        return redirect("organisations")
    card, lost = access.would_end(request.user, organisation_id)
    hers = next((each for each in advocates_of(request.user) if each.role == "advocate"), None)
    context = {"card": said.card(card), "lost": said.lost(lost), "hers": hers}
    return show(request, "organisations/leave.html", context, here="organisations")


@page("POST")
def gather(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Put all that is hers into cases, to be exported."""
    count = len(gather_for(request.user, advocate_id))
    said_so = ngettext(
        "Everything is in %(n)s case now. Open it, and export it.",
        "Everything is in %(n)s cases now. Open each, and export it.",
        count,
    )
    messages.success(request, said_so % {"n": when.number(count)})
    return redirect("cases", advocate_id)


@page("POST")
def away(request: Visit, membership_id: str) -> HttpResponseBase:
    """She has read what ended."""
    put_away(request.user, membership_id)
    return redirect("organisations")


def organisation(request: Visit, organisation_id: str, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The page of one. `refused`: why nobody was invited."""
    found = access.organisation_page(request.user, organisation_id, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "card": said.card(found.card),
        "administers": found.administers,
        "serving": [said.colleague(each) for each in found.serving],
        "everybody": [said.colleague(each) for each in found.everybody],
        "more": found.more,
        "invited": [said.invited(each) for each in found.invited],
        "roles": said.choices(),
        "typed": {name: request.POST.get(name, "") for name in ("code", "role")} if refused else {},
        "refused": refused,
        "own": request.user.id,
    }
    return show(request, "organisations/organisation.html", context, here="organisations", status=status)
