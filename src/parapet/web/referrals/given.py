"""Refer a case: choose, see exactly what goes, then offer it; add to it; take it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import cases, referrals
from parapet.access.organisations import reachable
from parapet.access.referrals import Preview
from parapet.access.views import AdvocateCard
from parapet.actions.invite import Invitation
from parapet.actions.refer import end_referral, extend_referral, refer_case, refer_to_guest, renew_referral_link
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.settings.environment import is_loopback
from parapet.web import rows, when
from parapet.web.frame import Visit, page, show
from parapet.web.organisations import said as organised
from parapet.web.people.forms import LANGUAGES
from parapet.web.referrals import said
from parapet.web.referrals.forms import BY_CODE, NEW, Offer

#: What a link that was just made is kept under, sealed in the session, until it is shown: once.
_MADE = "referral_link"


@page("GET", "POST")
def refer(request: Visit, case_id: str) -> HttpResponseBase:
    """Choose what goes and to whom; see it; offer it. Each step is a page of its own, and only the last changes something."""
    advocate = _hers(request, case_id)
    if request.method != "POST":
        made = request.session.pop(_MADE, None)
        return _choose(request, case_id, advocate, made=made)
    form, chosen = Offer(request.POST), list(dict.fromkeys(request.POST.getlist("item")))
    if not form.is_valid():
        return _choose(request, case_id, advocate, form=form, status=400)
    if not chosen:
        form.add_error(None, _("Choose at least one message."))
        return _choose(request, case_id, advocate, form=form, status=400)
    shown = referrals.preview(request.user, case_id, chosen)
    if request.POST.get("step") != "offer" or "back" in request.POST:
        if "back" in request.POST:
            return _choose(request, case_id, advocate, form=form)
        return _confirm(request, advocate, form, shown)
    if "agreed" not in request.POST:
        return _confirm(request, advocate, form, shown, _("Say that you agree to this, or go back."))
    try:
        return _offered(request, case_id, advocate, form, chosen)
    except RequestRefused as error:
        form.add_error(None, error.said(_))
        return _choose(request, case_id, advocate, form=form, status=400)


@page("GET", "POST")
def add(request: Visit, referral_id: str) -> HttpResponseBase:
    """What is in the case and not part of it: see it, then add it."""
    card, more = referrals.preview_more(request.user, referral_id)
    trouble = ""
    if request.method == "POST":
        try:
            extend_referral(request.user, referral_id, shown=request.POST.get("shown", ""))
        except RequestRefused as error:
            trouble = error.said(_)
            card, more = referrals.preview_more(request.user, referral_id)
        else:
            messages.success(request, _("It is added. The officer sees it from now on."))
            return redirect("case", card.case_id)
    [told] = said.given([card])
    context = {**_listed(more), "referral": told, "trouble": trouble, "with_notes": card.later_notes}
    return show(
        request,
        "referrals/add.html",
        context,
        here="cases",
        advocate=_hers(request, card.case_id),
        status=400 if trouble else 200,
    )


@page("POST")
def link(request: Visit, referral_id: str) -> HttpResponseBase:
    """Another sign-in link for a guest."""
    card, _more = referrals.preview_more(request.user, referral_id)
    _keep(request, renew_referral_link(request.user, referral_id), card.who)
    return redirect("refer", card.case_id)


@page("POST")
def end(request: Visit, referral_id: str) -> HttpResponseBase:
    """Take it back, at once."""
    card, _more = referrals.preview_more(request.user, referral_id)
    end_referral(request.user, referral_id)
    messages.success(request, _("It is taken back. From now on this person finds nothing of the case here."))
    return redirect("case", card.case_id)


def _hers(request: Visit, case_id: str) -> AdvocateCard:
    advocate = cases.page(request.user, case_id).advocate
    if Right.REFER not in advocate.rights:
        raise NotFound
    return advocate


def _offered(request: Visit, case_id: str, advocate: AdvocateCard, form: Offer, chosen: list[str]) -> HttpResponseBase:
    given = form.cleaned_data
    asked: dict[str, Any] = {
        "purpose": given["purpose"],
        "shown": request.POST.get("shown", ""),
        "notes": given["notes"],
        "export": given["export"],
        "until": form.end(),
    }
    if given["to"] != NEW:
        to, _colon, through = (given["code"].strip() if given["to"] == BY_CODE else given["to"]).partition(":")
        refer_case(request.user, case_id, chosen, to=to, through=through, **asked)
        messages.success(request, _("The case is offered. You see here when it is accepted or declined."))
        return redirect("case", case_id)
    if Right.GRANT not in advocate.rights:
        raise NotFound
    language = given["language"] or "en"
    made = refer_to_guest(request.user, case_id, chosen, name=given["name"], language=language, **asked)
    _keep(request, made, given["name"])
    return redirect("refer", case_id)


def _keep(request: Visit, made: Invitation, name: str) -> None:
    request.session[_MADE] = {"token": made.token, "name": name, "ends": when.moment(made.ends)}


def _choose(
    request: Visit,
    case_id: str,
    advocate: AdvocateCard,
    *,
    form: Offer | None = None,
    made: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    every = referrals.preview(request.user, case_id)
    chosen = set(request.POST.getlist("item")) if form is not None else {row.id for row in every.rows}
    names = ("to", "name", "code", "language", "purpose", "until", "notes", "export")
    context = {
        "case": every.card,
        "lines": [{**line, "body": rows.body(line), "on": line["id"] in chosen} for line in rows.lines(every.rows)],
        "known": referrals.officers_known(request.user, case_id),
        "reachable": _reachable(request, advocate),
        "guests": Right.GRANT in advocate.rights,
        "exports": Right.EXPORT in advocate.rights,
        "notes_now": every.notes,
        "typed": {name: request.POST.get(name, "") for name in names} if form is not None else {},
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form is not None else {},
        "refused": next(iter(form.non_field_errors()), "") if form is not None else "",
        "languages": LANGUAGES,
        "made": made and {**made, "url": _address(request, made["token"])},
        "here_only": not settings.ENVIRONMENT.public_url and is_loopback(settings.ENVIRONMENT.host),
    }
    return show(request, "referrals/choose.html", context, here="cases", advocate=advocate, status=status)


def _confirm(request: Visit, advocate: AdvocateCard, form: Offer, shown: Preview, trouble: str = "") -> HttpResponse:
    given = form.cleaned_data
    known = {each.code: each.name for each in referrals.officers_known(request.user, shown.card.id)}
    known |= {each["value"]: each["name"] for each in _reachable(request, advocate)}
    to = given["name"] if given["to"] == NEW else given["code"] if given["to"] == BY_CODE else known.get(given["to"], given["to"])
    names = ("to", "name", "code", "language", "purpose", "until", "notes", "export")
    context = {
        **_listed(shown),
        "to": to,
        "purpose": given["purpose"],
        "until": when.day(given["until"]) if given["until"] else "",
        "with_notes": given["notes"],
        "with_export": given["export"],
        "left_out": said.messages_of(shown.card.items - len(shown.rows)) if shown.card.items > len(shown.rows) else "",
        "asked": [(name, request.POST.get(name, "")) for name in names if request.POST.get(name)],
        "chosen": [row.id for row in shown.rows],
        "trouble": trouble,
    }
    status = 400 if trouble else 200
    return show(request, "referrals/confirm.html", context, here="cases", advocate=advocate, status=status)


def _reachable(request: Visit, advocate: AdvocateCard) -> list[dict[str, str]]:
    """People of her organisations, for herself; a helper chooses nobody by name."""
    if Right.GRANT not in advocate.rights:
        return []
    return [organised.reachable(each) for each in reachable(request.user, advocate.id)]


def _listed(shown: Preview) -> dict[str, Any]:
    return {
        "case": shown.card,
        "rows": rows.drawn(shown.rows),
        "count": said.messages_of(len(shown.rows)),
        "notes": said.notes_of(shown.notes),
        "shown": shown.shown,
    }


def _address(request: Visit, token: str) -> str:
    path = reverse("enter", args=[token])
    public: str = settings.ENVIRONMENT.public_url
    return f"{public.rstrip('/')}{path}" if public else request.build_absolute_uri(path)
