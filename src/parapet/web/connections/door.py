"""A shielded address: opened, changed, its mail, and passing on what was held."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import connections as watched
from parapet.access import door
from parapet.access.around import DoorMailCard
from parapet.access.views import AdvocateCard
from parapet.actions import pass_on
from parapet.actions.shield_address import can_pass_on, change_shielded, door_settings, shield_address
from parapet.domain.errors import NotFound, RequestRefused
from parapet.web import when
from parapet.web.connections.forms import Shielded
from parapet.web.connections.hers import hers
from parapet.web.connections.words import of_mail
from parapet.web.frame import Visit, page, show


@page("GET", "POST")
def new_door(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Open a shielded address."""
    advocate = hers(request, advocate_id)
    settings = door_settings()
    if settings is None:
        raise NotFound
    form = Shielded(request.POST) if request.method == "POST" else Shielded()
    trouble = ""
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            made = shield_address(
                request.user,
                advocate.id,
                local=told["local"],
                domain=told["domain"] or settings.domains[0],
                **form.rule(),
            )
        except RequestRefused as error:
            trouble = error.said(_)
        else:
            messages.success(request, _("The address is open. What comes there is taken in from now on."))
            return redirect("door-mails", made)
    return _form(request, form, advocate, trouble=trouble)


def change_door(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    """Change where mail goes, and what is held."""
    form = Shielded(request.POST) if request.method == "POST" else Shielded()
    trouble = ""
    if form.is_bound and form.is_valid():
        try:
            change_shielded(request.user, card.id, **form.rule())
        except RequestRefused as error:
            trouble = error.said(_)
        else:
            messages.success(request, _("Kept. It holds for what comes from now on."))
            return redirect("connections", advocate.id)
    return _form(request, form, advocate, known=door.shielded(request.user, card.id), trouble=trouble)


def _form(
    request: Visit, form: Shielded, advocate: AdvocateCard, *, known: door.ShieldedCard | None = None, trouble: str = ""
) -> HttpResponse:
    settings = door_settings()
    kept: dict[str, Any] = {"hold": "grave"}
    if known is not None:
        kept = {"to": known.to, "hold": known.hold, "hold_unsure": known.hold_unsure}
    context = {
        "known": known,
        "domains": settings.domains if settings is not None else (),
        "can_pass_on": can_pass_on(),
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
    }
    return show(request, "connections/door.html", context, here="intake", advocate=advocate, status=400 if form.is_bound else 200)


@page("GET")
def mails(request: Visit, door_id: str) -> HttpResponseBase:
    """What is held there, and what else wants a person's eye."""
    card = door.shielded(request.user, door_id)
    advocate = hers(request, card.advocate_id)
    context = {
        "shielded": in_words(card),
        "mails": [mail_in_words(each) for each in door.mails(request.user, door_id)],
        "can_pass_on": can_pass_on(),
    }
    return show(request, "connections/mails.html", context, here="intake", advocate=advocate)


@page("POST")
def pass_on_mail(request: Visit, mail_id: str) -> HttpResponseBase:
    """Pass one on, from the page of its address."""
    connection = door.connection_of_mail(request.user, mail_id)
    _pass_on(request, pass_on.pass_on, mail_id)
    return redirect("door-mails", connection) if connection else redirect("start")


@page("POST")
def pass_on_item(request: Visit, item_id: str) -> HttpResponseBase:
    """Pass one on, from the page of a message that was found in it."""
    _pass_on(request, pass_on.pass_on_item, item_id)
    return redirect("item", item_id)


def _pass_on(request: Visit, act: Any, what: str) -> None:
    try:
        act(request.user, what)
    except RequestRefused as error:
        messages.error(request, error.said(_))
    else:
        messages.success(request, _("It is passed on now. This page says when it is there."))


def in_words(card: door.ShieldedCard) -> dict[str, Any]:
    """A shielded address and its counts."""
    counts = card.counts
    waiting = sum(counts.get(state, 0) for state in ("ready", "sending"))
    return {
        "id": card.id,
        "address": card.address,
        "to": card.to,
        "paused": card.paused,
        "hold": card.hold,
        "hold_unsure": card.hold_unsure,
        "passed": when.number(counts.get("passed", 0)),
        "held": when.number(counts.get("held", 0)),
        "any_held": counts.get("held", 0),
        "came": when.number(counts["came"]) if counts.get("came") else "",
        "waiting": when.number(waiting) if waiting else "",
        "unknown": when.number(counts["unknown"]) if counts.get("unknown") else "",
    }


def mail_in_words(mail: DoorMailCard) -> dict[str, Any]:
    """One mail, under every veil."""
    return {
        "id": mail.id,
        "item_id": mail.item_id,
        "at": when.moment(mail.came_at),
        "said": of_mail(mail.state, mail.why, mail.code),
        "next": when.moment(mail.next_at) if mail.next_at and mail.code else "",
        "can_go": mail.can_go,
    }
