"""The screens of a supporter: who asked him, the calls that ask for him, one of them, and how he is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import supporting as access
from parapet.access.exposure import opened_today
from parapet.actions.give_support import (
    agree_to_support,
    end_pause,
    leave_support,
    say_how_he_is,
    say_what_came,
    show_own_words,
    take_help,
)
from parapet.domain.errors import KeyClosed, RequestRefused
from parapet.domain.support import Felt, Help, Said
from parapet.web import rows, veil, when
from parapet.web.frame import Visit, page, show
from parapet.web.people.forms import last_day
from parapet.web.support import said, words
from parapet.web.support.forms import Came, Feeling


@page("GET")
def supporting(request: Visit) -> HttpResponseBase:
    """All of it, and the code by which somebody can ask him."""
    return _list(request)


@page("POST")
def agree(request: Visit, supporter_id: str) -> HttpResponseBase:
    """Be a supporter, having ticked how supporters act, line by line."""
    access.held_supporter(request.user, supporter_id, agreed=False)
    if len(set(request.POST.getlist("code")) & {str(n) for n in range(len(words.CODE))}) < len(words.CODE):
        return _list(request, untold=supporter_id, status=400)
    agree_to_support(request.user, supporter_id)
    messages.success(request, _("Thank you. You find here what is asked of you, and you are free to take nothing."))
    return redirect("supporting")


@page("POST")
def leave(request: Visit, supporter_id: str) -> HttpResponseBase:
    """Decline, or stop being a supporter."""
    leave_support(request.user, supporter_id)
    messages.success(request, _("Done. Nobody asks why, and nothing of theirs is here for you any more."))
    return redirect("supporting")


@page("GET")
def call(request: Visit, call_id: str) -> HttpResponseBase:
    """One call."""
    return _call(request, call_id)


@page("POST")
def take(request: Visit, call_id: str) -> HttpResponseBase:
    """Take one thing."""
    access.call_view(request.user, call_id)
    try:
        take_help(request.user, call_id, Help(request.POST.get("help", "")))
    except ValueError:
        return _call(request, call_id, trouble=_("Choose one of the things that are asked."), status=400)
    except RequestRefused as error:
        return _call(request, call_id, trouble=error.said(_), status=409)
    messages.success(request, _("You have it. Take your time, and say afterwards what came of it."))
    return redirect("supporting-call", call_id)


@page("POST")
def write(request: Visit, call_id: str) -> HttpResponseBase:
    """His own words, before he posts them."""
    try:
        show_own_words(request.user, call_id, request.POST.get("own", ""))
    except RequestRefused as error:
        return _call(request, call_id, trouble=error.said(_), typed=request.POST.get("own", ""), status=400)
    messages.success(request, _("These are your own words. Post them under her post now; they are not kept here."))
    return _call(request, call_id, typed=request.POST.get("own", ""))


@page("POST")
def say(request: Visit, call_id: str) -> HttpResponseBase:
    """What came of it."""
    access.call_view(request.user, call_id)
    form = Came(request.POST)
    if not form.is_valid():
        return _call(request, call_id, trouble=_("Say what came of it."), status=400)
    what = Said(form.cleaned_data["what"])
    try:
        say_what_came(request.user, call_id, what, pause_days=form.cleaned_data["pause_days"] or 0)
    except RequestRefused as error:
        return _call(request, call_id, trouble=error.said(_), status=400)
    if what is Said.PAUSE:
        messages.success(request, _("It is free again, and you are left alone for that long. Rest well."))
        return redirect("supporting")
    messages.success(request, _("Thank you.") if what is Said.DONE else _("That is all right. It is free for others again."))
    return redirect("supporting-call", call_id)


@page("POST")
def feel(request: Visit, call_id: str) -> HttpResponseBase:
    """How he is."""
    access.held_for_feeling(request.user, call_id)
    form = Feeling(request.POST)
    if form.is_valid():
        try:
            say_how_he_is(request.user, call_id, Felt(form.cleaned_data["felt"]), pause_days=form.cleaned_data["pause_days"] or 0)
            messages.success(request, _("Thank you for saying so. She sees how many are well, and not who."))
        except RequestRefused as error:
            messages.error(request, error.said(_))
    else:
        messages.error(request, _("Choose how you are."))
    return redirect("supporting")


@page("POST")
def back(request: Visit) -> HttpResponseBase:
    """He is back before his pause is over."""
    end_pause(request.user)
    messages.success(request, _("Welcome back. You find here what is asked of you."))
    return redirect("supporting")


@page("POST")
def message(request: Visit, call_id: str, item_id: str) -> HttpResponseBase:
    """One message that she allowed, its harmful words covered, after the look is noted."""
    seen = access.call_view(request.user, call_id)
    most, opened = request.user.reading_limit, opened_today(request.user)
    context: dict[str, Any] = {"call": {"id": call_id, "advocate": seen.advocate}, "item_id": item_id}
    if most is not None and opened >= most and "go_on" not in request.POST:
        context |= {"pause": True, "opened": opened, "most": most}
        if item_id not in {row.id for row in seen.rows}:
            access.covered_for_support(request.user, call_id, item_id)  # not hers to give: the one answer
        return show(request, "support/message.html", context, here="supporting")
    try:
        row, found, address = access.covered_for_support(request.user, call_id, item_id)
    except KeyClosed:
        return show(request, "support/message.html", {**context, "closed": True}, here="supporting")
    context["line"] = rows.line(row)
    if found is not None:
        # Not who wrote it: whoever supports her has no business with that account.
        context |= {
            **veil.masked(found),
            "author": "",
            "version": 1,
            "versions": 1,
            "shown_now": True,
            "where": veil.shown(address),
        }
    return show(request, "support/message.html", context, here="supporting")


def _list(request: Visit, *, untold: str = "", status: int = 200) -> HttpResponse:
    found = access.supporting(request.user)
    context = {
        "asked": [
            {
                "id": each.id,
                "advocate": each.advocate,
                "at": when.day(each.asked_at),
                "agreed": each.agreed,
                "through": each.through,
            }
            for each in found.asked
        ],
        "calls": [
            {
                "id": each.id,
                "advocate": each.advocate,
                "until": when.day(last_day(each.until)),
                "helps": [str(words.HELP[help_][0]) for help_ in each.helps],
                "mine": each.mine,
            }
            for each in found.calls
        ],
        "ended": [
            {"id": each.id, "at": when.moment(each.at), "stopped": each.stopped, "felt": each.felt} for each in found.ended
        ],
        "paused": when.moment(found.paused_until) if found.paused_until else "",
        "code_lines": words.CODE,
        "untold": untold,
        "felt": said.felt(),
        "pauses": said.pauses(),
        "code": "" if request.user.invited_by is not None else request.user.id,
    }
    return show(request, "support/supporting.html", context, here="supporting", status=status)


def _call(request: Visit, call_id: str, *, trouble: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    seen = access.call_view(request.user, call_id)
    context = {
        "call": said.view(seen),
        "five": words.FIVE_DS,
        "suggestions": said.suggestions(),
        "pauses": said.pauses(),
        "felt": said.felt(),
        "trouble": trouble,
        "typed": typed,
    }
    return show(request, "support/seen_call.html", context, here="supporting", status=status)
