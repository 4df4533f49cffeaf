"""The documents of a complaint: her words, what would go, and the making of it."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parapet.access import complaint_ground
from parapet.access import complaints as access
from parapet.access.complaint_papers import what_goes
from parapet.access.complaints import ComplaintPage
from parapet.actions.change_complaint import change_complaint
from parapet.actions.make_rebuttal import make_rebuttal
from parapet.domain.complaints import ASKS, FIELDS, LEADER, REBUTTAL, Complaint
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.ground import AGAINST, FOR
from parapet.domain.rights import Right
from parapet.dossiers import ground_words
from parapet.web import rows, when
from parapet.web.complaints import said
from parapet.web.complaints.desk import closed
from parapet.web.complaints.words import ASK, PAPER
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment
from parapet.web.people.forms import LANGUAGES
from parapet.web.proof import proven

_ADDRESS = {REBUTTAL: "complaint-rebuttal", LEADER: "complaint-leader"}


@page("GET", "POST")
def rebuttal(request: Visit, complaint_id: str) -> HttpResponseBase:
    """The dossier for the college: her words to begin with, and what would go."""
    return _page(request, complaint_id, REBUTTAL)


@page("GET", "POST")
def leader(request: Visit, complaint_id: str) -> HttpResponseBase:
    """The letter for a dean, a chief or an employer."""
    return _page(request, complaint_id, LEADER)


@page("POST")
@proven
def rebuttal_document(request: Visit, complaint_id: str) -> HttpResponseBase:
    """The dossier as a signed PDF."""
    return _document(request, complaint_id, REBUTTAL)


@page("POST")
@proven
def leader_document(request: Visit, complaint_id: str) -> HttpResponseBase:
    """The letter as a signed PDF."""
    return _document(request, complaint_id, LEADER)


def _exporting(request: Visit, complaint_id: str) -> ComplaintPage:
    found = access.complaint(request.user, complaint_id)
    if Right.EXPORT not in found.advocate.rights:
        raise NotFound
    return found


def _page(request: Visit, complaint_id: str, paper: str) -> HttpResponseBase:
    seen = _exporting(request, complaint_id)
    if request.method != "POST":
        return _shown(request, seen, paper)
    if Right.SORT not in seen.advocate.rights:
        raise NotFound
    given = request.POST.get("seen", "")
    index = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
    try:
        change_complaint(request.user, complaint_id, index, lambda stands: _with_words(request, stands, paper))
    except RequestRefused as error:
        return _shown(request, seen, paper, error.said(_))
    messages.success(request, _("It is kept."))
    return redirect(_ADDRESS[paper], complaint_id)


def _with_words(request: Visit, stands: Complaint, paper: str) -> Complaint:
    names = ("leader", "letter") if paper == LEADER else ("opening",)
    made = evolve(stands, words={**stands.words, **{name: request.POST.get(name, "") for name in names}})
    if paper == LEADER:
        ticked = request.POST.getlist("ask")
        made = evolve(made, asks=tuple(code for code in ASKS if code in ticked))
    return made


def _document(request: Visit, complaint_id: str, paper: str) -> HttpResponseBase:
    seen = _exporting(request, complaint_id)
    asked = request.POST.get("lang", "")
    lang = asked if asked in ("en", "fr") else when.tongue()
    if "agreed" not in request.POST:
        return _shown(request, seen, paper, _("Say that you agree to this, or go back."))
    try:
        made = make_rebuttal(request.user, complaint_id, paper, lang, request.POST.get("shown", ""))
    except RequestRefused as error:
        return _shown(request, access.complaint(request.user, complaint_id), paper, error.said(_))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"{paper}-{complaint_id}-{lang}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(request: Visit, seen: ComplaintPage, paper: str, trouble: str = "") -> HttpResponse:
    ground = complaint_ground.ground(request.user, seen.id)
    if closed(ground, seen.told) and not trouble:
        messages.info(
            request, _("This reads as a complaint about care. Say here why a rebuttal is right, or answer it on its own page.")
        )
        return redirect("complaint-ground", seen.id)
    facts = [fact for fact in ground.facts if fact.code not in seen.told.left_out]
    lang = when.tongue()

    def lines(side: str) -> list[dict[str, str]]:
        return [{"what": ground_words.sentence(fact, lang)} for fact in facts if fact.side == side]

    exhibits = set(what_goes(request.user, seen.id)) if paper == REBUTTAL else set()
    words = seen.told.words
    context: dict[str, Any] = {
        "id": seen.id,
        "paper": str(PAPER[paper]),
        "is_letter": paper == LEADER,
        "to": said.to_whom(seen.told),
        "seen": seen.seen,
        "leader": words.get("leader", ""),
        "letter_words": words.get("letter", ""),
        "opening": words.get("opening", ""),
        "reference": words.get("reference", ""),
        "complainant": words.get("complainant", ""),
        "reason": words.get("reason", "") if ground.care else "",
        "asks": [(code, str(ASK[code]), code in seen.told.asks) for code in ASKS],
        "most": FIELDS,
        **said.progress(seen.told),
        "for": lines(FOR),
        "against": lines(AGAINST),
        "left_out": when.number(len(ground.facts) - len(facts)) if len(facts) < len(ground.facts) else "",
        "exhibits": rows.drawn([row for row in seen.rows if row.id in exhibits]),
        "make": reverse(f"{_ADDRESS[paper]}-pdf", args=[seen.id]),
        "mark": ground.mark,
        "languages": [(code[:2], label) for code, label in LANGUAGES],
        "lang": lang,
        "may_change": Right.SORT in seen.advocate.rights,
        "trouble": trouble,
    }
    status = 400 if trouble else 200
    return show(request, "complaints/paper.html", context, here="cases", advocate=seen.advocate, status=status)
