"""Learning from corrections: try it out, see how that went, use it, stop using it, remove it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from parapet.access import items
from parapet.access.judging import judge
from parapet.access.layers import LayerCard, Lessons, TrialCard, lessons_of
from parapet.actions.learn import FAULTS, forget_layers, go_back, use_layer
from parapet.actions.retention import rule_waits
from parapet.actions.start_learning import start_learning
from parapet.domain.errors import RequestRefused
from parapet.domain.rights import Right
from parapet.web import when, words
from parapet.web.frame import Visit, mine, page, show
from parapet.web.learning.words import STEP

RUNNING = frozenset({"waiting", "running"})
#: Links of one kind at most; how many there are is said in any case.
MOST_LINKS = 20


@page("GET")
def learning(request: Visit, advocate_id: str) -> HttpResponseBase:
    """The page; while a trial is under way, its progress alone for who asks for a fragment."""
    return _page(request, advocate_id)


@page("POST")
def try_out(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Begin a trial."""
    try:
        start_learning(request.user, advocate_id)
    except RequestRefused as error:
        return _page(request, advocate_id, refused=error.said(_), status=400)
    return redirect("learn", advocate_id)


@page("POST")
def use(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Use what was learned from now on; with `stored`, for what is there, too."""
    stored = request.POST.get("stored") == "on"
    try:
        changed = use_layer(request.user, advocate_id, request.POST.get("layer", ""), stored=stored)
    except RequestRefused as error:
        return _page(request, advocate_id, refused=error.said(_), status=400)
    if changed:
        messages.success(request, _("From now on, messages are judged with what was learned."))
    return redirect("learn", advocate_id)


@page("POST")
def back(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Let the shipped model alone judge again."""
    if go_back(request.user, advocate_id):
        messages.success(request, _("The program judges without it again. What was learned is kept."))
    return redirect("learn", advocate_id)


@page("POST")
def forget(request: Visit, advocate_id: str) -> HttpResponseBase:
    """Remove everything that was learned."""
    try:
        forget_layers(request.user, advocate_id)
    except RequestRefused as error:
        return _page(request, advocate_id, refused=error.said(_), status=400)
    messages.success(request, _("What was learned is removed. The corrections stay."))
    return redirect("learn", advocate_id)


def _page(request: Visit, advocate_id: str, *, refused: str = "", status: int = 200) -> HttpResponseBase:
    found = lessons_of(request.user, advocate_id, judge().name)
    who, cards = mine(request, advocate_id)
    trial = _trial(found.trial)
    if request.htmx:
        if trial["running"]:
            return render(request, "learning/trial.html", {"who": who, "trial": trial})
        return HttpResponse(headers={"HX-Refresh": "true"})  # it is over: the whole page has changed
    layers = [_layer(request, card) for card in found.layers]
    used = next((layer for layer in layers if layer["in_use"]), None)
    newest = layers[0] if layers else None
    context = {
        "who": who,
        "corrections": when.number(found.corrections),
        "any": found.corrections > 0,
        "fewest": found.fewest,
        "closed": found.closed,
        "trial": trial,
        "newest": newest,
        "earlier": layers[1:],
        "used": used,
        "refused": refused,
        "steps": _steps(found),
        "gone": bool(found.steps) and found.steps[0].step == "erased",
        "rule_waits": Right.KEEP in who.rights and rule_waits(request.user, advocate_id),
    }
    return show(request, "learning/learning.html", context, here="learn", advocate=who, advocates=cards, status=status)


def _trial(card: TrialCard | None) -> dict[str, Any]:
    if card is None:
        return {"running": False, "failed": False}
    return {
        "running": card.state in RUNNING,
        "waiting": card.state == "waiting",
        "failed": card.state == "failed",
        "code": card.code,
        "done": card.done,
        "total": card.total,
        "said": (when.number(card.done), when.number(card.total)),
    }


def _steps(found: Lessons) -> list[dict[str, str]]:
    return [
        {
            "at": when.moment(step.at),
            "what": str(STEP.get(step.step, "")),
            "who": step.who or _("the program"),
            "layer": step.layer,
        }
        for step in found.steps
    ]


def _layer(request: Visit, card: LayerCard) -> dict[str, Any]:
    figures = card.figures
    counts = [
        (_("Decisions as people took them"), figures.right_before, figures.right_after, figures.decisions),
        (_("Very serious and critical ones found among them"), figures.grave_before, figures.grave_after, None),
    ]
    shares = [
        (_("Abuse told from the rest (F1)"), figures.f1),
        (_("Called abuse that is none"), figures.false_alarms),
        (_("Critical messages found"), figures.critical_found),
    ]
    return {
        "name": card.name,
        "made": when.moment(card.made_at),
        "corrections": when.number(card.corrections),
        "texts": when.number(figures.texts),
        "since": when.number(card.since) if card.since else "",
        "in_use": card.in_use,
        "stale": card.stale,
        "usable": not card.stale and not figures.faults,
        "faults": [_(FAULTS[fault]) for fault in figures.faults],
        "counts": [
            (what, when.number(before), when.number(after), when.number(of) if of is not None else "")
            for what, before, after, of in counts
        ],
        "shares": [(what, *map(_share, pair)) for what, pair in shares],
        "differs": [
            (said, when.number(len(names)), _links(request, names), when.number(max(0, len(names) - MOST_LINKS)))
            for said, names in (
                (_("judged more as people said"), card.closer),
                (_("judged less as people said"), card.further),
                (_("judged otherwise, neither more nor less as people said"), card.aside),
            )
            if names
        ],
        "same": not (card.closer or card.further or card.aside),
    }


def _links(request: Visit, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Messages under the veil: name, channel, when they were sent."""
    rows = items.veiled(request.user, list(names[:MOST_LINKS]))
    return [(row.id, words.word("channel", row.channel), when.moment(row.sent_at)) for row in rows]


def _share(share: float) -> str:
    """One place after the point: a trial is refused for a difference of one in a hundred."""
    said = f"{100 * share:.1f}"
    return f"{said.replace('.', ',')}{when.NBSP}%" if when.tongue() == "fr" else f"{said}%"
