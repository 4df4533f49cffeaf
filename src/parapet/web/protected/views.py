"""Who is protected: enrolling somebody, and correcting what is known of her."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import people, seers
from parapet.access.views import AdvocateCard
from parapet.actions.change_profile import change_profile
from parapet.actions.enrol_person import enrol_person
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web.frame import CURRENT, UNMATCHED, Visit, mine, page, show
from parapet.web.people import said
from parapet.web.protected.forms import PRIVATE, Enrolment


@page("GET")
def protected(request: Visit) -> HttpResponseBase:
    """Everybody she may act for, and what she may do; with nobody yet, the form at once."""
    advocates = people.advocates_of(request.user, scoped=True)
    given, guest = seers.given_to(request.user), request.user.invited_by is not None
    if not given and not guest:
        return _form(request, Enrolment(ask_who=True), advocates=advocates, first=True)
    context = {"given": [said.given(each) for each in given], "guest": guest}
    return show(request, "protected/protected.html", context, here="protected", advocates=advocates)


@page("GET", "POST")
def enrol(request: Visit) -> HttpResponseBase:
    """Enrol herself, or somebody she helps."""
    if request.user.invited_by is not None:
        raise NotFound
    advocates = people.advocates_of(request.user)
    ask_who = not any(card.role == "advocate" for card in advocates)
    first = all(card.role == UNMATCHED for card in advocates)
    if request.method != "POST":
        return _form(request, Enrolment(ask_who=ask_who), advocates=advocates, first=first)
    form = Enrolment(request.POST, ask_who=ask_who)
    if form.is_valid():
        try:
            herself = form.cleaned_data.get("who") == "me"
            request.session[CURRENT] = enrol_person(request.user, form.details(), herself=herself)
        except RequestRefused as error:
            form.add_error(None, error.said(_))
        else:
            messages.success(request, _("%(name)s is enrolled.") % {"name": form.cleaned_data["name"]})
            return redirect("intake" if first else "protected")
    return _form(request, form, advocates=advocates, first=first)


@page("GET", "POST")
def profile(request: Visit, advocate_id: str) -> HttpResponseBase:
    """See and correct what is known of one of them."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED or Right.KEEP not in advocate.rights:
        raise NotFound
    held = people.profile_for(request.user, advocate.id)
    if request.method != "POST":
        return _form(request, Enrolment(held=held), advocates=advocates, advocate=advocate)
    form = Enrolment(request.POST, held=held)
    if form.is_valid():
        try:
            change_profile(request.user, advocate.id, form.details())
        except RequestRefused as error:
            form.add_error(None, error.said(_))
        else:
            messages.success(request, _("The details are kept."))
            return redirect("protected")
    return _form(request, form, advocates=advocates, advocate=advocate)


def _form(
    request: Visit,
    form: Enrolment,
    *,
    advocates: tuple[AdvocateCard, ...],
    advocate: AdvocateCard | None = None,
    first: bool = False,
) -> HttpResponse:
    sealed = form.held.sealed if form.held else frozenset()
    private = _private_fields(form, sealed)
    context = {
        "of": advocate,
        "first": first,
        "ask_who": "who" in form.fields,
        "typed": form.typed(),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "claimed": form.non_field_errors()[0] if form.is_bound and form.non_field_errors() else "",
        "accounts": _account_fields(form),
        "private": private,
        "private_open": any(field["error"] for field in private),
    }
    status = 400 if form.is_bound else 200
    return show(request, "protected/form.html", context, here="protected", advocate=advocate, advocates=advocates, status=status)


def _account_fields(form: Enrolment) -> list[list[dict[str, Any]]]:
    """The accounts, in rows of what belongs together."""
    rows = [
        [("bluesky_handle", _("Bluesky handle"), _("name.bsky.social")), ("bluesky_did", _("Bluesky DID"), "did:plc:…")],
        [("mastodon", "Mastodon", _("name@mastodon.social"))],
        [("x_name", _("Name on X"), _("@name")), ("x_id", _("Number on X"), "1234567890")],
        [("instagram", "Instagram", _("name")), ("facebook", "Facebook", _("as the page shows it"))],
        [("youtube", _("YouTube channel"), "UC…")],
    ]
    return [[{**_field(form, name), "label": label, "like": like} for name, label, like in row] for row in rows]


def _private_fields(form: Enrolment, sealed: frozenset[str]) -> list[dict[str, Any]]:
    labels = {
        "home": _("Home address"),
        "phone": _("Phone at home"),
        "cell": _("Mobile phone"),
        "car": _("Car and plate"),
        "other": _("Anything else, such as a child’s school"),
    }
    return [{**_field(form, f"private_{kind}"), "label": labels[kind], "sealed": kind in sealed} for kind in PRIVATE]


def _field(form: Enrolment, name: str) -> dict[str, Any]:
    errors = form.errors.get(name) if form.is_bound else None
    return {"name": name, "value": form.typed().get(name, ""), "error": errors[0] if errors else ""}
