"""A person's own key: making it, opening and closing what it opens, and letting others in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access.own_keys import own_page
from parapet.access.presence import here, present
from parapet.actions import own_keys
from parapet.actions.close_material import close_material
from parapet.actions.key_shares import let_in
from parapet.actions.open_material import open_material
from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, RequestRefused
from parapet.web.frame import Visit, page, show
from parapet.web.opened import keep_open, open_now, shut

_MOST_SHEET = 2_000


@page("GET", "POST")
def material(request: Visit) -> HttpResponseBase:
    """Show it; with her passphrase, open it."""
    if request.method != "POST":
        return _page(request)
    try:
        own = own_keys.unlock(request.user, request.POST.get("passphrase", ""))
    except KeyWrong as error:
        return _page(request, refused={"open": error.said(_)}, status=400)
    return _opened(request, own)


@page("POST")
def make(request: Visit) -> HttpResponseBase:
    """Make her key. Its sheet is shown in this answer, and never again."""
    try:
        words = _twice(request)
        lines = own_keys.make_own_key(request.user, words)
        own = own_keys.unlock(request.user, words)
    except RequestRefused as error:
        return _page(request, refused={"make": error.said(_)}, status=400)
    response = _sheet(request, lines)
    keep_open(request, response, own)
    return response


@page("POST")
def by_sheet(request: Visit) -> HttpResponseBase:
    """Open it with the lines of her sheet, and lock it under a new passphrase."""
    try:
        own = own_keys.recover(request.user, request.POST.get("lines", "")[:_MOST_SHEET], _twice(request))
    except (RequestRefused, KeyWrong) as error:
        return _page(request, refused={"sheet": error.said(_)}, status=400)
    return _opened(request, own)


@page("POST")
def new_sheet(request: Visit) -> HttpResponseBase:
    """Another sheet for her key, with her passphrase; the one of before opens nothing any more. Shown in this answer, and never again."""
    try:
        own = own_keys.unlock(request.user, request.POST.get("passphrase", ""))
        lines = own_keys.renew_sheet(request.user, own)
    except KeyWrong as error:
        return _page(request, refused={"new_sheet": error.said(_)}, status=400)
    return _sheet(request, lines)


@page("POST")
def passphrase(request: Visit) -> HttpResponseBase:
    """Another passphrase for her key."""
    try:
        words = _twice(request)
        own_keys.change_passphrase(request.user, own_keys.unlock(request.user, request.POST.get("old", "")), words)
    except (RequestRefused, KeyWrong) as error:
        return _page(request, refused={"change": error.said(_)}, status=400)
    messages.success(request, _("Your key has the new passphrase."))
    return redirect("open")


@page("POST")
def shut_again(request: Visit) -> HttpResponseBase:
    """Close her key in this browser."""
    response = redirect("open")
    shut(request, response)
    return response


@page("POST")
def close(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Close an advocate's material."""
    if not any(each.id == advocate_id and each.may_close for each in own_page(request.user).material):
        raise NotFound
    if request.POST.get("sure") != "on":
        trouble = _("Tick that you have the sheet on paper.")
        return _page(request, refused={"close": trouble}, status=400)
    close_material(request.user, advocate_id)
    messages.success(
        request, _("It is closed. From now on it opens with your key, and with those of people whom you let in here.")
    )
    return redirect("open")


@page("POST")
def unclose(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Open to the home again what she closed, with her passphrase typed anew."""
    if not any(each.id == advocate_id and each.may_close for each in own_page(request.user).material):
        raise NotFound
    try:
        own = own_keys.unlock(request.user, request.POST.get("passphrase", ""))
    except KeyWrong as error:
        return _page(request, refused={"unclose": error.said(_)}, status=400)
    with here(request.user.number, own):
        open_material(request.user, advocate_id)
    messages.success(request, _("It opens with the key of this Parapet again. The log tells of it."))
    return redirect("open")


@page("POST")
def let_one_in(request: Visit, advocate_id: str, helper_id: str) -> HttpResponseBase:
    """Give the key of closed material to somebody whose number was compared."""
    try:
        let_in(request.user, advocate_id, helper_id, request.POST.get("number", ""))
    except RequestRefused as error:
        return _page(request, refused={"let_in": error.said(_)}, status=400)
    messages.success(request, _("This person can open it now."))
    return redirect("open")


def _sheet(request: Visit, lines: list[str]) -> HttpResponse:
    return show(request, "open/sheet.html", {"lines": list(enumerate(lines, 1)), "person": request.user}, here="preferences")


def _twice(request: Visit) -> str:
    """The passphrase that she wrote twice. Raises RequestRefused when the two are not the same."""
    words: str = request.POST.get("passphrase", "")
    if words != request.POST.get("again", ""):
        raise RequestRefused(_("The two are not the same. Write the passphrase twice."))
    return words


def _opened(request: Visit, own: bytes) -> HttpResponseBase:
    """Her key is open from now on; what waited for her is done."""
    response = redirect("start" if request.POST.get("on") else "open")
    open_now(request, response, own)
    return response


def _page(request: Visit, *, refused: dict[str, str] | None = None, status: int = 200) -> HttpResponseBase:
    context: dict[str, Any] = {"own": own_page(request.user), "refused": refused or {}, "least": own_keys.LEAST_CHARS}
    return show(request, "open/open.html", context, here="preferences", status=status)


def closed(request: Visit, error: KeyClosed) -> HttpResponseBase:
    """In place of a page that shows closed material: what it is, and how it opens. A fragment moves the whole page."""
    own = own_page(request.user)
    who = present()
    waits = who is not None and who.person == request.user.number
    # What nobody lets her into is closed to who sees a part of the messages: a key opens all of them.
    part = not any(each.closed and not each.opens for each in own.material)
    return show(request, "open/closed.html", {"own": own, "waits": waits, "part": part, "code": error.code}, status=403)
