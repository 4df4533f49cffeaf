"""The desk of one complaint: its facts, what it alleges and what she answers, and the ground for and against."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from parapet.access import complaint_ground
from parapet.access import complaints as access
from parapet.access.complaint_words import alleged_words, letter_words
from parapet.access.complaints import ComplaintPage
from parapet.access.items import veiled
from parapet.actions.change_complaint import change_complaint
from parapet.domain.complaints import FIELDS, MAX_ALLEGATION_CHARS, MAX_ANSWER_CHARS, Complaint
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.ground import AGAINST, FACTS, FOR, Ground
from parapet.domain.regulators import CMPA_ADVICE, COLLEGE, REGULATORS
from parapet.domain.rights import Right
from parapet.web import rows, veil, when
from parapet.web.complaints import said
from parapet.web.complaints.forms import Facts, alleged
from parapet.web.complaints.forms import facts as read_facts
from parapet.web.frame import Visit, page, show

#: Boxes for allegations that are not written down yet.
_EMPTY = 3


@page("GET", "POST")
def complaint(request: Visit, complaint_id: str) -> HttpResponseBase:
    """One complaint; what it alleges is shown when she asks for it, and may then be written anew."""
    return _desk(request, complaint_id, words="words" in request.POST)


@page("POST")
def facts(request: Visit, complaint_id: str) -> HttpResponseBase:
    """Keep its facts, and how it ended."""
    seen = _changing(request, complaint_id)
    form = read_facts(request.POST, seen.told)
    if form.errors:
        return _desk(request, complaint_id, form=form)
    told = form.told

    def change(stands: Complaint) -> Complaint:
        return evolve(told, allegations=stands.allegations, left_out=stands.left_out, asks=stands.asks, task=stands.task)

    if refused := _keep(request, complaint_id, change):
        return _desk(request, complaint_id, form=form, trouble=refused)
    return redirect("complaint", complaint_id)


@page("POST")
def allegations(request: Visit, complaint_id: str) -> HttpResponseBase:
    """Keep what it alleges, one by one, and what she answers."""
    seen = _changing(request, complaint_id)
    form = alleged(request.POST, [row.id for row in seen.rows])
    refused = ""
    if form.wrong:
        wrong = ", ".join(form.wrong)
        refused = _("These are no numbers of exhibits in this case: %(wrong)s. Nothing was kept yet.") % {"wrong": wrong}
    refused = refused or _keep(request, complaint_id, lambda stands: evolve(stands, allegations=form.allegations))
    if refused:
        return _desk(request, complaint_id, trouble=refused, typed=_typed(request))
    return redirect("complaint", complaint_id)


@page("GET", "POST")
def ground(request: Visit, complaint_id: str) -> HttpResponseBase:
    """The facts for and against; with the words of the letter where she asks for them."""
    return _ground(request, complaint_id, words="words" in request.POST)


@page("POST")
def keep_ground(request: Visit, complaint_id: str) -> HttpResponseBase:
    """Keep which facts go into the document; and her reason, where it reads as a complaint about care."""
    _changing(request, complaint_id)
    ticked, listed = set(request.POST.getlist("fact")), set(request.POST.getlist("listed"))
    known = [code for side in (FOR, AGAINST) for code in FACTS[side]]
    reason = request.POST.get("reason")

    def change(stands: Complaint) -> Complaint:
        # What was not on the page she saw stays as it was.
        out = tuple(code for code in known if (code not in ticked if code in listed else code in stands.left_out))
        words = stands.words if reason is None else {**stands.words, "reason": reason}
        return evolve(stands, left_out=out, words=words)

    if refused := _keep(request, complaint_id, change):
        return _ground(request, complaint_id, trouble=refused)
    return redirect("complaint-ground", complaint_id)


def _changing(request: Visit, complaint_id: str) -> ComplaintPage:
    found = access.complaint(request.user, complaint_id)
    if Right.SORT not in found.advocate.rights:
        raise NotFound
    return found


def _keep(request: Visit, complaint_id: str, change: Any) -> str:
    """Why it was not kept, in words; "" when it was."""
    given = request.POST.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
    try:
        change_complaint(request.user, complaint_id, seen, change)
    except RequestRefused as error:
        return error.said(_)
    messages.success(request, _("It is kept."))
    return ""


def _typed(request: Visit) -> list[dict[str, str]]:
    """What she sent of the allegations, to be shown again: her own words."""
    names = ("text", "answer", "supports", "against")
    return [
        typed
        for n in range(200)
        if any((typed := {name: request.POST.get(f"{name}-{n}", "")[:MAX_ANSWER_CHARS] for name in names}).values())
    ]


def _desk(
    request: Visit,
    complaint_id: str,
    *,
    words: bool = False,
    form: Facts | None = None,
    trouble: str = "",
    typed: list[dict[str, str]] | None = None,
) -> HttpResponse:
    seen = access.complaint(request.user, complaint_id)
    found = complaint_ground.ground(request.user, complaint_id)
    may_change = Right.SORT in seen.advocate.rights
    boxes = _boxes(request, seen, typed) if may_change and (words or typed) else []
    told = form.told if form else seen.told
    form = form or Facts(seen.told)
    regulator = REGULATORS.get(seen.told.place) if seen.told.body == COLLEGE else None
    lang = when.tongue()
    context = {
        "id": complaint_id,
        "case": seen.case,
        "to": said.to_whom(seen.told),
        "letter": rows.drawn([row for row in seen.rows if row.id == seen.item]) if seen.item else "",
        "gone": seen.gone,
        "received_day": when.day(seen.told.received),
        **said.deadline(seen.told),
        **said.progress(seen.told),
        "rule": regulator.rule.in_(lang) if regulator else "",
        "rule_url": regulator.url if regulator else "",
        "answers": said.answers(seen),
        "boxes": boxes,
        "exhibits": [
            {"number": number, "body": rows.body(line), "at": line["at"], "iso": line["iso"]}
            for number, line in enumerate(rows.lines(seen.rows), 1)
        ],
        "care": CMPA_ADVICE if found.care else "",
        "closed": closed(found, seen.told),
        "bodies": said.body_choices(told),
        "relations": said.relation_choices(told),
        "endings": said.ending_choices(told),
        "fields": said.fields(form),
        "received": form.typed.get("received", told.received.isoformat()),
        "due_value": form.typed.get("due", told.due.isoformat() if told.due else ""),
        "today": timezone.localdate().isoformat(),
        "rules": said.rule_lines(),
        "errors": form.errors,
        "seen": seen.seen,
        "may_change": may_change,
        "trouble": trouble,
        "most_text": MAX_ALLEGATION_CHARS,
        "most_answer": MAX_ANSWER_CHARS,
    }
    status = 400 if trouble or form.errors else 200
    return show(request, "complaints/desk.html", context, here="cases", advocate=seen.advocate, status=status)


def closed(found: Ground, told: Complaint) -> bool:
    """No rebuttal is made of what reads as a complaint about care, until she says why."""
    return found.care and not told.words.get("reason")


def _boxes(request: Visit, seen: ComplaintPage, typed: list[dict[str, str]] | None) -> list[dict[str, Any]]:
    """What it alleges, to be read and written anew; as it was typed where that could not be kept."""
    if typed is not None:
        made = [{"n": n, "at": n - 1, **each, "text": veil.shown_in_box(each["text"])} for n, each in enumerate(typed, 1)]
    else:
        texts = veil.alleged(alleged_words(request.user, seen.id))
        made = [{**each, "text": text} for each, text in zip(said.answers(seen), texts, strict=True)]
    empty = [{"n": n, "at": n - 1, "text": ""} for n in range(len(made) + 1, len(made) + 1 + _EMPTY)]
    return [*made, *empty]


def _ground(request: Visit, complaint_id: str, *, words: bool = False, trouble: str = "") -> HttpResponse:
    seen = access.complaint(request.user, complaint_id)
    found = complaint_ground.ground(request.user, complaint_id)
    opened: dict[str, Any] = {"letter": "", "same": {}}
    if words:
        opened = veil.letter(letter_words(request.user, complaint_id))
    inside = {row.id for row in seen.rows}
    outside = [name for name in found.outside if name not in inside]
    context = {
        "id": complaint_id,
        "case": seen.case,
        "to": said.to_whom(seen.told),
        "for": said.fact_lines(found, seen, FOR),
        "against": said.fact_lines(found, seen, AGAINST),
        "twins": said.twin_lines(found, seen, opened["same"]),
        "letter": opened["letter"],
        "words": words,
        "any_letter": found.letter,
        "outside": rows.drawn(veiled(request.user, outside[:_MOST_OUTSIDE]), choose=True) if outside else "",
        "outside_count": when.number(len(outside)),
        "care": CMPA_ADVICE if found.care else "",
        "closed": closed(found, seen.told),
        "reason": request.POST.get("reason", "") if trouble else seen.told.words.get("reason", ""),
        "most_reason": FIELDS["reason"],
        "seen": seen.seen,
        "may_change": Right.SORT in seen.advocate.rights,
        "may_export": Right.EXPORT in seen.advocate.rights,
        "trouble": trouble,
    }
    status = 400 if trouble else 200
    return show(request, "complaints/ground.html", context, here="cases", advocate=seen.advocate, status=status)


_MOST_OUTSIDE = 50
