"""One block: how it stands, what happened, lift it, and what else was done about the same account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parapet.access import blocks as seen
from parapet.actions import approve_blocks as approving
from parapet.actions import prepare_blocks as preparing
from parapet.domain import blocking as b
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.rights import Right
from parapet.web import veil
from parapet.web.blocks import said
from parapet.web.blocks import words as w
from parapet.web.frame import Visit, page, show


@page("GET")
def block(request: Visit, block_id: str) -> HttpResponseBase:
    """How it stands."""
    return _page(request, block_id)


@page("POST")
def name(request: Visit, block_id: str) -> HttpResponseBase:
    """Whose account it is, for who asked; that is in the log."""
    return _page(request, block_id, name=veil.shown(approving.show_name(request.user, block_id).name))


@page("POST")
def lift(request: Visit, block_id: str) -> HttpResponseBase:
    """Take it back."""
    way = b.BY_PROGRAM if request.POST.get("way") == b.BY_PROGRAM else b.BY_PERSON
    done = _("It is lifted by itself.") if way == b.BY_PROGRAM else _("Lift it there, then say here that you did.")
    return _deed(request, block_id, lambda: approving.lift_block(request.user, block_id, way=way), done)


@page("POST")
def tick(request: Visit, block_id: str) -> HttpResponseBase:
    """She did it there."""
    return _deed(request, block_id, lambda: approving.tick_block(request.user, block_id), _("It is noted."))


@page("POST")
def settle(request: Visit, block_id: str) -> HttpResponseBase:
    """What she saw there."""
    stands = request.POST.get("stands") == "yes"
    return _deed(request, block_id, lambda: approving.settle_block(request.user, block_id, stands=stands), _("It is noted."))


@page("POST")
def again(request: Visit, block_id: str) -> HttpResponseBase:
    """Have the platform asked."""
    done = _("The platform is asked how it stands. Nothing is done there by this.")
    return _deed(request, block_id, lambda: approving.ask_again(request.user, block_id), done)


@page("POST")
def drop(request: Visit, block_id: str) -> HttpResponseBase:
    """Take away what did not go out."""
    return _deed(request, block_id, lambda: preparing.drop_block(request.user, block_id), _("It is dropped. Nothing was done."))


def _deed(request: Visit, block_id: str, act: Callable[[], None], done: str) -> HttpResponseBase:
    try:
        act()
    except RequestRefused as error:
        return _page(request, block_id, refused=error.said(_), status=400)
    messages.success(request, done)
    return redirect("block", block_id)


def _page(request: Visit, block_id: str, *, refused: str = "", status: int = 200, **more: Any) -> HttpResponse:
    found = seen.block_page(request.user, block_id)
    reports = Right.REPORT in found.advocate.rights
    if request.method == "POST" and not reports:
        raise NotFound
    state = found.standing.state if found.standing else found.line.state
    context = {
        "line": said.line(found.line),
        "block_id": block_id,
        "effects": said.effects(found.place, found.line.what),
        "kept": said.kept(found.kept),
        "through": said.through(found.through),
        "steps": [said.step(each) for each in found.steps],
        "others": [said.line(each) for each in found.others],
        "trouble": w.trouble(state, found.standing.code) if found.standing else "",
        "broken": found.broken,
        "program": found.program,
        "approves": found.approves,
        "herself": found.herself,
        "reports": reports,
        "state": state,
        "lifts": state in (b.STANDS, b.LIFT_FAILED),
        "ticks": state in (b.READY, b.LIFT_READY),
        "lifting": state.startswith("lift"),
        "unknown": state in (b.UNKNOWN, b.LIFT_UNKNOWN),
        "drops": state in b.NOT_OUT,
        "decides": state in (b.DRAFT, b.FAILED),
        "hides": veil.hides_sums(request.user, found.advocate),
        "refused": refused,
        **more,
    }
    return show(request, "blocks/block.html", context, here="reports", advocate=found.advocate, status=status)
