"""The shared queue: what waits, what is mine, who is on what; and taking, finishing, giving back and handing over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import items
from parapet.access import queue as access_queue
from parapet.access.queue import MOST_COUNTED, TurnCard
from parapet.actions.mark_sorted import mark_sorted, sort_again
from parapet.actions.pass_turns import hand_over, let_go
from parapet.actions.take_turns import LEASE, MOST_AT_ONCE, take_next, take_one
from parapet.domain.errors import RequestRefused
from parapet.web import rows, when
from parapet.web.case_words import SORTED
from parapet.web.frame import Visit, page, show

#: How many can be asked for at once.
STEPS = (1, 5, 10)


class Many(forms.Form):
    many = forms.IntegerField(required=False, min_value=1, max_value=MOST_AT_ONCE)


@page("GET")
def queue(request: Visit, advocate_id: str) -> HttpResponseBase:
    """What waits, what is hers, and who is on what."""
    return _page(request, advocate_id)


@page("POST")
def take(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Take the next; past her own number of texts a day only when she says so."""
    form = Many(request.POST)
    many = (form.cleaned_data["many"] if form.is_valid() else None) or 1
    try:
        taken = take_next(request.user, advocate_id, many, anyway="anyway" in request.POST)
    except RequestRefused as error:
        return _page(request, advocate_id, enough=error.said(_), asked=many)
    if not taken:
        messages.info(request, _("Nothing more waits for you."))
    return redirect("queue", advocate_id)


@page("POST")
def take_this(request: Visit, item_id: str) -> HttpResponseBase:
    """Take one message that she looks at."""
    return _deed(request, item_id, lambda: take_one(request.user, item_id), _("You are on it."))


@page("POST")
def done(request: Visit, item_id: str) -> HttpResponseBase:
    """Say how it ended."""
    return _deed(request, item_id, lambda: mark_sorted(request.user, item_id, request.POST.get("outcome", "")), _("It is done."))


@page("POST")
def again(request: Visit, item_id: str) -> HttpResponseBase:
    """Put it among those that wait again."""
    return _deed(request, item_id, lambda: sort_again(request.user, item_id), _("It waits again."))


@page("POST")
def back(request: Visit, item_id: str) -> HttpResponseBase:
    """Take this from me."""
    return _deed(
        request, item_id, lambda: let_go(request.user, item_id), _("It is back in the queue, and not given to you again.")
    )


@page("POST")
def over(request: Visit, item_id: str) -> HttpResponseBase:
    """Hand it over to somebody whom she names."""
    other = request.POST.get("helper", "")
    return _deed(request, item_id, lambda: hand_over(request.user, item_id, other), _("It is handed over."))


def _deed(request: Visit, item_id: str, act: Any, said: str) -> HttpResponseBase:
    """Do it, say so, and go back to where she was: the queue, or the message's page."""
    try:
        act()
        messages.success(request, said)
    except RequestRefused as error:
        messages.error(request, error.said(_))
    if "queue" in request.POST:
        return redirect("queue", items.card(request.user, item_id).advocate.id)
    return redirect("item", item_id)


def _page(request: Visit, advocate_id: str, *, enough: str = "", asked: int = 1) -> HttpResponseBase:
    seen = access_queue.queue(request.user, advocate_id)
    context = {
        "waiting": _waiting(seen.waiting, hidden=seen.hides_sums),
        "empty": not seen.waiting,
        "mine": [_turn(card) for card in seen.mine],
        "others": [_turn(card) for card in seen.others],
        "room": seen.room,
        "helpers": seen.helpers,
        "outcomes": [(code, str(word)) for code, word in SORTED.items()],
        "steps": [(n, _("The next one") if n == 1 else _("The next %(n)s") % {"n": n}) for n in STEPS],
        "lease": int(LEASE.total_seconds() // 60),
        "enough": enough or (_("Your shield is up: others sort for you. Nothing here needs you now.") if seen.spared else ""),
        "asked": asked,
    }
    status = 400 if enough else 200
    return show(
        request, "queue/queue.html", context, here="inbox", advocate=seen.advocate, advocates=seen.advocates, status=status
    )


def _waiting(n: int, *, hidden: bool) -> str:
    if hidden and n:
        return _("Something waits")
    if n > MOST_COUNTED:
        return _("More than %(n)s messages wait") % {"n": when.number(MOST_COUNTED)}
    return ngettext("%(n)s message waits", "%(n)s messages wait", n) % {"n": when.number(n)} if n else _("Nothing waits")


def _turn(card: TurnCard) -> dict[str, Any]:
    line = rows.line(card.row)
    return {
        **line,
        "body": rows.body(line),
        "who": card.who,
        "until": when.clock(card.until),
        "since": when.clock(card.since),
        "given_by": card.given_by,
    }
