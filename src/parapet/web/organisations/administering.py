"""What an administrator of an organisation does with who belongs to it: invite, take back, sign out, end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.organisations import held_belonging
from parapet.actions.invite_member import invite_member, withdraw_invitation
from parapet.actions.leave_organisation import end_membership
from parapet.actions.sign_out_member import sign_out_member
from parapet.domain.belonging import Role
from parapet.domain.errors import RequestRefused
from parapet.web import when
from parapet.web.frame import Visit, page
from parapet.web.organisations.views import organisation
from parapet.web.proof import ask_for_proof, must_prove


@page("POST")
def invite(request: Visit, organisation_id: str) -> HttpResponseBase:
    """Invite somebody by her code."""
    held_belonging(request.user, organisation_id, (Role.ADMINISTRATOR,))
    if must_prove(request):
        return ask_for_proof(request)
    role = request.POST.get("role", "")
    if role not in list(Role):
        return organisation(request, organisation_id, refused=_("Choose a role."), status=400)
    try:
        invite_member(request.user, organisation_id, request.POST.get("code", ""), Role(role))
    except RequestRefused as error:
        return organisation(request, organisation_id, refused=error.said(_), status=400)
    messages.success(
        request, _("The invitation waits on that person’s page “Organisations”. You see the name once it is accepted.")
    )
    return redirect("organisation", organisation_id)


@page("POST")
def withdraw(request: Visit, organisation_id: str, member_id: str) -> HttpResponseBase:
    """Take an invitation back."""
    withdraw_invitation(request.user, organisation_id, member_id)
    messages.success(request, _("The invitation is taken back."))
    return redirect("organisation", organisation_id)


@page("POST")
def sign_out(request: Visit, organisation_id: str, member_id: str) -> HttpResponseBase:
    """End all sessions of somebody."""
    gone = sign_out_member(request.user, organisation_id, member_id)
    said = ngettext("%(n)s browser is signed out.", "%(n)s browsers are signed out.", gone) % {"n": when.number(gone)}
    messages.success(request, said)
    return redirect("organisation", organisation_id)


@page("POST")
def end(request: Visit, organisation_id: str, member_id: str) -> HttpResponseBase:
    """End that somebody belongs."""
    end_membership(request.user, organisation_id, member_id)
    messages.success(request, _("This person belongs no longer. What was given through the organisation has ended."))
    return redirect("organisation", organisation_id)
