"""Block or mute whoever wrote: choose, look, approve; and the page of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access import blocks as seen
from parapet.access.reports import campaign_of, case_reportable
from parapet.actions import approve_blocks as approving
from parapet.actions import prepare_blocks as preparing
from parapet.actions.list_blocks import list_blocks
from parapet.domain import blocking as b
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import veil, when
from parapet.web.blocks import said
from parapet.web.blocks import words as w
from parapet.web.frame import UNMATCHED, Visit, mine, page, show
from parapet.web.item.views import attachment


@page("GET")
def all_blocks(request: Visit, advocate_id: str) -> HttpResponseBase:
    """All that were prepared, stand, or were lifted."""
    advocate, advocates = mine(request, advocate_id)
    if advocate.role == UNMATCHED:
        raise NotFound
    state = request.GET.get("state", "")
    found = seen.all_blocks(request.user, advocate_id, state=state, before=request.GET.get("before", ""))
    context = {
        "lines": [said.line(each) for each in found.lines],
        "states": [(code, str(w.STATE[code]), found.states[code], code == state) for code in b.STATES if found.states[code]],
        "state": state,
        "older": found.lines[-1].id if found.more else "",
        "empty": not sum(found.states.values()),
        "lists": [(code, *map(str, w.LISTS[code])) for code in found.exports] if Right.EXPORT in advocate.rights else (),
    }
    return show(request, "blocks/all.html", context, here="reports", advocate=advocate, advocates=advocates)


@page("POST")
def as_list(request: Visit, advocate_id: str) -> HttpResponseBase:
    """A list for others, as a file."""
    try:
        made = list_blocks(request.user, advocate_id, request.POST.get("list", ""))
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect("blocks", advocate_id)
    if made.left:  # seen on the next page: this answer is a file
        left = ngettext(
            "%(n)s account is not on the list: its name is none that others could take over.",
            "%(n)s accounts are not on the list: their names are none that others could take over.",
            made.left,
        )
        messages.info(request, left % {"n": when.number(made.left)})
    response = HttpResponse(made.content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = attachment(made.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page("GET", "POST")
def item(request: Visit, item_id: str) -> HttpResponseBase:
    """The account of one message; a press prepares."""
    back = ("item", item_id, _("The message"))
    many = len(campaign_of(request.user, item_id))
    lines = [said.line(each) for each in seen.blocks_of_item(request.user, item_id)]
    return _begin(request, [item_id], back, many=many if many > 1 else 0, lines=lines, item_id=item_id)


@page("GET", "POST")
def campaign(request: Visit, item_id: str) -> HttpResponseBase:
    """Every account of the campaign to which a message belongs."""
    items = campaign_of(request.user, item_id) or (item_id,)
    return _begin(request, items, ("item", item_id, _("The message")), item_id=item_id)


@page("GET", "POST")
def case(request: Visit, case_id: str) -> HttpResponseBase:
    """Every account that wrote something abusive in a case."""
    _card, items = case_reportable(request.user, case_id)
    if not items:
        messages.info(request, _("No message in this case is abusive, so nobody is proposed."))
        return redirect("case", case_id)
    return _begin(request, items, ("case", case_id, _("The case")))


def _begin(request: Visit, items: Sequence[str], back: tuple[str, str, str], **more: Any) -> HttpResponseBase:
    if request.method == "POST":
        what, _colon, through = request.POST.get("do", "").partition(":")
        try:
            made = preparing.prepare_blocks(request.user, items, what, through)
        except RequestRefused as error:
            return _choose(request, items, back, {**more, "refused": error.said(_)}, status=400)
        if made.left:
            left = ngettext(
                "%(n)s account was left out: this stands of it already, or cannot be done there.",
                "%(n)s accounts were left out: this stands of them already, or cannot be done there.",
                made.left,
            )
            messages.info(request, left % {"n": when.number(made.left)})
        if made.id:
            return redirect("block-plan", made.id)
    return _choose(request, items, back, more)


def _choose(
    request: Visit, items: Sequence[str], back: tuple[str, str, str], more: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    choice = seen.choice_for(request.user, items)
    n = len(choice.accounts)
    context = {
        "back": back,
        "options": said.options(choice),
        "accounts": [(said.kept(each.kept), each.place.title.within(when.tongue())) for each in choice.accounts],
        "several": ngettext("%(n)s account", "%(n)s accounts", n) % {"n": when.number(n)} if n > 1 else "",
        "nobody": not n,
        "lacking": [said.through(each) for each in choice.through if each.lacks],
        "unconnected": sorted(
            each.title.within(when.tongue())
            for each in {e.place.code: e.place for e in choice.accounts}.values()
            if each.sets and each.sets not in {way.channel for way in choice.through}
        ),
        "keeps": Right.KEEP in choice.advocate.rights,
        "hides": veil.hides_sums(request.user, choice.advocate),
        **more,
    }
    return show(request, "blocks/begin.html", context, here="reports", advocate=choice.advocate, status=status)


@page("GET")
def plan(request: Visit, plan_id: str) -> HttpResponseBase:
    """What is to be done, and to how many, without a name."""
    return _plan(request, plan_id)


@page("POST")
def names(request: Visit, plan_id: str) -> HttpResponseBase:
    """Whose accounts they are, for who asked; that is in the log."""
    return _plan(request, plan_id, names=approving.show_names(request.user, plan_id))


@page("POST")
def approve(request: Visit, plan_id: str) -> HttpResponseBase:
    """The one press by which it is done."""
    way = b.BY_PROGRAM if request.POST.get("way") == b.BY_PROGRAM else b.BY_PERSON
    try:
        n = approving.approve_plan(
            request.user, plan_id, way=way, shown=request.POST.get("shown", ""), without="without" in request.POST
        )
    except RequestRefused as error:
        return _plan(request, plan_id, refused=error.said(_), status=400)
    if way == b.BY_PROGRAM:
        done = ngettext("Approved. It is done by itself.", "Approved: %(n)s. They are done by themselves.", n)
    else:
        done = ngettext(
            "Approved. Do it there, then say here that you did.", "Approved: %(n)s. Do them there, then say so here.", n
        )
    messages.success(request, done % {"n": when.number(n)} if "%(n)s" in done else done)
    return redirect("block-plan", plan_id)


@page("POST")
def drop(request: Visit, plan_id: str) -> HttpResponseBase:
    """Take away all that did not go out."""
    preparing.drop_plan(request.user, plan_id)
    messages.success(request, _("What was not done yet is dropped."))
    return redirect("block-plan", plan_id)


def _plan(
    request: Visit, plan_id: str, *, names: Mapping[str, b.Target] | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    found = seen.plan_page(request.user, plan_id)
    first = found.parts[0].line
    reports = Right.REPORT in found.advocate.rights
    if request.method == "POST" and not reports:
        raise NotFound
    n = len(found.parts)
    context = {
        "plan_id": plan_id,
        "what": str(w.WHAT.get(first.what, first.what)),
        "several": ngettext("%(n)s account", "%(n)s accounts", n) % {"n": when.number(n)},
        "parts": [
            {
                **said.line(each.line),
                "kept": said.kept(each.kept),
                "name": veil.shown(names[each.line.id].name) if names and each.line.id in names else "",
                "trouble": w.trouble(each.line.state, each.standing.code) if each.standing else "",
            }
            for each in found.parts
        ],
        "named": names is not None,
        "places": [said.effects(seen.place_for(code), first.what) for code in dict.fromkeys(e.line.place for e in found.parts)],
        "through": said.through(found.through),
        "program": found.program,
        "open": any(each.line.state in (b.DRAFT, b.FAILED) for each in found.parts),
        "drops": any(each.line.state in b.NOT_OUT for each in found.parts),
        "hands": first.way != b.BY_PROGRAM and not found.program,
        "approves": found.approves,
        "herself": found.herself,
        "reports": reports,
        "shown_digest": found.shown,
        "broken": found.broken,
        "refused": refused,
        "hides": veil.hides_sums(request.user, found.advocate),
    }
    return show(request, "blocks/plan.html", context, here="reports", advocate=found.advocate, status=status)
