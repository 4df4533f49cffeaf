"""Having the page of a message looked at again: now, by itself, or no longer; and what was kept of a look."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import items
from parapet.access.kept_looks import kept_look
from parapet.actions.capture_page import look_again
from parapet.actions.plan_looks import keep_looking, look_now
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.items import ItemKind
from parapet.web.frame import Visit, page
from parapet.web.item.forms import DEFAULT_WHY
from parapet.web.item.views import attachment


@page("POST")
def again(request: Visit, item_id: str) -> HttpResponseBase:
    """Have its page looked at again. A page that was captured is captured again."""
    row = items.card(request.user, item_id).row
    if row.channel == "web" and row.kind != ItemKind.REVIEW:
        return redirect("page-progress", look_again(request.user, item_id))
    try:
        look_now(request.user, item_id)
    except RequestRefused as refused:
        messages.error(request, str(refused.said(_)))
    else:
        messages.success(request, _("Its page is looked at in a moment. What comes of it stands here."))
    return redirect("item", item_id)


@page("POST")
def keep(request: Visit, item_id: str) -> HttpResponseBase:
    """Have its page looked at by itself, or no longer."""
    on = bool(request.POST.get("on"))
    keep_looking(request.user, item_id, on=on)
    done = _("Its page is looked at by itself from now on.") if on else _("Its page is no longer looked at by itself.")
    messages.success(request, done)
    return redirect("item", item_id)


@page("POST")
def kept(request: Visit, item_id: str) -> HttpResponseBase:
    """What was kept of one look, as a download that no browser opens by itself."""
    asked = request.POST.get("look", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
        raise NotFound
    found = kept_look(request.user, item_id, int(asked), why=DEFAULT_WHY)
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response["Content-Disposition"] = attachment(found.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
