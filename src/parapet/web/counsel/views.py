"""Both sides of a channel to counsel. What is written there is shown to the two alone, and only while the reader's own key is open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import cases
from parapet.access.counsel import ChannelCard, ChannelPage, Letter, channel_page, channels_of_case, letter_file
from parapet.actions.invite import Invitation
from parapet.actions.invite_counsel import (
    end_channel,
    invite_counsel,
    invite_new_counsel,
    join_channel,
    open_channel,
    renew_counsel_link,
)
from parapet.actions.mark_letters import mark_letters_read
from parapet.actions.own_keys import has_own_key
from parapet.actions.write_to_counsel import (
    MAX_FILE_BYTES,
    MAX_LETTER_CHARS,
    erase_channel,
    erase_letter,
    write_to_counsel,
)
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.settings.environment import is_loopback
from parapet.web import when
from parapet.web.counsel.said import waiting_in
from parapet.web.counsel.words import STATE
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment
from parapet.web.people.forms import LANGUAGES
from parapet.web.proof import proven

#: What a link that was just made is kept under, sealed in the session, until it is shown: once.
_MADE = "counsel_link"


@page("GET")
def counsel(request: Visit, case_id: str) -> HttpResponseBase:
    """The channels of a case, and the form that invites."""
    return _of_case(request, case_id)


@page("POST")
@proven
def invite(request: Visit, case_id: str) -> HttpResponseBase:
    """Invite somebody, by code or with a new account."""
    channels_of_case(request.user, case_id)
    code, name = request.POST.get("code", "").strip(), request.POST.get("name", "")
    try:
        if request.POST.get("to") == "code":
            invite_counsel(request.user, case_id, to=code)
            messages.success(request, _("The channel is offered. It waits for this person on the page “Referred to me”."))
        else:
            language = request.POST.get("language", "")
            made = invite_new_counsel(
                request.user, case_id, name=name, language=language if language in dict(LANGUAGES) else "en"
            )
            _keep(request, made, " ".join(name.split()))
    except RequestRefused as error:
        return _of_case(request, case_id, trouble=error.said(_), status=400)
    return redirect("counsel", case_id)


@page("GET", "POST")
def channel(request: Visit, channel_id: str) -> HttpResponseBase:
    """What is written; and write."""
    found = channel_page(request.user, channel_id)
    if request.method != "POST":
        answer = _channel(request, found)
        mark_letters_read(request.user, channel_id, max((each.nth for each in found.letters), default=0))
        return answer
    sent = request.FILES.get("file")
    if sent is not None and (sent.size or 0) > MAX_FILE_BYTES:
        trouble = _("This file is too large: at most %(most)s MB.") % {"most": MAX_FILE_BYTES // (1024 * 1024)}
        return _channel(request, found, trouble=trouble, status=400)
    try:
        with_it = (sent.name or "", sent.read()) if sent is not None else None
        write_to_counsel(request.user, channel_id, request.POST.get("text", ""), file=with_it)
    except RequestRefused as error:
        return _channel(request, found, trouble=error.said(_), status=400)
    except (KeyClosed, KeyWrong):
        return _channel(request, found, trouble=_("Your key was closed meanwhile. Open it, then write it again."), status=403)
    return redirect(reverse("channel", args=[channel_id]) + "#last")


@page("POST")
@proven
def link(request: Visit, channel_id: str) -> HttpResponseBase:
    """Another sign-in link for an account that was made for this."""
    card = channel_page(request.user, channel_id).card
    try:
        _keep(request, renew_counsel_link(request.user, channel_id), card.other)
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect("channel", channel_id)
    return redirect("counsel", card.case[0])


@page("POST")
def join(request: Visit, channel_id: str) -> HttpResponseBase:
    """Take it, as counsel."""
    channel_page(request.user, channel_id)
    try:
        join_channel(request.user, channel_id)
        messages.success(request, _("You have the channel. It opens once both of you compared the numbers of your keys."))
    except RequestRefused as error:
        messages.error(request, error.said(_))
    return redirect("channel", channel_id)


@page("POST")
@proven
def open_it(request: Visit, channel_id: str) -> HttpResponseBase:
    """Open it, as the advocate, with the number that was compared."""
    found = channel_page(request.user, channel_id)
    try:
        open_channel(request.user, channel_id, request.POST.get("number", ""))
    except (RequestRefused, KeyClosed) as error:
        trouble = error.said(_) if isinstance(error, RequestRefused) else _("Open your own key first.")
        return _channel(request, found, trouble=trouble, status=400)
    messages.success(request, _("The channel is open. What you write here, you two read, and nobody else."))
    return redirect("channel", channel_id)


@page("POST")
def end(request: Visit, channel_id: str) -> HttpResponseBase:
    """End it."""
    card = channel_page(request.user, channel_id).card
    end_channel(request.user, channel_id)
    messages.success(request, _("The channel is ended. Nothing can be written in it any more."))
    return redirect("channel", channel_id) if card.mine else redirect("referred")


@page("POST")
@proven
def erase(request: Visit, channel_id: str) -> HttpResponseBase:
    """Erase all that is written in one that ended."""
    card = channel_page(request.user, channel_id).card
    if card.mine and request.POST.get("sure") != "on":
        messages.error(request, _("Tick that it may be erased for good."))
        return redirect("channel", channel_id)
    erase_channel(request.user, channel_id)
    messages.success(request, _("All that was written there is erased."))
    return redirect("counsel", card.case[0])


@page("GET")
def file(request: Visit, channel_id: str, letter_id: str) -> HttpResponseBase:
    """The file with a letter, as a download and nothing else."""
    try:
        name, body = letter_file(request.user, channel_id, letter_id)
    except (KeyClosed, KeyWrong):
        return redirect("channel", channel_id)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page("POST")
def erase_one(request: Visit, channel_id: str, letter_id: str) -> HttpResponseBase:
    """Erase one of one's own letters."""
    erase_letter(request.user, channel_id, letter_id)
    messages.success(request, _("The letter is erased."))
    return redirect("channel", channel_id)


def _keep(request: Visit, made: Invitation, name: str) -> None:
    request.session[_MADE] = {"token": made.token, "name": name, "ends": when.moment(made.ends)}


def _of_case(request: Visit, case_id: str, *, trouble: str = "", status: int = 200) -> HttpResponse:
    cards = channels_of_case(request.user, case_id)
    found = cases.page(request.user, case_id)
    if Right.GRANT not in found.advocate.rights:
        raise NotFound
    made, unread = request.session.pop(_MADE, None), waiting_in(request.user)
    names = ("to", "name", "code", "language")
    context = {
        "case": found.card,
        "channels": [{**_card(card), "unread": unread.get(card.id, "")} for card in cards],
        "made": made and {**made, "url": _address(request, made["token"])},
        "here_only": not settings.ENVIRONMENT.public_url and is_loopback(settings.ENVIRONMENT.host),
        "languages": LANGUAGES,
        "has_key": has_own_key(request.user),
        "typed": {name: request.POST.get(name, "") for name in names} if trouble else {},
        "trouble": trouble,
    }
    return show(request, "counsel/case.html", context, here="cases", advocate=found.advocate, status=status)


def _channel(request: Visit, found: ChannelPage, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {
        "channel": _card(found.card),
        "letters": [_letter(each) for each in found.letters],
        "shut": found.shut,
        "broken": found.broken,
        "has_key": has_own_key(request.user),
        "most": MAX_LETTER_CHARS,
        "most_mb": MAX_FILE_BYTES // (1024 * 1024),
        "typed": request.POST.get("text", "") if trouble else "",
        "trouble": trouble,
    }
    here = "cases" if found.card.mine else "referred"
    return show(request, "counsel/channel.html", context, here=here, status=status)


def _card(card: ChannelCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "other": card.other,
        "mine": card.mine,
        "state": card.state,
        "said": str(STATE[card.state]),
        "case_id": card.case[0],
        "case": card.case[1],
        "number": card.number,
        "own": card.own,
        "letters": card.letters,
    }


def _letter(each: Letter) -> dict[str, Any]:
    return {
        "id": each.id,
        "who": each.who,
        "own": each.own,
        "at": when.moment(each.at) if each.at else "",
        "iso": each.at.isoformat() if each.at else "",
        "text": each.text,
        "file": each.file,
        "size": when.number(-(-each.size_bytes // 1024)),
        "erased": each.erased,
    }


def _address(request: Visit, token: str) -> str:
    return request.build_absolute_uri(reverse("enter", args=[token]))
