"""The dossier for police or counsel: choose, see what would go, then make it. Nothing here shows a word of a message."""

from __future__ import annotations

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from parapet.access import cases
from parapet.access.filings import Facts, facts
from parapet.access.views import CasePage
from parapet.actions.make_filing import make_filing
from parapet.domain.errors import NotFound, RequestRefused
from parapet.domain.offences import COUNTRIES, PARTS, POLICE_SAID, QUESTIONS, READERS, SECTIONS
from parapet.domain.rights import Right
from parapet.dossiers import filing as documents
from parapet.dossiers import offence_words
from parapet.dossiers.payload import Writer
from parapet.dossiers.visible import Printer
from parapet.web import rows, when
from parapet.web.filing.forms import ABUSIVE, BY_HAND, EVERY, Filled, again, filled, fresh
from parapet.web.filing.words import PART, READER
from parapet.web.frame import Visit, page, show
from parapet.web.item.views import attachment
from parapet.web.people.forms import LANGUAGES
from parapet.web.proof import proven

#: So many messages can be ticked one by one, the newest.
MAX_ROWS = 200


@page("GET", "POST")
def filing(request: Visit, case_id: str) -> HttpResponseBase:
    """The form, and what would go. Neither changes anything."""
    found, told = _hers(request, case_id)
    if request.method != "POST":
        return _form(request, found, told, fresh(request.GET.get("for", ""), found.rows, told))
    form = filled(request.POST, found.rows)
    if "back" in request.POST or form.errors:
        return _form(request, found, told, form, status=400 if form.errors else 200)
    return _preview(request, found, told, form)


@page("POST")
@proven
def document(request: Visit, case_id: str) -> HttpResponseBase:
    """The same as a signed PDF, in its reader's language."""
    found, told = _hers(request, case_id)
    form = filled(request.POST, found.rows)
    if form.errors:
        return _form(request, found, told, form, status=400)
    if "agreed" not in request.POST:
        return _preview(request, found, told, form, _("Say that you agree to this, or go back."))
    if request.POST.get("shown", "") != _shown(form, told):
        return _preview(request, found, told, form, _("The case changed meanwhile. Look at what would go once more."))
    seen = told.statement.at.isoformat() if told.statement.at else ""
    try:
        made = make_filing(request.user, case_id, form.chosen, seen)
    except RequestRefused as error:
        return _preview(request, found, told, form, error.said(_))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = attachment(f"{form.chosen.reader}-{case_id}-{form.chosen.lang}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _hers(request: Visit, case_id: str) -> tuple[CasePage, Facts]:
    found = cases.page(request.user, case_id)
    if Right.EXPORT not in found.advocate.rights or found.advocate.scope is not None:
        raise NotFound
    return found, facts(request.user, case_id)


def _shown(form: Filled, told: Facts) -> str:
    """What a preview listed, so that nothing goes that was not on it."""
    at = told.statement.at.isoformat() if told.statement.at else ""
    return hashlib.sha256(" ".join([*form.chosen.items, "-", at]).encode()).hexdigest()


def _sections(told: Facts, form: Filled) -> list[dict[str, Any]]:
    """Every section with what is recorded of each thing that it asks for, and what to ask."""
    whole = documents.Filing(
        form.chosen.reader,
        frozenset({"sections", "missing", "statement"}),
        tuple(section.number for section in SECTIONS),
        answers=told.statement.answers,
    )
    writer = Writer(told.case, when.tongue(), ZoneInfo(settings.TIME_ZONE), Printer())
    said = documents.payload(told.case, whole, writer)["sections"]["each"]
    return [
        {**each, "number": section.number, "ask": section.ask, "on": section.number in form.chosen.sections,
         "there": sum(not row["nothing"] for row in each["rows"]), "of": len(each["rows"])}
        for section, each in zip(SECTIONS, said, strict=True)
    ]  # fmt: skip


def _form(request: Visit, found: CasePage, told: Facts, form: Filled, status: int = 200) -> HttpResponse:
    shown, chosen, tongue = found.rows[-MAX_ROWS:], form.chosen, when.tongue()
    context = {
        "case": found.card,
        "reader": chosen.reader,
        "readers": [(code, str(READER[code])) for code in READERS],
        "languages": [(code[:2], label) for code, label in LANGUAGES],
        "lang": chosen.lang,
        "pick": form.pick,
        "picks": {"every": EVERY, "abusive": ABUSIVE, "hand": BY_HAND},
        "lines": [{**line, "body": rows.body(line), "on": line["id"] in form.ticked} for line in rows.lines(shown)],
        "more": len(found.rows) - len(shown),
        "sections": _sections(told, form),
        "parts": [(part, str(PART[part][0]), str(PART[part][1]), part in chosen.parts) for part in PARTS],
        "countries": [(code, offence_words.country(code, tongue).name, code in chosen.countries) for code in COUNTRIES],
        "answered": sum(bool(told.statement.answers.get(code)) for code in QUESTIONS),
        "questions": len(QUESTIONS),
        "writes": Right.GRANT in found.advocate.rights,
        "errors": form.errors,
    }
    return show(request, "filing/choose.html", context, here="cases", advocate=found.advocate, status=status)


def _preview(request: Visit, found: CasePage, told: Facts, form: Filled, trouble: str = "") -> HttpResponse:
    chosen, going = form.chosen, set(form.chosen.items)
    answers = told.statement.answers
    theirs = [row for row in found.rows if row.id in going]
    out = len(found.rows) - len(theirs)
    words = {code: offence_words.question(code, when.tongue()).title for code in (*QUESTIONS, *POLICE_SAID)}
    context = {
        "case": found.card,
        "reader": str(READER[chosen.reader]),
        "is_police": chosen.reader == READERS[0],
        "language": {code[:2]: label for code, label in LANGUAGES}[chosen.lang],
        "count": len(theirs),
        "listed": rows.drawn(theirs[:MAX_ROWS]),
        "unlisted": max(0, len(theirs) - MAX_ROWS),
        "left_out": when.number(out) if out else "",
        "parts": [str(PART[part][0]) for part in PARTS if part in chosen.parts and part != "statement"],
        "sections": [offence_words.section_title(number, when.tongue()) + f" ({number})" for number in chosen.sections],
        "countries": [offence_words.country(code, when.tongue()).name for code in chosen.countries],
        "statement": [(words[code], answers[code]) for code in QUESTIONS if answers.get(code)]
        if "statement" in chosen.parts else [],
        "police": [(words[code], answers[code]) for code in POLICE_SAID if answers.get(code)],
        "with_statement": "statement" in chosen.parts,
        "asked": again(request.POST),
        "shown": _shown(form, told),
        "trouble": trouble,
    }  # fmt: skip
    status = 400 if trouble else 200
    return show(request, "filing/preview.html", context, here="cases", advocate=found.advocate, status=status)
