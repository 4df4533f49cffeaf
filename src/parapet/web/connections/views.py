"""Connections: which accounts are watched for an advocate, how each does, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from parapet.access import connections as watched
from parapet.access import door
from parapet.access.views import AdvocateCard
from parapet.actions import connect
from parapet.actions.mail_sign_in import services
from parapet.actions.read_again import read_connection_again
from parapet.actions.shield_address import door_settings
from parapet.domain.errors import RequestRefused
from parapet.web import when, words
from parapet.web.connections.bluesky import change_bluesky
from parapet.web.connections.door import change_door, in_words
from parapet.web.connections.feeds import change_feed, feed_state
from parapet.web.connections.forms import PORTS, Mailbox
from parapet.web.connections.hers import hers
from parapet.web.connections.mastodon import change_mastodon
from parapet.web.connections.pages import change_pages, states
from parapet.web.connections.tried import Trouble, tried
from parapet.web.connections.words import ended, fault, lacking, place_of, shown_place, words_of
from parapet.web.frame import Visit, page, show


@page("GET")
def connections(request: Visit, advocate_id: str) -> HttpResponseBase:
    """All of them."""
    advocate = hers(request, advocate_id)
    cards = [
        {**_card(card), "door": in_words(door.shielded(request.user, card.id)) if card.channel == "door" else None}
        for card in watched.connections(request.user, advocate.id)
    ]
    still = sum(card["state"] in ("failing", "idle") for card in cards)
    context = {
        "connections": cards,
        "has_door": door_settings() is not None,
        "services": services(),
        "still": when.number(still) if still else "",
    }
    return show(request, "connections/connections.html", context, here="intake", advocate=advocate)


@page("GET", "POST")
def new_mailbox(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Connect a mailbox: it is signed in to at once, so that what is wrong is said here."""
    advocate = hers(request, advocate_id)
    form = Mailbox(request.POST) if request.method == "POST" else Mailbox()
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        _made, trouble = tried("mail", lambda: connect.connect(request.user, advocate.id, "mail", form.told()))
        if trouble is None:
            messages.success(request, _("The mailbox is connected. What comes is taken in within seconds."))
            return redirect("connections", advocate.id)
    return _form(request, form, advocate, trouble=trouble)


@page("GET", "POST")
def connection(request: Visit, connection_id: str) -> HttpResponseBase:
    """Change how an account is signed in to, and what of it is watched."""
    card = watched.connection(request.user, connection_id)
    advocate = hers(request, card.advocate_id)
    change = {
        "bluesky": change_bluesky,
        "door": change_door,
        "feed": change_feed,
        "mastodon": change_mastodon,
        "web": change_pages,
    }.get(card.channel, _mailbox)
    return change(request, card, advocate)


def _mailbox(request: Visit, card: watched.Watched, advocate: AdvocateCard) -> HttpResponseBase:
    form = Mailbox(request.POST, known=True) if request.method == "POST" else Mailbox(known=True)
    trouble: Trouble | None = None
    if form.is_bound and form.is_valid():
        told = form.told()
        if card.service:
            told["folders"] = [place_of(folder) for folder in told["folders"]]
        _made, trouble = tried("mail", lambda: connect.change_connection(request.user, card.id, told))
        if trouble is None:
            messages.success(request, _("The connection works, and is kept as you wrote it."))
            return redirect("connections", advocate.id)
    return _form(request, form, advocate, card=card, trouble=trouble)


@page("POST")
def pause(request: Visit, connection_id: str) -> HttpResponseBase:
    """Watch no more until it is resumed."""
    return _done(request, connection_id, connect.pause, lambda card: words_of(card.channel).paused)


@page("POST")
def resume(request: Visit, connection_id: str) -> HttpResponseBase:
    """Watch again, or ask at once."""
    return _done(
        request,
        connection_id,
        connect.resume,
        lambda card: (
            _("What was held meanwhile is judged now, and passed on by your rule.")
            if card.channel == "door"
            else _("It is asked now. Look again in a moment.")
        ),
    )


@page("POST")
def end(request: Visit, connection_id: str) -> HttpResponseBase:
    """Forget how to sign in there."""
    card = watched.connection(request.user, connection_id)
    messages.success(request, str(ended(card.channel, connect.disconnect(request.user, connection_id), permitted=card.permitted)))
    return redirect("connections", card.advocate_id)


@page("POST")
def read_again(request: Visit, connection_id: str) -> HttpResponseBase:
    """Read once more what came and was not understood."""
    card = watched.connection(request.user, connection_id)
    try:
        return redirect("progress", read_connection_again(request.user, connection_id))
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect("connections", card.advocate_id)


def _done(
    request: Visit, connection_id: str, act: Callable[[Any, str], object], said: Callable[[watched.Watched], str | Promise]
) -> HttpResponseBase:
    """Do it, say so, and go back to all of them."""
    card = watched.connection(request.user, connection_id)
    act(request.user, connection_id)
    messages.success(request, str(said(card)))
    return redirect("connections", card.advocate_id)


def _form(
    request: Visit,
    form: Mailbox,
    advocate: AdvocateCard,
    *,
    card: watched.Watched | None = None,
    trouble: Trouble | None = None,
) -> HttpResponse:
    kept: dict[str, Any] = {"folders": "INBOX", "security": "tls"}
    if card is not None:
        usual = PORTS["starttls" if card.starttls else "tls"]
        kept = {
            "host": card.server,
            "user": card.account,
            "folders": "\n".join(shown_place(place) if card.service else place for place in card.places),
            "security": "starttls" if card.starttls else "tls",
            "port": "" if card.port == usual else card.port,
        }
    context = {
        "known": card,
        "typed": form.typed(kept),
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "trouble": trouble,
    }
    status = 400 if form.is_bound else 200
    return show(request, "connections/mailbox.html", context, here="intake", advocate=advocate, status=status)


def _card(card: watched.Watched) -> dict[str, Any]:
    by_word = bool(card.service or card.permitted)  # she allowed it on a page there
    code = "outside.sign_in_over" if by_word and card.fault == "outside.sign_in_refused" else card.fault
    why, mend = fault(code, card.channel) if card.state == "failing" else ("", "")
    return {
        "id": card.id,
        "title": words_of(card.channel).title or words.word("channel", card.channel),
        "troubled": _troubled(card),
        "account": card.account,
        "server": card.server,
        "places": ", ".join(shown_place(place) for place in card.places),
        "service": card.service,
        "given_back": by_word,
        "over": card.state == "failing" and by_word and card.fault in ("outside.sign_in_over", "outside.sign_in_refused"),
        "state": card.state,
        "why": why,
        "mend": mend,
        "next": when.moment(card.next_at) if card.state == "failing" else "",
        "asked": when.moment(card.asked_at) if card.asked_at else "",
        "came": str(words_of(card.channel).last).format(at=when.moment(card.came_at)) if card.came_at else "",
        "taken": when.number(card.taken),
        "too_large": when.number(card.too_large) if card.too_large else "",
        "odd": when.number(card.odd) if card.odd else "",
        "messages": card.messages,
        "public": card.public,
        "read_to": when.moment(card.read_to) if card.read_to else "",
        "hidden": when.number(card.hidden) if card.hidden else "",
        "reports": card.reports,
        "blocks": card.blocks,
        "blocks_from": card.channel in ("bluesky", "mastodon"),
        "held": when.number(card.held) if card.held else "",
        "drops": card.drops,
        "lacking": lacking(card.lacks),
        "said": words_of(card.channel),
    }


def _troubled(card: watched.Watched) -> list[dict[str, str]]:
    """The pages and feeds of it that tell nothing at the moment."""
    said = [feed_state(each) for each in card.pages] if card.channel == "feed" else states(card)
    return [each for each, held in zip(said, card.pages, strict=True) if held.fault]
