"""Adding messages: files dropped, or words spoken and written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from parapet.access import intakes, people
from parapet.access.views import AdvocateCard, IntakeCard, RefusalCard
from parapet.actions.read_again import read_import_again
from parapet.actions.record_spoken import record_spoken
from parapet.actions.retry_intake import retry_intake
from parapet.actions.start_intake import start_intake
from parapet.actions.welcome import NAMELESS
from parapet.domain.errors import RequestRefused
from parapet.domain.rights import Right
from parapet.web import veil, when, words
from parapet.web.frame import CURRENT, UNMATCHED, Visit, mine, page, show
from parapet.web.intake.forms import Spoken
from parapet.web.intake.names import paths

RUNNING = frozenset({"waiting", "running"})
#: Errors after which nobody may say that the sealed files are safe.
DAMAGED = frozenset({"evidence.seal_broken", "evidence.log_broken", "vault.key_wrong"})
#: A damaged export can be refused line by line; the page shows the first of them and says how many there are.
MAX_REFUSALS = 300
MAX_PLACE = 80


@page("GET", "POST")
def intake(request: Visit) -> HttpResponseBase:
    """The page to drop files on."""
    if request.method == "POST":
        return _start(request)
    return _page(request)


def _start(request: Visit) -> HttpResponseBase:
    files = request.FILES.getlist("files")
    if not files:
        return _page(request, error=_("Choose at least one file first."), status=400)
    advocate_id = request.POST.get("advocate", "")
    if advocate_id:
        mine(request, advocate_id)
    names = paths(request.POST.get("paths", ""), [file.name or "" for file in files])
    intake_id = start_intake(
        request.user, [(name, cast("BinaryIO", file.file)) for name, file in zip(names, files, strict=True)], advocate_id
    )
    return redirect("progress", intake_id)


def _page(request: Visit, *, error: str = "", status: int = 200) -> HttpResponse:
    advocates = people.advocates_of(request.user)
    context = {
        "error": error,
        "targets": [card for card in advocates if card.role != UNMATCHED and Right.SORT in card.rights],
        "may_add": people.may_add(request.user),
        "watches": _first_for(request, advocates, Right.KEEP),
        "browses": _first_for(request, advocates, Right.SORT),
        "may_write": any(Right.ANNOTATE in card.rights for card in advocates) or request.user.invited_by is None,
        "recent": [_card(card) for card in intakes.recent(request.user)],
    }
    return show(request, "intake/intake.html", context, here="intake", advocates=advocates, status=status)


def _first_for(request: Visit, advocates: Sequence[AdvocateCard], right: Right) -> str:
    """For whom accounts can be watched, or a browser connected: whose pages she is on, if she may; else the first for whom she may."""
    able = [card.id for card in advocates if card.role != UNMATCHED and right in card.rights]
    here = request.session.get(CURRENT, "")
    return here if here in able else able[0] if able else ""


@page("GET", "POST")
def progress(request: Visit, intake_id: str) -> HttpResponseBase:
    """How an import goes, and in the end a sum that adds up. Asks again every second while it runs.

    A POST asks for the names of what was refused, or leaves them out again: they are a stranger's words.
    """
    card = intakes.card(request.user, intake_id)
    asked = request.method == "POST"
    named = asked and request.POST.get("names") == "1" and card.state not in RUNNING
    context = {
        "intake": _card(card),
        "refusals": [_refusal(refusal, named) for refusal in card.refusals[:MAX_REFUSALS]],
        "more_refusals": max(0, card.refused - MAX_REFUSALS),
        "asked": asked,
        "named": named,
    }
    if request.htmx:
        return render(request, "intake/count.html", context)
    return show(request, "intake/progress.html", context, here="intake")


@page("POST")
def again(request: Visit, intake_id: str) -> HttpResponseBase:
    """Begin an import anew that was given up."""
    retry_intake(request.user, intake_id)
    return redirect("progress", intake_id)


@page("POST")
def read_again(request: Visit, intake_id: str) -> HttpResponseBase:
    """Read the sealed files of an import once more, as the program reads them today."""
    try:
        return redirect("progress", read_import_again(request.user, intake_id))
    except RequestRefused as error:
        messages.error(request, error.said(_))
        return redirect("progress", intake_id)


@page("GET", "POST")
def said(request: Visit) -> HttpResponseBase:
    """Write down what was said by phone or in person."""
    form = Spoken(request.POST) if request.method == "POST" else Spoken()
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        for name in ("how", "relation"):  # sealed as a witness would say it, not as a code
            given[name] = words.word(name, given[name])
        advocate, _advocates = mine(request, given.pop("advocate"))
        item_id = record_spoken(request.user, advocate.id, **given)
        messages.success(request, _("It is written down and sealed."))
        return redirect("item", item_id)
    advocates = people.advocates_of(request.user)
    context = {
        "form": form,
        "typed": {name: form.given(name) for name in form.fields} if form.is_bound else {},
        "errors": {name: errors[0] for name, errors in form.errors.items()} if form.is_bound else {},
        "hows": words.choices("how"),
        "relations": words.choices("relation"),
        "targets": [card for card in advocates if card.role != UNMATCHED and Right.ANNOTATE in card.rights],
        "current": request.session.get(CURRENT, ""),
        "person_name": "" if request.user.name in NAMELESS.values() else request.user.name,
    }
    status = 400 if form.is_bound else 200
    return show(request, "intake/said.html", context, here="intake", advocates=advocates, status=status)


def _card(card: IntakeCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "at": when.moment(card.started_at),
        "running": card.state in RUNNING,
        "waiting": card.state == "waiting",
        "failed": card.state == "failed",
        "failed_code": card.failed_code,
        "failed_why": words.stopped(card.failed_code),
        "damaged": card.failed_code in DAMAGED,
        "files_total": card.files_total,
        "files_done": card.files_done,
        "files": when.number(card.files_total),
        "files_read": when.number(card.files_done),
        "found": when.number(card.found),
        "new": when.number(card.new),
        "already": when.number(card.already),
        "lost": when.number(max(0, card.found - card.new - card.already)),
        "versions": when.number(card.versions) if card.versions else "",
        "own": when.number(card.own) if card.own else "",
        "unmatched": when.number(card.unmatched) if card.unmatched else "",
        "passed": when.number(card.passed) if card.passed else "",
        "gone": when.number(card.gone) if card.gone else "",
        "refused": when.number(card.refused) if card.refused else "",
        "again": card.again,
        "missing": when.number(card.missing) if card.missing else "",
        "readable": card.readable,
    }


def _short(place: str) -> str:
    """A pointer into a file nested a thousand deep would fill the screen; both of its ends tell where it lies."""
    return place if len(place) <= MAX_PLACE else f"{place[: MAX_PLACE // 2]} … {place[-MAX_PLACE // 2 :]}"


def _refusal(refusal: RefusalCard, named: bool) -> dict[str, Any]:
    spots = ", ".join(words.word("spot", kind) % {"where": at} for kind, at in refusal.spots)
    has_names = refusal.place != ", ".join(f"{kind} {at}" for kind, at in refusal.spots)
    return {
        "file": str(refusal.delivery or ""),
        "member": str(refusal.member or ""),
        "size": when.size(refusal.size_bytes) if refusal.size_bytes else "",
        "spots": _short(spots),
        "file_name": veil.shown(refusal.file) if named else "",
        "place_name": veil.shown(_short(refusal.place)) if named and has_names else "",
        "reason": words.word("refused", refusal.reason),
        "advice": words.table("refused_advice").get(refusal.reason, ""),
        "detail": words.detail(refusal.detail),
    }
