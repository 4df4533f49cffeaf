"""Who can see what: whom an advocate lets in, to do what, until when; and how that ends."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import cases as access_cases
from parapet.access import inbox, seers
from parapet.access.emergency_plans import emergencies_about, named_by_her
from parapet.access.organisations import reachable
from parapet.access.referrals import referrals_given
from parapet.access.views import AdvocateCard
from parapet.actions.change_grant import change_rights, give_back, revoke
from parapet.actions.invite import Invitation as Made
from parapet.actions.invite import invite, renew_link
from parapet.actions.let_in_member import let_in_member
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.settings.environment import is_loopback
from parapet.web import when, words
from parapet.web.emergency import said as emergency
from parapet.web.frame import Visit, mine, page, show
from parapet.web.organisations import said as organised
from parapet.web.people import said
from parapet.web.people.forms import LANGUAGES, PART, Invitation, Rights
from parapet.web.proof import proven
from parapet.web.referrals import said as referrals

#: What a link that was just made is kept under, sealed in the session, until it is shown: once.
_MADE = "invitation"
#: What most helpers are asked for.
_USUAL = (Right.READ, Right.SORT, Right.ANNOTATE)


@page("GET")
def people(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Everybody who may act for her. A link that was just made is shown here, and not again."""
    return _page(request, advocate_id, made=request.session.pop(_MADE, None))


@page("POST")
@proven
def invite_one(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Let somebody in by name."""
    _hers(request, advocate_id)
    form = Invitation(request.POST, **_known_parts(request, advocate_id))
    if not form.is_valid():
        return _page(request, advocate_id, form=form, status=400)
    given = form.cleaned_data
    try:
        ways = {"until": form.end(), "scope": form.scope(), "language": given["language"]}
        made = invite(request.user, advocate_id, given["name"], form.chosen(), **ways)
    except RequestRefused as error:
        form.add_error(None, error.said(_))
        return _page(request, advocate_id, form=form, status=400)
    return _made(request, advocate_id, made)


@page("POST")
@proven
def let_in(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Let somebody of an organisation of hers act for her."""
    _hers(request, advocate_id)
    form = Rights(request.POST, **_known_parts(request, advocate_id))
    code, _colon, organisation = request.POST.get("to", "").partition(":")
    if not form.is_valid():
        refused = next(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, advocate_id, let_in_refused=refused, status=400)
    try:
        end, scope = form.end(), form.scope()
        name = let_in_member(request.user, advocate_id, organisation, code, form.chosen(), until=end, scope=scope)
    except RequestRefused as error:
        return _page(request, advocate_id, let_in_refused=error.said(_), status=400)
    messages.success(request, _("%(name)s may act for you from now on.") % {"name": name})
    return redirect("people", advocate_id)


@page("POST")
@proven
def link(request: Visit, advocate_id: str, helper_id: str) -> HttpResponseBase:
    """Another sign-in link for a helper of hers."""
    _hers(request, advocate_id)
    try:
        made = renew_link(request.user, advocate_id, helper_id)
    except RequestRefused as error:
        return _page(request, advocate_id, trouble=error.said(_), status=400)
    return _made(request, advocate_id, made)


@page("POST")
@proven
def change(request: Visit, advocate_id: str, helper_id: str) -> HttpResponseBase:
    """Other rights, or another end."""
    _known(request, advocate_id, helper_id)
    form = Rights(request.POST, **_known_parts(request, advocate_id))
    if not form.is_valid():
        trouble = next(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, advocate_id, trouble=trouble, status=400)
    try:
        changed = change_rights(request.user, advocate_id, helper_id, form.chosen(), until=form.end(), scope=form.scope())
    except RequestRefused as error:
        return _page(request, advocate_id, trouble=error.said(_), status=400)
    messages.success(request, _("It is changed, from this moment on.") if changed else _("It is so already."))
    return redirect("people", advocate_id)


@page("POST")
def end(request: Visit, advocate_id: str, helper_id: str) -> HttpResponseBase:
    """Take it all back, at once."""
    _hers(request, advocate_id)
    revoke(request.user, advocate_id, helper_id)
    messages.success(request, _("It is taken back. From now on this person finds nothing of yours here."))
    return redirect("people", advocate_id)


@page("POST")
def hand_back(request: Visit, advocate_id: str) -> HttpResponseBase:
    """A helper ends what she may do."""
    give_back(request.user, advocate_id)
    messages.success(request, _("You have given it back. Thank you for your help."))
    return redirect("start")


def _hers(request: Visit, advocate_id: str) -> tuple[AdvocateCard, tuple[AdvocateCard, ...]]:
    """Raises NotFound unless it is herself who asks."""
    card, cards = mine(request, advocate_id)
    if Right.GRANT not in card.rights:
        raise NotFound
    return card, cards


def _known(request: Visit, advocate_id: str, helper_id: str) -> None:
    _hers(request, advocate_id)
    if helper_id not in {each.id for each in seers.who_may(request.user, advocate_id)}:
        raise NotFound


def _made(request: Visit, advocate_id: str, made: Made) -> HttpResponseBase:
    name = next(each.name for each in seers.who_may(request.user, advocate_id) if each.id == made.helper_id)
    request.session[_MADE] = {"token": made.token, "name": name, "ends": when.moment(made.ends)}
    return redirect("people", advocate_id)


def _page(
    request: Visit,
    advocate_id: str,
    *,
    form: Invitation | None = None,
    made: dict[str, str] | None = None,
    trouble: str = "",
    let_in_refused: str = "",
    status: int = 200,
) -> HttpResponse:
    card, cards = _hers(request, advocate_id)
    channels, titles = _channels(request, card.id), _titles(request, card.id)
    context: dict[str, Any] = {
        "people": [said.seer(each, channels, titles) for each in seers.who_may(request.user, card.id)],
        "lines": said.access_lines(seers.told_of_access(request.user, card.id), titles),
        "withheld": said.withheld(),
        "named": named_by_her(request.user, card.id),
        "emergencies": emergency.standing(emergencies_about(request.user, card.id)),
        "referred": referrals.given(referrals_given(request.user, card.id)),
        "made": made and {**made, "url": _address(request, made["token"])},
        "here_only": not settings.ENVIRONMENT.public_url and is_loopback(settings.ENVIRONMENT.host),
        "trouble": trouble,
        "reachable": [organised.reachable(each) for each in reachable(request.user, card.id)],
        "let_in_choices": said.choices(request.POST.getlist("rights") if let_in_refused else _USUAL),
        "let_in_refused": let_in_refused,
        "let_in_fields": _part_fields(request, channels, titles, typed=bool(let_in_refused)),
        "let_in_typed": {name: request.POST.get(name, "") for name in ("to", "until")} if let_in_refused else {},
        "languages": LANGUAGES,
        **_typed(request, form, channels, titles),
    }
    return show(request, "people/people.html", context, here="people", advocate=card, advocates=cards, status=status)


def _channels(request: Visit, advocate_id: str) -> list[str]:
    """Those that messages of hers came through, the most first; then the others that have a name here."""
    hers = inbox.counts(request.user, advocate_id).by_channel
    return [*hers, *(code for code, _name in words.choices("channel") if code not in hers)]


def _titles(request: Visit, advocate_id: str) -> dict[str, str]:
    return access_cases.titles(request.user, advocate_id)


def _known_parts(request: Visit, advocate_id: str) -> dict[str, list[str]]:
    return {"channels": _channels(request, advocate_id), "cases": list(_titles(request, advocate_id))}


def _typed(request: Visit, form: Invitation | None, channels: list[str], titles: dict[str, str]) -> dict[str, Any]:
    """What the form for letting somebody in shows again, and what was wrong with it."""
    fields = _part_fields(request, channels, titles, typed=form is not None)
    if form is None:
        return {"choices": said.choices(_USUAL), "typed": {}, "errors": {}, "refused": "", "fields": fields}
    return {
        "fields": fields,
        "choices": said.choices(request.POST.getlist("rights")),
        "typed": {name: request.POST.get(name, "") for name in ("name", "until", "language")},
        "errors": {name: errors[0] for name, errors in form.errors.items()},
        "part_errors": list(dict.fromkeys(form.errors[name][0] for name in PART if name in form.errors)),
        "refused": next(iter(form.non_field_errors()), ""),
    }


def _part_fields(request: Visit, channels: list[str], titles: dict[str, str], *, typed: bool) -> dict[str, Any]:
    """What the fields of a part show: what was `typed`, or nothing yet."""
    fields = said.part_fields(None, channels, titles)
    if not typed:
        return fields
    return {
        "only": request.POST.get("part") == "part",
        **{name: _ticked(fields[name], request.POST.getlist(name)) for name in PART if name not in ("from_day", "to_day")},
        **{name: request.POST.get(name, "") for name in ("from_day", "to_day")},
    }


def _ticked(boxes: list[tuple[str, str, bool]], chosen: list[str]) -> list[tuple[str, str, bool]]:
    return [(code, name, code in chosen) for code, name, _on in boxes]


def _address(request: Visit, token: str) -> str:
    path = reverse("enter", args=[token])
    public: str = settings.ENVIRONMENT.public_url
    return f"{public.rstrip('/')}{path}" if public else request.build_absolute_uri(path)
