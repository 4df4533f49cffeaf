"""A person corrects what the program said of a message, in one click or with the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import items
from parapet.access.views import ItemCard
from parapet.actions.relabel import relabel, undo_relabel
from parapet.domain.errors import JudgedMeanwhile, NotFound, RequestRefused
from parapet.domain.judgement import NOT_ABUSE
from parapet.domain.rights import Right
from parapet.web.frame import Visit, page, show
from parapet.web.item import judging
from parapet.web.item.forms import Judge
from parapet.web.item.views import card_context, revealed

_DEEDS = ("set", "nothing", "undo")


@page("GET", "POST")
def judge(request: Visit, item_id: str) -> HttpResponseBase:
    """GET: the form for one version. POST: what she says of it, "not abuse" in one click, or that it is taken back."""
    before = items.card(request.user, item_id)
    if Right.SORT not in before.advocate.rights:
        raise NotFound
    form = Judge(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid() or form.cleaned_data["version"] not in {each.number for each in before.judgements}:
        raise NotFound
    given = form.cleaned_data
    if request.method != "POST":
        return _answer(request, before, chosen=given["version"], opened=True)
    if given["do"] not in _DEEDS:
        raise NotFound
    try:
        changed = _do(request, item_id, given)
    except RequestRefused as error:
        now = items.card(request.user, item_id)
        trouble = " ".join(
            each for each in (error.said(_), _(error.advice) if isinstance(error, JudgedMeanwhile) else "") if each
        )
        status = 409 if isinstance(error, JudgedMeanwhile) else 400
        opened = given["do"] == "set"
        return _answer(
            request, now, chosen=given["version"], typed=given if opened else None, trouble=trouble, opened=opened, status=status
        )
    try:
        now = items.card(request.user, item_id)
    except NotFound:  # she sees a part, and it is judged to be outside of that now
        messages.success(request, _("Changed. As it is judged now, the message is outside the part that you see."))
        return _away(request, before.advocate.id)
    told = (
        judging.changed(judging.of(before, given["version"]), judging.of(now, given["version"]))
        if changed
        else _("It is judged so already.")
    )
    if request.htmx:
        return _answer(request, now, chosen=given["version"], told=told)
    messages.success(request, told)
    return redirect("item", item_id)


def _away(request: Visit, advocate_id: str) -> HttpResponseBase:
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("inbox", args=[advocate_id])})
    return redirect("inbox", advocate_id)


def _do(request: Visit, item_id: str, given: dict[str, Any]) -> bool:
    version, seen = given["version"], given["seen"]
    if given["do"] == "undo":
        return undo_relabel(request.user, item_id, version, seen=seen)
    if given["do"] == "nothing":
        return relabel(request.user, item_id, version, NOT_ABUSE, seen=seen)
    return relabel(request.user, item_id, version, given["verdict"], reason=given["reason"], seen=seen)


def _answer(
    request: Visit,
    card: ItemCard,
    *,
    chosen: int,
    typed: dict[str, Any] | None = None,
    told: str = "",
    trouble: str = "",
    opened: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    context = {**card_context(revealed(card)), **judging.judgement(card, chosen=chosen, typed=typed), "opened": opened}
    context |= {"judged_told": told, "judged_trouble": trouble}
    if request.htmx:  # 200, or it would not be put into the page
        return render(request, "item/judged.html", context)
    return show(request, "item/item.html", context, here="inbox", advocate=card.advocate, status=status)
